import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type ServedLedger,
  serveLedger,
  type TestSigner,
  testSigner,
  transferManifest,
} from '../../test/served-ledger.ts'
import { gatewayTimestamp } from './ledger-state.ts'

let served: ServedLedger
let alice: TestSigner
let bob: TestSigner
let nonce = 1

beforeAll(async () => {
  served = await serveLedger({ commitDelayMs: { min: 1000, max: 1000 } })
  alice = await testSigner('alice', served.ledger.networkId)
  bob = await testSigner('bob', served.ledger.networkId)
  served.ledger.control.fundAccount(alice.account, { XRD: '10000' })
})
afterAll(() => served[Symbol.asyncDispose]())

function transfer(amount: string, epochs = 2) {
  const { epoch } = served.ledger.tip()
  return alice.sign({
    manifest: transferManifest(served.ledger.addresses.xrd, alice.account, bob.account, amount),
    nonce: nonce++,
    startEpochInclusive: epoch,
    endEpochExclusive: epoch + epochs,
  })
}

function submit(payloadHex: string) {
  return served.client.transaction.innerClient.transactionSubmit({
    transactionSubmitRequest: { notarized_transaction_hex: payloadHex },
  })
}

async function commit(amount: string) {
  const signed = await transfer(amount)
  await submit(signed.payloadHex)
  served.ledger.control.advanceRound(2)
  return signed.intentHash
}

function iso(unixMs: number): string {
  return new Date(unixMs).toISOString()
}

test('follows a transaction from Unknown through Pending to CommittedSuccess', async () => {
  const { payloadHex, intentHash } = await transfer('10')
  const unknown = await served.client.transaction.getStatus(intentHash)
  expect(unknown).toMatchObject({ status: 'Unknown', intent_status: 'Unknown', known_payloads: [] })
  expect(await submit(payloadHex)).toEqual({ duplicate: false })
  const pending = await served.client.transaction.getStatus(intentHash)
  expect(pending).toMatchObject({ status: 'Pending', intent_status: 'Pending' })
  expect(pending.permanently_rejects_at_epoch).toBe(served.ledger.tip().epoch + 2)
  expect(await submit(payloadHex)).toEqual({ duplicate: true })
  served.ledger.control.advanceRound(2)
  const committed = await served.client.transaction.getStatus(intentHash)
  expect(committed).toMatchObject({ status: 'CommittedSuccess', intent_status: 'CommittedSuccess' })
  expect(committed.committed_state_version).toBeLessThanOrEqual(served.ledger.tip().stateVersion)
  expect(committed.known_payloads[0]).toMatchObject({
    payload_status: 'CommittedSuccess',
    handling_status: 'Concluded',
  })
})

test('shows a committed failure with its reason, its fee paid and no output', async () => {
  const intentHash = await commit('99999999')
  const status = await served.client.transaction.getStatus(intentHash)
  expect(status.intent_status).toBe('CommittedFailure')
  expect(status.error_message).toBeTruthy()
  const { transaction } = await served.client.transaction.getCommittedDetails(intentHash)
  expect(transaction).toMatchObject({ transaction_status: 'CommittedFailure' })
  expect(Number(transaction.fee_paid)).toBeGreaterThan(0)
  expect(transaction.receipt?.output).toBeUndefined()
})

test('refuses a payload outside its epoch window with the message as the type of the error', async () => {
  const { epoch } = served.ledger.tip()
  const { payloadHex } = await alice.sign({
    manifest: transferManifest(served.ledger.addresses.xrd, alice.account, bob.account, '1'),
    nonce: nonce++,
    startEpochInclusive: epoch + 3,
    endEpochExclusive: epoch + 5,
  })
  const answer = await served.post('/transaction/submit', { notarized_transaction_hex: payloadHex })
  const message = `Transaction start epoch ${epoch + 3} is not yet close enough to current epoch ${epoch}`
  expect(answer).toMatchObject({ status: 400, json: { message, details: { type: message } } })
  const garbage = await served.post('/transaction/submit', { notarized_transaction_hex: '00' })
  expect(garbage.status).toBe(400)
  expect(garbage.at('message')).toMatch(/^(Invalid transaction|Expected notarized transaction)/)
  expect((await served.post('/transaction/submit', { notarized_transaction_hex: 'xyz' })).at('details.type')).toBe(
    'InvalidRequestError',
  )
})

test('gives the epoch for a new header', async () => {
  const { ledger_state } = await served.client.transaction.innerClient.transactionConstruction()
  expect(ledger_state.epoch).toBe(served.ledger.tip().epoch)
})

test('answers 404 for details of a transaction that is not committed at that state, 400 for an id of another network', async () => {
  const intentHash = await commit('1')
  const committedAt = served.ledger.transactionByIntent(intentHash)?.stateVersion ?? 0
  const details = (body: object) => served.post('/transaction/committed-details', { intent_hash: intentHash, ...body })
  expect((await details({})).at('transaction.state_version')).toBe(committedAt)
  expect(await details({ at_ledger_state: { state_version: committedAt - 1 } })).toMatchObject({
    status: 404,
    json: { details: { type: 'TransactionNotFoundError', intent_hash: intentHash } },
  })
  const foreign = 'txid_tdx_2_1px85n8fvm75dnsc795g9kup3k58c6325sep0n7pafqqmqdd4zn7qc5z4rd'
  const answer = await served.post('/transaction/status', { intent_hash: foreign })
  expect(answer.at('details.validation_errors[0].path')).toBe('IntentHash')
})

test('shows of a committed transaction only what was opted into, its output without JSON', async () => {
  const intentHash = await commit('25')
  const plain = await served.post('/transaction/committed-details', { intent_hash: intentHash })
  expect(plain.at('transaction.receipt')).toEqual({
    status: 'CommittedSuccess',
    // One for each of the three instructions.
    output: Array.from({ length: 3 }, () => ({ hex: expect.stringMatching(/^5c/), programmatic_json: null })),
  })
  for (const absent of ['raw_hex', 'balance_changes', 'manifest_instructions', 'affected_global_entities'])
    expect(plain.at('transaction')).not.toHaveProperty(absent)
  const full = await served.post('/transaction/committed-details', {
    intent_hash: intentHash,
    opt_ins: { raw_hex: true, balance_changes: true, affected_global_entities: true, receipt_output: false },
  })
  expect(full.at('transaction.receipt')).not.toHaveProperty('output')
  expect(full.at('transaction.affected_global_entities')).toEqual(expect.arrayContaining([alice.account, bob.account]))
  expect(full.at('transaction.balance_changes.fungible_balance_changes')).toContainEqual({
    entity_address: bob.account,
    resource_address: served.ledger.addresses.xrd,
    balance_change: '25',
  })
  expect(full.at('transaction.balance_changes.fungible_fee_balance_changes[0]')).toMatchObject({
    type: 'FeePayment',
    entity_address: alice.account,
  })
})

test('streams user transactions in order, page after page, with filters that must all hold', async () => {
  const first = await commit('1')
  const last = await commit('2')
  const from = served.ledger.transactionByIntent(first)?.stateVersion ?? 0
  const base = { from_ledger_state: { state_version: from }, affected_global_entities_filter: [alice.account] }
  const page = await served.post('/stream/transactions', { ...base, order: 'Asc', limit_per_page: 1 })
  expect(page.at('items[].intent_hash')).toEqual([first])
  const next = await served.post('/stream/transactions', { ...base, order: 'Asc', cursor: page.at('next_cursor') })
  expect(next.at('items[].intent_hash')).toEqual([last])
  expect(next.json).not.toHaveProperty('next_cursor')
  const newestFirst = await served.client.stream.innerClient.streamTransactions({
    streamTransactionsRequest: { ...base, opt_ins: { detailed_events: true } },
  })
  expect(newestFirst.items.map((item) => item.intent_hash)).toEqual([last, first])

  const both = { ...base, affected_global_entities_filter: [alice.account, served.ledger.addresses.market] }
  expect((await served.post('/stream/transactions', both)).at('items')).toEqual([])
  const all = await served.post('/stream/transactions', {
    from_ledger_state: base.from_ledger_state,
    kind_filter: 'All',
  })
  const tip = served.ledger.tip().stateVersion
  expect(all.at('items[].state_version')).toEqual(Array.from({ length: tip - from + 1 }, (_, index) => tip - index))
})

test('pages back from the tip without a pin, and begins at the first transaction at or after a time', async () => {
  const hashes = [await commit('1'), await commit('2'), await commit('3')]
  const seen: unknown[] = []
  let cursor: unknown
  do {
    const page = await served.post('/stream/transactions', { limit_per_page: 2, cursor })
    seen.push(...page.list('items[].intent_hash'))
    cursor = page.at('next_cursor')
    // New commits do not shift the pages: the cursor stands for the upper bound.
    await commit('4')
  } while (cursor !== undefined && seen.length < 6)
  expect(seen.slice(0, 3)).toEqual(hashes.toReversed())
  expect(new Set(seen).size).toBe(seen.length)

  const second = served.ledger.transactionByIntent(hashes[1] ?? '')
  const from = (ms: number) => ({ order: 'Asc', kind_filter: 'All', from_ledger_state: { timestamp: iso(ms) } })
  const since = await served.post('/stream/transactions', from(second?.timestampMs ?? 0))
  expect(since.text('items[0].round_timestamp')).toBe(gatewayTimestamp(second?.timestampMs ?? 0))
  expect(since.number('items[0].state_version')).toBeLessThanOrEqual(second?.stateVersion ?? 0)
  const beyond = await served.post('/stream/transactions', from(served.ledger.tip().timestampMs + 1))
  expect(beyond.at('details.validation_errors[0].errors[0]')).toMatch(/must not be in future/)
})

test('filters the stream by balance change, vault event, status and manifest content', async () => {
  const success = await commit('3')
  const failure = await commit('99999999')
  const from = { from_ledger_state: { state_version: served.ledger.transactionByIntent(success)?.stateVersion } }
  const hashes = async (filter: object) =>
    (await served.post('/stream/transactions', { ...from, order: 'Asc', ...filter })).at('items[].intent_hash')
  const { xrd } = served.ledger.addresses
  expect(await hashes({})).toEqual([success, failure])
  expect(await hashes({ transaction_status_filter: 'Failure' })).toEqual([failure])
  expect(await hashes({ balance_change_resources_filter: [xrd] })).toEqual([success])
  expect(await hashes({ manifest_resources_filter: [xrd] })).toEqual([success])
  expect(await hashes({ manifest_accounts_withdrawn_from_filter: [alice.account] })).toEqual([success])
  expect(await hashes({ manifest_accounts_deposited_into_filter: [alice.account] })).toEqual([])
  expect(await hashes({ accounts_without_manifest_owner_method_calls: [bob.account] })).toEqual([success])
  const deposit = { event: 'Deposit', emitter_address: bob.account, resource_address: xrd }
  expect(await hashes({ events_filter: [deposit] })).toEqual([success])
  expect(await hashes({ events_filter: [{ ...deposit, event: 'Withdrawal' }] })).toEqual([])
})

test('counts filters up to ten, refuses a start beyond the tip, and finds nothing for an unknown address', async () => {
  const nobody = (await testSigner('nobody', served.ledger.networkId)).account
  const stream = (body: object) => served.post('/stream/transactions', body)
  const nobodies = (count: number) => Array.from({ length: count }, () => nobody)
  expect((await stream({ affected_global_entities_filter: nobodies(10) })).at('items')).toEqual([])
  const eleven = await stream({ kind_filter: 'User', affected_global_entities_filter: nobodies(10) })
  expect(eleven.at('details.validation_errors[0].path')).toBe('')
  const uncounted = { balance_change_resources_filter: nobodies(3), transaction_status_filter: 'Success' }
  expect((await stream({ affected_global_entities_filter: nobodies(10), ...uncounted })).status).toBe(200)
  const beyond = await stream({ from_ledger_state: { state_version: served.ledger.tip().stateVersion + 1 } })
  expect(beyond.at('details.validation_errors[0].errors')).toEqual([
    'State version is beyond the end of the known ledger',
  ])
})

test('tells of epoch changes, and every event of the market with names', async () => {
  served.ledger.control.advanceTime(400_000)
  served.ledger.control.advanceRound()
  const epochs = await served.post('/stream/transactions', { kind_filter: 'EpochChange', limit_per_page: 1 })
  expect(epochs.at('items')).toHaveLength(1)
  expect(epochs.at('items[0]')).not.toHaveProperty('intent_hash')

  const version = served.ledger.control.setPrices({ xUSDC: '230' })
  const id = served.ledger.control.openCdp({ collaterals: { XRD: '1000' } })
  served.ledger.control.addCollateral(id, { XRD: '5' })
  const { market } = served.ledger.addresses
  const stream = await served.post('/stream/transactions', {
    from_ledger_state: { state_version: version },
    event_global_emitters_filter: [market],
    opt_ins: { detailed_events: true },
  })
  const events = 'items[0].receipt.detailed_events'
  const added = stream.list(`${events}[].identifier.event`).indexOf('AddCollateralEvent')
  expect(stream.at(`${events}[${added}].emitter.global_emitter`)).toBe(market)
  expect(stream.at(`${events}[${added}].payload.programmatic_json.fields[0].fields[].field_name`)).toEqual([
    'cdp_id',
    'res_address',
    'amount',
  ])
})
