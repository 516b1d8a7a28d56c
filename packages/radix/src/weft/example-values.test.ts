import { readdirSync } from 'node:fs'
import { PreciseDecimal } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { describe, expect, test } from 'vitest'
import { EXAMPLE_ADDRESSES as AT, type ExampleStore, Examples, fixture, outputsOf } from '../../test/examples.ts'
import type { SborJson } from '../../test/sbor-json.ts'
import { array, bytesHex, mapOf, option, positional, struct } from '../sbor/composites.ts'
import { type Decoder, decodeSbor, ignored } from '../sbor/decode.ts'
import {
  bool,
  count,
  decimal,
  instantMs,
  nonFungibleLocalId,
  own,
  preciseDecimal,
  secondsAsMs,
  string,
} from '../sbor/scalars.ts'
import { configEntry, configKey, resource, validator } from './decode-configs.ts'

/** Values that no run of the backend reads: what they promise of the codec, and of whoever comes to need them. */

function tableOf<K, V>(store: ExampleStore, key: Decoder<K>, value: Decoder<V>): readonly (readonly [K, V])[] {
  return new Examples()
    .rows(store)
    .map((row) => [decodeSbor(key, row.key, `${store} key`), decodeSbor(value, row.value, `${store} value`)] as const)
}

const cachedRatio = struct({ transaction_hash: bytesHex, cached_value: preciseDecimal, timestamp: instantMs })

test.each([
  ['deposit_unit_ratio_cache', '0.931531903162651004786591750048275025'],
  ['loan_unit_ratio_cache', '0.899382915196641631789812144661849779'],
] as const)('%s holds ratios of 36 digits in cache entries', (store, ofXrd) => {
  const table = new Map(tableOf(store, resource, cachedRatio))
  expect(table.size).toBe(3)
  const [, xrd] = [...table].find(([key]) => key === AT.XRD) ?? []
  expect(xrd?.cached_value).toEqual(PreciseDecimal.parse(ofXrd))
  expect(xrd?.transaction_hash).toMatch(/^(a1){32}$/)
  expect(xrd?.timestamp).toBe(1_795_966_500_000)
})

test.each([
  ['collateral_assets', 4],
  ['nft_collateral_assets', 1],
  ['liquidation_fees', 1],
] as const)('%s holds a vault by resource', (store, size) => {
  const vaults = tableOf(store, resource, own).map(([, vault]) => vault)
  expect(vaults).toHaveLength(size)
  for (const vault of vaults) expect(vault).toMatch(/^internal_vault_rdx1/)
})

test('deposit_unit_lookup leads from a deposit unit to what was deposited', () => {
  expect(tableOf('deposit_unit_lookup', resource, resource)).toEqual([
    [AT.w2XRD, AT.XRD],
    [AT.w2xUSDC, AT.xUSDC],
    [AT.w2LSULP, AT.LSULP],
  ])
})

test('isolation_group holds configurations like any other manager', () => {
  expect(tableOf('isolation_group', configKey, configEntry(struct({ description: string })))).toEqual([
    [
      { kind: 'current', id: 1 },
      { id: 1, config: { description: 'Meme coins' }, version: 0, expiresAtMs: null },
    ],
  ])
})

describe('previews, by position', () => {
  const contribution = positional({
    divisibility: count,
    total: decimal,
    totalUnits: decimal,
    unitRatio: preciseDecimal,
  })

  test('get_pool_state and get_pool_config answer optional tuples by the lent resource', () => {
    const [states, configs] = outputsOf('preview/get_pool_state+get_pool_config.json')
    const state = positional({ interestRate: decimal, deposits: contribution, loans: contribution })
    const config = positional({
      updatePeriodMs: secondsAsMs,
      loanFeeRate: decimal,
      flashLoanFeeRate: decimal,
      depositLimit: ignored,
      utilisationLimit: option(decimal),
    })
    const readStates = decodeSbor(mapOf(resource, option(state)), states, 'get_pool_state')
    const readConfigs = decodeSbor(mapOf(resource, option(config)), configs, 'get_pool_config')
    expect([...readStates.keys()]).toEqual([AT.XRD, AT.xUSDC, AT.LSULP])
    const [, usdc] = [...readStates.values()]
    expect(usdc?.loans.unitRatio).toEqual(PreciseDecimal.parse('0.947179435642161643578078629541578061'))
    expect(usdc?.loans.divisibility).toBe(6)
    expect([...readConfigs.values()].map((each) => each?.updatePeriodMs)).toEqual([86_400_000, 86_400_000, 86_400_000])
    expect([...readConfigs.values()][0]?.utilisationLimit).toEqual(Decimal.parse('0.95'))
  })

  test('get_nft_value answers an optional map of what each NFT costs', () => {
    const value = positional({
      value: decimal,
      discounted: decimal,
      payment: decimal,
      compensation: decimal,
      fee: decimal,
    })
    const [answer] = outputsOf('preview/get_nft_value.json')
    const read = decodeSbor(option(mapOf(resource, mapOf(nonFungibleLocalId, value))), answer, 'get_nft_value')
    const [[nft, values] = []] = read ?? []
    expect(nft).toBe(AT.claimNft)
    expect([...(values?.values() ?? [])].map((each) => each.payment.toString())).toEqual(['1382.513963391030249405'])
  })
})

test('every event but one wraps what it says in one field without a name', () => {
  const { detailed_events: events } = fixture<{
    readonly answer: {
      readonly detailed_events: readonly {
        readonly identifier: { readonly event: string }
        readonly payload: { readonly programmatic_json: SborJson }
      }[]
    }
  }>('events/market-events.json').answer
  expect(events).toHaveLength(22)
  const wrapped = positional({ inner: struct({ cdp_id: nonFungibleLocalId }) })
  const bare = struct({ cdp_id: nonFungibleLocalId, compensation_amount: decimal })
  const ofCdps = events.filter(({ payload }) => JSON.stringify(payload).includes('cdp_id'))
  expect(ofCdps).toHaveLength(16)
  for (const { identifier, payload } of ofCdps) {
    const event = payload.programmatic_json
    expect(event.type_name).toBe(identifier.event)
    if (identifier.event === 'CDPNFTCollateralCompensation')
      expect(decodeSbor(bare, event, identifier.event)).toEqual({
        cdp_id: '#7#',
        compensation_amount: Decimal.parse('87.2'),
      })
    else expect(decodeSbor(wrapped, event, identifier.event).inner.cdp_id).toBe('#7#')
  }
})

test('a real answer of mainnet, of another protocol, goes through the codec whole', () => {
  const { entries } = fixture<{
    readonly answer: {
      readonly entries: readonly {
        readonly key: { readonly programmatic_json: SborJson }
        readonly value: { readonly programmatic_json: SborJson }
      }[]
    }
  }>('captured/root-finance-pool-states.kvs-data.json').answer
  const pool = struct({
    collaterals: own,
    price: decimal,
    price_updated_at: instantMs,
    total_loan: preciseDecimal,
    total_deposit_unit: preciseDecimal,
    interest_strategy: struct({ break_points: struct({ r1: decimal }) }),
    liquidation_threshold: struct({ identical_resource: option(decimal), resource: mapOf(resource, decimal) }),
    pool_config: struct({
      asset_type: count,
      deposit_limit: option(decimal),
      interest_update_period: secondsAsMs,
      price_expiration_period: secondsAsMs,
    }),
    operating_status: struct({ is_liquidate_enabled: struct({ enabled: bool }) }),
  })
  const [lsulp] = entries.map(({ key, value }) => ({
    of: decodeSbor(resource, key.programmatic_json, 'key'),
    pool: decodeSbor(pool, value.programmatic_json, 'value'),
  }))
  expect(lsulp?.of).toBe(AT.LSULP)
  expect(lsulp?.pool).toMatchObject({
    collaterals: expect.stringMatching(/^internal_vault_rdx1/),
    price: Decimal.parse('1.138799'),
    price_updated_at: 1_753_399_809_000,
    total_loan: PreciseDecimal.parse('217001.508316271845052855595516478697426107'),
    liquidation_threshold: { identical_resource: Decimal.parse('0.65'), resource: new Map() },
    pool_config: {
      asset_type: 0,
      deposit_limit: null,
      interest_update_period: 1_000,
      price_expiration_period: 240_000,
    },
    operating_status: { is_liquidate_enabled: { enabled: true } },
  })
})

test('every fixture names its source and how sure it is', () => {
  const files = readdirSync(new URL('../../test/fixtures', import.meta.url), { recursive: true })
    .map(String)
    .filter((file) => file.endsWith('.json'))
  expect(files).toHaveLength(39)
  for (const file of files) {
    const { source, confidence } = fixture<object>(file)
    expect(source.length, file).toBeGreaterThan(2)
    expect(confidence, file).toMatch(/^[ABCD]\b/)
  }
})

test('keys and variants without names are read by number', () => {
  // As in previews; state reads give names.
  const key = { kind: 'Enum', variant_id: 1, fields: [{ kind: 'U64', value: '7' }] }
  expect(decodeSbor(configKey, key, 'key')).toEqual({ kind: 'history', version: 7 })
  expect(decodeSbor(array(validator), { kind: 'Array', elements: [] }, 'none')).toEqual([])
})
