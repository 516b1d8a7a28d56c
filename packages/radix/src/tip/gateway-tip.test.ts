import { AccountAddress, IntentHash, ResourceAddress, type SignedTransaction } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, describe, expect, test } from 'vitest'
import { stokenetConfig as network } from '../../test/stokenet-config.ts'
import { LEDGER_STATE, type StubGateway, type StubHandler, stubGateway } from '../../test/stub-gateway.ts'
import { WrongNetworkError } from '../gateway/wrong-network.ts'
import { GatewayTip } from './gateway-tip.ts'

const account = AccountAddress.parse('account_tdx_2_129t4rk8hyu9ekz9jgxcveprkm40dly5f4tc426sdqz7fa7mtgkmmff')
const intent = IntentHash.parse('txid_tdx_2_1px85n8fvm75dnsc795g9kup3k58c6325sep0n7pafqqmqdd4zn7qc5z4rd')
const xrd = network.addresses.xrd
const usdc = ResourceAddress.parse('resource_tdx_2_1tk903dr7agsg65v8h8he6kdhwlsctedxq0fuec0aufagr2xeyhs5ur')
const signed: SignedTransaction = {
  intentHash: intent,
  payloadHex: '4d22',
  startEpochInclusive: 30,
  endEpochExclusive: 32,
  manifest: 'x',
}

let gateway: StubGateway | undefined
afterEach(() => gateway?.close())
async function tipOf(handlers: Record<string, StubHandler>): Promise<GatewayTip> {
  gateway = await stubGateway(handlers)
  return new GatewayTip(gateway.client, network)
}

describe('the fate of an intent', () => {
  const statusOf = (intentStatus: string, more: object = {}) =>
    tipOf({
      '/transaction/status': () => ({
        // The legacy status says Pending of three different things: it must never count.
        body: {
          ledger_state: LEDGER_STATE,
          status: 'Pending',
          intent_status: intentStatus,
          intent_status_description: '',
          known_payloads: [],
          ...more,
        },
      }),
    })

  test.each([
    ['Unknown', {}, { kind: 'unknown' }],
    ['Pending', {}, { kind: 'pending', detail: 'Pending' }],
    [
      'LikelyButNotCertainRejection',
      { error_message: 'e' },
      { kind: 'pending', detail: 'LikelyButNotCertainRejection' },
    ],
    ['CommitPendingOutcomeUnknown', {}, { kind: 'pending', detail: 'CommitPendingOutcomeUnknown' }],
    ['CommittedSuccess', { committed_state_version: 99 }, { kind: 'committed', stateVersion: 99 }],
    [
      'CommittedFailure',
      { committed_state_version: 99, error_message: 'assertion' },
      { kind: 'committed-failure', stateVersion: 99, error: 'assertion' },
    ],
    ['PermanentlyRejected', { error_message: 'expired' }, { kind: 'permanently-rejected', error: 'expired' }],
  ])('%s', async (status, more, fate) => {
    expect(await (await statusOf(status, more)).fate(intent)).toEqual({ fate, epoch: 30, tipStateVersion: 100 })
  })

  test('a status that nobody knows yet is a fault and no fate', async () => {
    await expect((await statusOf('SomethingNew')).fate(intent)).rejects.toThrow('SomethingNew is unknown')
    await expect((await statusOf('CommittedSuccess')).fate(intent)).rejects.toThrow('without a state version')
  })
})

describe('submitting', () => {
  test('tells an accepted payload from one the Gateway refuses', async () => {
    const accepted = await tipOf({ '/transaction/submit': () => ({ body: { duplicate: true } }) })
    expect(await accepted.submit(signed)).toEqual({ kind: 'accepted', duplicate: true })
    gateway?.close()
    const message = 'Transaction is no longer valid from epoch 32 but it is now epoch 40'
    const refused = await tipOf({ '/transaction/submit': () => ({ status: 400, body: { message, code: 400 } }) })
    expect(await refused.submit(signed)).toEqual({ kind: 'refused', message: expect.stringContaining(message) })
  })

  test('does not take an unavailable Gateway, or what is none, for a refusal', async () => {
    const down = await tipOf({ '/transaction/submit': () => ({ status: 503, body: 'down' }) })
    await expect(down.submit(signed)).rejects.toMatchObject({ name: 'LedgerUnavailableError' })
    gateway?.close()
    const elsewhere = await tipOf({})
    await expect(elsewhere.submit(signed)).rejects.toMatchObject({ name: 'LedgerRequestError', status: 404 })
  })
})

describe('the committed receipt', () => {
  const transaction = {
    state_version: 99,
    epoch: 30,
    round: 1,
    round_timestamp: '',
    transaction_status: 'CommittedSuccess',
    fee_paid: '0.57',
    balance_changes: {
      fungible_fee_balance_changes: [
        { type: 'FeePayment', entity_address: account, resource_address: xrd, balance_change: '-0.57' },
      ],
      fungible_balance_changes: [{ entity_address: account, resource_address: usdc, balance_change: '3.5' }],
      non_fungible_balance_changes: [],
    },
  }
  const detailsOf = (answer: object) =>
    tipOf({ '/transaction/committed-details': () => ({ body: { ledger_state: LEDGER_STATE, transaction: answer } }) })

  test('holds the fee and, apart from it, the changes', async () => {
    expect(await (await detailsOf(transaction)).committed(intent)).toEqual({
      intentHash: intent,
      stateVersion: 99,
      success: true,
      feeXrd: Decimal.parse('0.57'),
      changes: [{ entity: account, resource: usdc, amount: Decimal.parse('3.5') }],
    })
  })

  test.each([
    [{ fee_paid: '0,57' }, `fee of committed transaction ${intent}: "0,57" is not an exact decimal`],
    [
      {
        balance_changes: {
          ...transaction.balance_changes,
          fungible_balance_changes: [{ entity_address: account, resource_address: usdc, balance_change: '1e-19' }],
        },
      },
      `change of ${usdc} by committed transaction ${intent}: "1e-19" is not an exact decimal`,
    ],
  ])('names the amount that is none: %j', async (change, problem) => {
    const tip = await detailsOf({ ...transaction, ...change })
    await expect(tip.committed(intent)).rejects.toMatchObject({
      name: 'LedgerDataError',
      message: expect.stringContaining(problem),
    })
  })

  test('is asked for again while it, or its changes, are not indexed', async () => {
    const fresh = await detailsOf({ ...transaction, balance_changes: null })
    await expect(fresh.committed(intent)).rejects.toMatchObject({ name: 'LedgerUnavailableError', retryAfterMs: 1000 })
    gateway?.close()
    const body = { message: 'x', code: 404, details: { type: 'TransactionNotFoundError', intent_hash: intent } }
    const unknown = await tipOf({ '/transaction/committed-details': () => ({ status: 404, body }) })
    await expect(unknown.committed(intent)).rejects.toMatchObject({ name: 'LedgerUnavailableError' })
  })
})

test('balances fill as many pages as strangers send resources, all of one state version', async () => {
  const item = (resource: string, amount: string) => ({
    aggregation_level: 'Global',
    resource_address: resource,
    amount,
    last_updated_at_state_version: 1,
  })
  const tip = await tipOf({
    '/state/entity/details': () => ({
      body: {
        ledger_state: LEDGER_STATE,
        items: [
          {
            address: account,
            fungible_resources: { total_count: 2, next_cursor: 'next', items: [item(usdc, '1.5')] },
            metadata: { items: [] },
          },
        ],
      },
    }),
    '/state/entity/page/fungibles': () => ({
      body: { ledger_state: LEDGER_STATE, address: account, total_count: 2, items: [item(xrd, '20')] },
    }),
  })
  expect(await tip.balances(account)).toEqual(
    new Map([
      [usdc, Decimal.parse('1.5')],
      [xrd, Decimal.parse('20')],
    ]),
  )
  expect(gateway?.seen.get('/state/entity/page/fungibles')).toEqual([
    expect.objectContaining({ cursor: 'next', at_ledger_state: { state_version: 100 } }),
  ])
})

describe('a dry run', () => {
  const fee = {
    xrd_total_execution_cost: '0.2',
    xrd_total_finalization_cost: '0.05',
    xrd_total_storage_cost: '0.1',
    xrd_total_royalty_cost: '0',
    xrd_total_tipping_cost: '0',
  }
  const change = (index: number, resource: string, amount: string) => ({
    index,
    resource_changes: [{ resource_address: resource, component_entity: { entity_address: account }, amount }],
  })
  const manifest = `CALL_METHOD Address("${account}") "lock_fee" Decimal("10");\nCALL_METHOD Address("${account}") "withdraw" Address("${xrd}") Decimal("5");\nCALL_METHOD Address("${account}") "deposit_batch" Expression("ENTIRE_WORKTOP");`
  const previewOf = (receipt: object, changes: object[] = []) =>
    tipOf({
      '/transaction/preview': () => ({ body: { encoded_receipt: '', receipt, resource_changes: changes, logs: [] } }),
    })

  test('gives the fee, and the net changes without it', async () => {
    const tip = await previewOf({ status: 'Succeeded', fee_summary: fee, output: [] }, [
      change(0, xrd, '-10'),
      change(1, xrd, '-5'),
      change(2, xrd, '5.25'),
      change(2, usdc, '0'),
    ])
    expect(await tip.preview(manifest)).toEqual({
      kind: 'succeeded',
      feeXrd: Decimal.parse('0.35'),
      changes: [{ entity: account, resource: xrd, amount: Decimal.parse('0.25') }],
    })
    expect(gateway?.seen.get('/transaction/preview')?.[0]).toMatchObject({
      nonce: 1,
      start_epoch_inclusive: 1,
      end_epoch_exclusive: 2,
      signer_public_keys: [],
      flags: { skip_epoch_check: true, use_free_credit: false, assume_all_signature_proofs: true },
    })
  })

  test.each(['Failed', 'Rejected'])('that is %s gives the engine’s reason', async (status) => {
    const tip = await previewOf({ status, error_message: 'WorktopError(AssertionFailed)' })
    expect(await tip.preview(manifest)).toEqual({ kind: 'failed', error: `${status}: WorktopError(AssertionFailed)` })
  })

  test('whose receipt has another shape is a fault', async () => {
    await expect((await previewOf({ status: 'CommittedSuccess' })).preview(manifest)).rejects.toMatchObject({
      name: 'LedgerDataError',
    })
  })
})

test('a Gateway of another network is refused before anything is read', async () => {
  const tip = await tipOf({
    '/status/network-configuration': () => ({
      body: { network_id: 1, network_name: 'mainnet', well_known_addresses: {} },
    }),
  })
  await expect(tip.syncPoint()).rejects.toBeInstanceOf(WrongNetworkError)
  await expect(tip.syncPoint()).rejects.toThrow('serves mainnet (network id 1), but the configuration is for stokenet')
})
