import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ServedLedger, serveLedger } from '../../test/served-ledger.ts'

let served: ServedLedger

beforeAll(async () => {
  served = await serveLedger()
})
afterAll(() => served[Symbol.asyncDispose]())

const REQUEST = {
  nonce: 1,
  signer_public_keys: [],
  flags: { use_free_credit: true, assume_all_signature_proofs: true, skip_epoch_check: true },
  start_epoch_inclusive: 1,
  end_epoch_exclusive: 2,
}

function getCdp(...ids: string[]): string {
  const list = ids.map((id) => `NonFungibleLocalId("${id}")`).join(', ')
  return `CALL_METHOD Address("${served.ledger.addresses.market}") "get_cdp" Array<NonFungibleLocalId>(${list});`
}

test('runs a read-only manifest without signatures and prints its output without names', async () => {
  const answer = await served.client.transaction.innerClient.transactionPreview({
    transactionPreviewRequest: { ...REQUEST, manifest: getCdp('#1#', '#2#') },
  })
  const receipt = answer.receipt as {
    status: string
    output: { hex: string; programmatic_json: { entries: unknown[] } }[]
  }
  expect(receipt.status).toBe('Succeeded')
  expect(receipt.output).toHaveLength(1)
  expect(receipt.output[0]?.hex).toMatch(/^5c23/)
  expect(receipt.output[0]?.programmatic_json).toMatchObject({ kind: 'Map', key_kind: 'NonFungibleLocalId' })
  expect(receipt.output[0]?.programmatic_json.entries).toHaveLength(2)
  expect(JSON.stringify(receipt.output)).not.toMatch(/_name"/)
})

test('answers 200 with status Failed, the reason and no output when the manifest fails: one bad id fails the batch', async () => {
  const answer = await served.post('/transaction/preview', { ...REQUEST, manifest: getCdp('#1#', '#999999#') })
  expect(answer).toMatchObject({ status: 200, json: { receipt: { status: 'Failed' } } })
  expect(answer.at('receipt.error_message')).toBeTruthy()
  expect(answer.at('receipt')).not.toHaveProperty('output')
})

test('answers 400 for a manifest that does not compile', async () => {
  const answer = await served.post('/transaction/preview', { ...REQUEST, manifest: 'CALL_METHOD nonsense;' })
  expect(answer.status).toBe(400)
  expect(answer.at('details.validation_errors')).toEqual([
    { path: '?', errors: [expect.stringMatching(/^Invalid manifest - /)] },
  ])
})

test.each([
  ['Nonce', { nonce: 0 }],
  ['Nonce', { nonce: undefined }],
  ['SignerPublicKeys', { signer_public_keys: undefined }],
  ['Flags', { flags: undefined }],
  ['Manifest', { manifest: '' }],
  ['TipPercentage', { tip_percentage: 256 }],
  ['EndEpochExclusive', { end_epoch_exclusive: 10_000_000_001 }],
])('is stricter than the OpenAPI document: %s', async (path, change) => {
  const answer = await served.post('/transaction/preview', { ...REQUEST, manifest: getCdp('#1#'), ...change })
  expect(answer).toMatchObject({ status: 400, json: { details: { validation_errors: [{ path }] } } })
})

test.each([
  ['absent', undefined, undefined],
  ['empty', 5, 5],
  ['longer than 30 days', 1, 8642],
])('refuses an epoch range that is %s, even with the epoch check skipped', async (_, start, end) => {
  const epochs = { start_epoch_inclusive: start, end_epoch_exclusive: end }
  const answer = await served.post('/transaction/preview', { ...REQUEST, manifest: getCdp('#1#'), ...epochs })
  expect(answer.status).toBe(400)
  expect(answer.at('details.validation_errors[0].errors[0]')).toMatch(/^Transaction validation error: /)
})
