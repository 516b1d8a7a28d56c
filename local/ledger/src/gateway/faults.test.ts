import { expect, test } from 'vitest'
import { type ServedLedger, serveLedger, testSigner, transferManifest } from '../../test/served-ledger.ts'
import type { FaultPlanInput } from './fault-plan.ts'

const IDS = '/state/non-fungible/ids'

function always(fault: NonNullable<FaultPlanInput['rules']>[number]['fault'], endpoint = '*'): FaultPlanInput {
  return { rules: [{ endpoint, fault }] }
}

test('answers 429 as a rate limiter does: no JSON, which the official client reports as a ResponseError without details', async () => {
  await using served = await serveLedger({}, { faults: always({ kind: 'rate-limited', retryAfterSeconds: 3 }) })
  const failure = await served.client.status.getCurrent().catch((error: unknown) => error)
  expect(failure).toMatchObject({ name: 'ResponseError', status: 429, message: 'Unknown error occurred' })
  expect(failure).not.toHaveProperty('errorResponse.code')
  const raw = await served.post('/status/gateway-status')
  expect(raw.json).toBeUndefined()
  expect(raw.headers.get('retry-after')).toBe('3')
})

test.each([
  ['not-synced-up', 500, 'NotSyncedUpError'],
  ['unavailable', 503, undefined],
  ['timed-out', 524, undefined],
] as const)('answers %s on demand, and only where it was asked to', async (kind, status, type) => {
  await using served = await serveLedger({}, { faults: always({ kind }, IDS) })
  const body = { resource_address: served.ledger.addresses.cdpResource }
  const answer = await served.post(IDS, body)
  expect(answer.status).toBe(status)
  expect(answer.at('details.type')).toBe(type)
  expect((await served.post('/status/gateway-status')).status).toBe(200)
  served.server.setFaults({})
  expect((await served.post(IDS, body)).status).toBe(200)
})

test('cuts the connection, which a client sees as an error of the transport', async () => {
  await using served = await serveLedger({}, { faults: always({ kind: 'dropped-connection' }) })
  await expect(served.post('/status/gateway-status')).rejects.toThrow('fetch failed')
})

test('carries a submission out and loses only the answer, so that the repeated one is a duplicate', async () => {
  await using served = await serveLedger({ commitDelayMs: { min: 60_000, max: 60_000 } })
  const { payloadHex } = await someTransfer(served)
  const submit = () => served.post('/transaction/submit', { notarized_transaction_hex: payloadHex })
  const lostAnswer = (carriedOut: boolean) =>
    served.server.setFaults({ rules: [{ endpoint: '*', times: 1, fault: { kind: 'dropped-connection', carriedOut } }] })
  lostAnswer(false)
  await expect(submit()).rejects.toThrow('fetch failed')
  lostAnswer(true)
  await expect(submit()).rejects.toThrow('fetch failed')
  expect((await submit()).json).toEqual({ duplicate: true })
})

test('closes at once while a slow request is still waiting', async () => {
  const served = await serveLedger({}, { faults: always({ kind: 'latency', medianMs: 600_000, p95Ms: 600_000 }) })
  const waiting = served.post('/status/gateway-status').catch(() => 'gone')
  await waitFor(() => served.server.requestsByEndpoint()['/status/gateway-status'] === 1)
  await served[Symbol.asyncDispose]()
  await waiting
})

test('reads as a replica that is behind: an older tip, newer pins beyond its end, commits not indexed yet', async () => {
  await using served = await serveLedger({ commitDelayMs: { min: 0, max: 0 } })
  const { ledger } = served
  const signed = await someTransfer(served)
  await served.post('/transaction/submit', { notarized_transaction_hex: signed.payloadHex })
  ledger.control.advanceRound(2)
  const tip = ledger.tip().stateVersion
  const status = () => served.post('/transaction/status', { intent_hash: signed.intentHash })
  expect((await status()).at('intent_status')).toBe('CommittedSuccess')
  const behind = tip - (ledger.transactionByIntent(signed.intentHash)?.stateVersion ?? 0) + 1

  served.server.setFaults(always({ kind: 'lagging-replica', versions: behind }))
  expect((await served.post('/status/gateway-status')).at('ledger_state.state_version')).toBe(tip - behind)
  const pinned = await served.post(IDS, {
    resource_address: ledger.addresses.cdpResource,
    at_ledger_state: { state_version: tip },
  })
  expect(pinned.at('details.validation_errors[0].errors')).toEqual([
    'State version is beyond the end of the known ledger',
  ])
  expect((await status()).json).toMatchObject({ intent_status: 'CommitPendingOutcomeUnknown', status: 'Pending' })
  const details = await served.post('/transaction/committed-details', { intent_hash: signed.intentHash })
  expect(details.status).toBe(404)
})

test('refuses unpinned reads of a halted ledger once its tip is too old, while pinned ones and the status go on', async () => {
  let nowMs = 0
  await using served = await serveLedger({}, { clock: { now: () => nowMs }, faults: { clockHalted: true } })
  const { ledger } = served
  const tip = ledger.tip()
  const body = { resource_address: ledger.addresses.cdpResource, limit_per_page: 1 }
  nowMs = tip.timestampMs + 720_999
  expect((await served.post(IDS, body)).status).toBe(200)
  nowMs = tip.timestampMs + 721_000
  expect((await served.post(IDS, body)).at('details')).toEqual({
    type: 'NotSyncedUpError',
    request_type: 'Read',
    current_sync_delay_seconds: 721,
    max_allowed_sync_delay_seconds: 720,
  })
  expect((await served.post('/transaction/construction')).at('details.request_type')).toBe('Construction')
  const pinned = await served.post(IDS, { ...body, at_ledger_state: { state_version: tip.stateVersion } })
  expect(pinned.status).toBe(200)
  expect((await served.post('/status/gateway-status')).at('ledger_state.state_version')).toBe(tip.stateVersion)
  expect(() => ledger.control.setPrices({ xUSDC: '1' })).toThrow()
})

test('loses accepted submissions on their way to the mempool', async () => {
  await using served = await serveLedger(
    { commitDelayMs: { min: 0, max: 0 } },
    { faults: { mempool: { loseProbability: 1 } } },
  )
  const { ledger } = served
  const signed = await someTransfer(served)
  const submit = () => served.post('/transaction/submit', { notarized_transaction_hex: signed.payloadHex })
  expect((await submit()).json).toEqual({ duplicate: false })
  ledger.control.advanceRound(5)
  expect(ledger.transactionByIntent(signed.intentHash)).toBeUndefined()
})

/** A signed transaction that would commit. */
async function someTransfer({ ledger }: ServedLedger) {
  const alice = await testSigner('alice', ledger.networkId)
  ledger.control.fundAccount(alice.account, { XRD: '1000' })
  const { epoch } = ledger.tip()
  return alice.sign({
    manifest: transferManifest(ledger.addresses.xrd, alice.account, alice.account, '1'),
    nonce: 1,
    startEpochInclusive: epoch,
    endEpochExclusive: epoch + 2,
  })
}

async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}
