import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OpenApiContract } from '../../test/openapi-contract.ts'
import { type ServedLedger, serveLedger, testSigner, transferManifest } from '../../test/served-ledger.ts'

/** The Gateway's own OpenAPI document: reference material that lies beside the checkout and is not ours to copy into it. */
const DOCUMENT = join(import.meta.dirname, '../../../../../shared/reference/gateway-api-schema.yaml')
const REQUIRED = process.env.CI !== undefined

if (!existsSync(DOCUMENT) && !REQUIRED)
  process.stderr.write(`SKIPPED: the contract of the local ledger, because ${DOCUMENT} is not there\n`)

describe.skipIf(!existsSync(DOCUMENT) && !REQUIRED)(
  'every answer is as the OpenAPI document of the Gateway has it',
  () => {
    let served: ServedLedger
    let contract: OpenApiContract
    const asked = new Set<string>()

    beforeAll(async () => {
      contract = new OpenApiContract(DOCUMENT)
      served = await serveLedger({ commitDelayMs: { min: 1000, max: 1000 } })
      served.ledger.control.closeCdp('#2#')
    })
    afterAll(() => served[Symbol.asyncDispose]())

    /** Asks, and holds the answer to the document. */
    async function ask(path: string, body: unknown, status = 200) {
      const answer = await served.post(path, body)
      expect(answer.status, answer.body).toBe(status)
      const problems =
        status === 200 ? contract.problemsOfAnswer(path, answer.json) : contract.problemsOfError(answer.json)
      expect(problems).toEqual([])
      if (status === 200) asked.add(path)
      return answer
    }

    test('status and construction', async () => {
      await ask('/status/gateway-status', undefined)
      await ask('/status/network-configuration', undefined)
      await ask('/transaction/construction', undefined)
    })

    test('non-fungibles', async () => {
      const resource = { resource_address: served.ledger.addresses.cdpResource }
      await ask('/state/non-fungible/ids', { ...resource, limit_per_page: 3 })
      await ask('/state/non-fungible/data', { ...resource, non_fungible_ids: ['#1#', '#2#', '#3#'] })
      await ask('/state/non-fungible/location', { ...resource, non_fungible_ids: ['#1#', '#2#'] })
      await ask('/state/non-fungible/data', { ...resource, non_fungible_ids: [] }, 400)
      await ask('/state/non-fungible/ids', { resource_address: served.ledger.addresses.xrd }, 400)
      await ask('/state/non-fungible/ids', { ...resource, at_ledger_state: { state_version: 99_999_999 } }, 400)
      await ask('/state/non-fungible/ids', '[]', 400)
    })

    test('entities of every kind, key-value stores, and the pages of holdings', async () => {
      const { market, pool, xrd, cdpResource, priceFeed, dex, faucetAccount, validators, depositUnits } =
        served.ledger.addresses
      const details = await ask('/state/entity/details', {
        addresses: [market, pool, xrd, cdpResource, priceFeed, dex, faucetAccount],
        aggregation_level: 'Vault',
        opt_ins: { non_fungible_include_nfids: true, explicit_metadata: ['name'] },
      })
      await ask('/state/entity/details', {
        addresses: [
          pool,
          dex,
          ...validators.flatMap(({ address, lsu, claimNft }) => [address, lsu, claimNft]).slice(0, 10),
          ...Object.values(depositUnits).slice(0, 5),
        ],
      })
      const owner = await ask('/state/non-fungible/location', {
        resource_address: cdpResource,
        non_fungible_ids: ['#1#'],
      })
      const vault = owner.text('non_fungible_ids[0].owning_vault_address')
      const account = owner.text('non_fungible_ids[0].owning_vault_global_ancestor_address')
      await ask('/state/entity/details', { addresses: [account, vault] })
      await ask('/state/entity/details', { addresses: [account], aggregation_level: 'Vault' })
      await ask('/state/entity/page/fungible-vaults', { address: pool, resource_address: xrd })
      await ask('/state/entity/page/non-fungible-vault/ids', {
        address: account,
        vault_address: vault,
        resource_address: cdpResource,
      })
      const stores = ownedStores(details.at('items[].details.state'))
      expect(stores.length).toBeGreaterThan(10)
      for (const store of stores) {
        const keys = await ask('/state/key-value-store/keys', { key_value_store_address: store })
        if (keys.at('items[0]') === undefined) continue
        await ask('/state/key-value-store/data', {
          key_value_store_address: store,
          keys: keys.list('items[].key.raw_hex').map((keyHex) => ({ key_hex: keyHex })),
        })
      }
      await ask('/state/key-value-store/keys', { key_value_store_address: market }, 400)
    })

    test('preview, submission, status, details and stream', async () => {
      const { ledger } = served
      const { market, xrd } = ledger.addresses
      const preview = {
        nonce: 1,
        signer_public_keys: [],
        flags: { use_free_credit: true, assume_all_signature_proofs: true, skip_epoch_check: true },
        start_epoch_inclusive: 1,
        end_epoch_exclusive: 2,
      }
      const getCdp = (id: string) =>
        `CALL_METHOD Address("${market}") "get_cdp" Array<NonFungibleLocalId>(NonFungibleLocalId("${id}"));`
      await ask('/transaction/preview', { ...preview, manifest: getCdp('#1#') })
      await ask('/transaction/preview', { ...preview, manifest: getCdp('#2#') })
      await ask('/transaction/preview', { ...preview, manifest: 'nonsense' }, 400)

      const alice = await testSigner('alice', ledger.networkId)
      ledger.control.fundAccount(alice.account, { XRD: '1000' })
      const { epoch } = ledger.tip()
      const signed = await alice.sign({
        manifest: transferManifest(xrd, alice.account, ledger.addresses.faucetAccount, '1'),
        nonce: 1,
        startEpochInclusive: epoch,
        endEpochExclusive: epoch + 2,
      })
      const intent = { intent_hash: signed.intentHash }
      await ask('/transaction/status', intent)
      await ask('/transaction/committed-details', intent, 404)
      await ask('/transaction/submit', { notarized_transaction_hex: signed.payloadHex })
      await ask('/transaction/submit', { notarized_transaction_hex: '4d22' }, 400)
      await ask('/transaction/status', intent)
      ledger.control.advanceRound(2)
      await ask('/transaction/status', intent)

      const optIns = {
        raw_hex: true,
        receipt_state_changes: true,
        receipt_fee_summary: true,
        receipt_fee_source: true,
        receipt_fee_destination: true,
        receipt_costing_parameters: true,
        receipt_events: true,
        detailed_events: true,
        affected_global_entities: true,
        manifest_instructions: true,
        balance_changes: true,
      }
      await ask('/transaction/committed-details', { ...intent, opt_ins: optIns })
      const stream = await ask('/stream/transactions', { kind_filter: 'All', opt_ins: optIns, order: 'Asc' })
      expect(stream.list('items').length).toBeGreaterThan(2)
      await ask('/stream/transactions', {})
    })

    test('faults that the Gateway itself answers', async () => {
      for (const [kind, status] of [
        ['not-synced-up', 500],
        ['timed-out', 524],
      ] as const) {
        served.server.setFaults({ rules: [{ endpoint: '*', fault: { kind } }] })
        await ask('/status/gateway-status', undefined, status)
      }
      served.server.setFaults({})
    })

    test('covers every endpoint that the ledger serves', () => {
      expect([...asked].sort()).toEqual(served.server.endpoints.toSorted())
    })
  },
)

function ownedStores(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const own = 'kind' in value && value.kind === 'Own' && 'value' in value ? String(value.value) : ''
  const found = Object.values(value).flatMap(ownedStores)
  return own.startsWith('internal_keyvaluestore_') ? [own, ...found] : found
}
