import { judgeHealth, type MarketSnapshot, PreciseDecimal, priceInForce, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, expect, test } from 'vitest'
import { type ExampleMarket, startExampleMarket } from '../../test/example-market.ts'
import { EXAMPLE_ADDRESSES as AT, type Examples } from '../../test/examples.ts'
import {
  decimalJson,
  fieldOf,
  integerJson,
  nameless,
  preciseJson,
  referenceJson,
  removeField,
  renameField,
  replaceField,
  type SborJson,
  variantJson,
} from '../../test/sbor-json.ts'

/**
 * Where the market differs from the document that the first reader was written from: one test per fact, by its number in the comparison of
 * both. `scripts/differing-facts.test.ts` holds these numbers to that comparison and lists the facts that nobody tests yet.
 */

let examples: ExampleMarket | undefined
afterEach(() => examples?.close())

async function reading(change?: (examples: Examples) => void): Promise<MarketSnapshot> {
  examples?.close()
  examples = await startExampleMarket(change)
  return await examples.market()
}

const of = (address: string) => ResourceAddress.parse(address)
const unreadableTables = (market: MarketSnapshot) => [...new Set(market.unreadable.map(({ table }) => table))]

async function verdictOnCdp7(change?: (examples: Examples) => void) {
  const market = await reading(change)
  if (!examples) throw new Error('nothing was read')
  const [found] = await examples.reader.cdps(7, 7, examples.at)
  if (found?.kind !== 'live') throw new Error(`CDP #7 is ${found?.kind}`)
  const wanted = new Map([...found.cdp.nftCollaterals].map(([resource, { ids }]) => [resource, ids]))
  return judgeHealth(found.cdp, market, await examples.reader.nftContents(wanted, examples.at))
}

async function liquidationLtv(change?: (examples: Examples) => void): Promise<string> {
  const verdict = await verdictOnCdp7(change)
  return verdict.kind === 'judged' ? verdict.health.liquidationLtv.toString() : `unjudged: ${verdict.why}`
}

const bool = (value: boolean, name: string): SborJson => ({ kind: 'Bool', value, field_name: name })
const tuple = (...fields: SborJson[]): SborJson => ({ kind: 'Tuple', fields })
const named = (name: string, value: SborJson): SborJson => ({ ...value, field_name: name })

/** What the first document had: `{enabled, locked}` under a key of service and scope. */
const oldSwitch = () => tuple(bool(true, 'enabled'), bool(false, 'locked'))

test('fact 1: the market’s switches are one map, not three fields', async () => {
  expect([...(await reading()).services.market]).toEqual([
    ['CreateCDP', true],
    ['UpdateCDP', true],
    ['BurnCDP', true],
  ])
  const three = await reading((all) =>
    replaceField(
      all.state(AT.market),
      ['market_service_status'],
      tuple(...['create_cdp', 'update_cdp', 'burn_cdp'].map((name) => named(name, oldSwitch()))),
    ),
  )
  expect(unreadableTables(three)).toEqual(['market_service_status'])
})

test('fact 2: price feeds stand in a configuration manager', async () => {
  const { priceFeeds } = await reading()
  expect([...priceFeeds.values()].map(({ kind }) => kind)).toEqual(['component', 'component', 'fixed'])
  const single = await reading((all) =>
    replaceField(
      all.state(AT.market),
      ['price_feed_manager'],
      tuple(named('default_price_feed', referenceJson(AT.feed))),
    ),
  )
  expect(unreadableTables(single)).toContain('price_feed_manager')
})

test('fact 3: each asset names its own feed', async () => {
  const market = await reading()
  const feedOf = (asset: string) => market.priceFeeds.get(market.resources.get(of(asset))?.priceFeedId ?? -1)
  expect(feedOf(AT.XRD)).toEqual({ kind: 'fixed', price: Decimal.parse('1') })
  expect(feedOf(AT.xUSDC)).toMatchObject({ kind: 'component', component: AT.feed })
  expect(feedOf(AT.LSULP)).toMatchObject({ kind: 'component', component: AT.lsulpFeed })
})

test('facts 11, 39: the receipt of a flash loan is the pool’s transient resource, not the market’s', async () => {
  const market = await reading()
  expect(market.flashLoanTerm).toBe(AT.poolTransient)
  expect(AT.poolTransient).not.toBe(AT.marketTransient)
  const without = await reading((all) => removeField(all.state(AT.pool), ['transient_res_manager']))
  expect(without.flashLoanTerm).toBeNull()
  expect(without.pools).toEqual(market.pools)
})

test('fact 12: a manager carries fields that nobody here reads, and may lack them', async () => {
  const market = await reading()
  const bare = await reading((all) => {
    const manager = fieldOf(all.state(AT.market), 'collateral_config_manager')
    const kept = manager.fields?.filter(({ field_name: name }) => name === 'entries' || name === 'track_history')
    manager.fields = kept ?? []
  })
  expect(bare.collateralConfigs).toEqual(market.collateralConfigs)
})

test('facts 13, 14: a superseded and a current version stand under History and its number', async () => {
  const { collateralConfigs: table } = await reading()
  expect(table.current.get(0)?.version).toBe(7)
  expect(table.history.get(7)?.config).toEqual(table.current.get(0)?.config)
  expect(table.history.get(0)?.config.loanToValueRatio.toString()).toBe('0.75')
  const old = await reading((all) => {
    const row = all.row('collateral_config', 'History')
    row.key = variantJson(1, 'Historical', integerJson('U16', '0'), integerJson('U64', '7'))
  }).catch((error: unknown) => error)
  expect(old).toBeInstanceOf(Error)
})

test('fact 15: the recorded version judges; gone, nobody can judge the CDP', async () => {
  expect(await liquidationLtv()).toBe('1.33312617739212568')
  const gone = await verdictOnCdp7((all) => {
    const rows = all.rows('collateral_config')
    const kept = rows.filter(({ key }) => key.variant_name !== 'History')
    rows.splice(0, rows.length, ...kept)
  })
  expect(gone).toMatchObject({ kind: 'unjudged', why: expect.stringMatching(/version \d+ is not on the ledger/) })
})

test('fact 20: an NFT’s registration has a valuator beside its underlying resources', async () => {
  const { nftKinds } = await reading()
  expect(nftKinds.get(of(AT.regNft))).toMatchObject({
    underlying: [AT.XRD, AT.xUSDC],
    valuator: { component: AT.valuator },
  })
})

test.each([
  [28, 'collateral_service', 'collateral_service_manager'],
  [29, 'loan_service', 'loan_service_manager'],
  [30, 'pool_service', 'lending_service_manager'],
] as const)('fact %i: a key of %s is the scope alone', async (_fact, store, table) => {
  expect((await reading()).unreadable).toEqual([])
  const old = await reading((all) => {
    const row = all.rows(store)[0]
    if (row) row.key = tuple(named('service', variantJson(0, 'Add')), named('scope', row.key))
  })
  expect(unreadableTables(old)).toEqual([table])
})

test('fact 31: a resource’s switches are one map, and what it lacks is off', async () => {
  const { services } = await reading()
  expect(services.loans.get(AT.xUSDC)?.get('Borrow')).toBe(false)
  expect(services.collaterals.get(AT.HUG)?.get('RemoveForLiquidation')).toBe(true)
  const old = await reading((all) => {
    all.row('loan_service', AT.xUSDC).value = oldSwitch()
  })
  expect(old.unreadable).toMatchObject([{ table: 'loan_service_manager', key: AT.xUSDC }])
})

test('fact 32: RemoveForLiquidation is 3 and FlashOperation 2, where only numbers are given', async () => {
  const market = await reading((all) => {
    const row = all.row('collateral_service', AT.HUG)
    const entries = row.value.fields?.[0]?.entries ?? []
    for (const entry of entries) {
      const enabled = entry.value.fields?.[0]
      if (enabled && entry.key.variant_id === '3') enabled.value = false
      entry.key = nameless(entry.key)
    }
  })
  expect(market.services.collaterals.get(AT.HUG)?.get('RemoveForLiquidation')).toBe(false)
  expect(market.services.collaterals.get(AT.HUG)?.get('FlashOperation')).toBe(true)
})

test('facts 37, 38: the pool’s tables are found by name, else by the addresses that are known of them', async () => {
  const market = await reading()
  const renamed = await reading((all) => {
    renameField(all.state(AT.pool), ['resource_pools'], 'pool_states')
    renameField(all.state(AT.pool), ['lending_service_manager'], 'services')
  })
  expect(renamed.pools).toEqual(market.pools)
  expect(renamed.services.pool).toEqual(market.services.pool)
  const absent = await reading((all) => removeField(all.state(AT.pool), ['resource_pools']))
  expect(absent.unreadable).toMatchObject([{ table: 'resource_pools', why: expect.stringContaining('its fields are') }])
  expect(absent.pools.size).toBe(0)
})

test('facts 40, 41: an interest strategy is a configuration; the slope is spelled slop', async () => {
  const { interestStrategies } = await reading()
  const [points] = interestStrategies.values()
  expect(points?.length).toBeGreaterThan(1)
  expect(Object.keys(points?.[0] ?? {})).toEqual(['usage', 'rate', 'slope'])
})

test('fact 42: the lookup of deposit units is not needed: the pools name their units', async () => {
  const market = await reading((all) => all.rows('deposit_unit_lookup').splice(0))
  expect(market.unreadable).toEqual([])
  expect([...market.pools.values()].map(({ depositUnit }) => depositUnit)).toEqual([AT.w2XRD, AT.w2xUSDC, AT.w2LSULP])
})

test('fact 43: the protocol’s share of interest is what the pool says', async () => {
  const market = await reading((all) =>
    replaceField(all.state(AT.pool), ['fee_config', 'protocol_interest_fee_rate'], decimalJson('0.35')),
  )
  expect(market.rules.protocolInterestFeeRate?.toString()).toBe('0.35')
})

test('fact 45: a unit ratio has 36 digits and keeps them; a total may be either kind of number', async () => {
  const ratio = '0.947179435642161643578078629541578061'
  const market = await reading((all) => {
    const pool = all.row('resource_pools', AT.xUSDC).value
    replaceField(pool, ['loan_state', 'unit_ratio'], preciseJson(ratio))
    const total = fieldOf(pool, 'loan_state', 'total')
    total.kind = 'PreciseDecimal'
  })
  expect(market.pools.get(of(AT.xUSDC))?.loans.unitRatio).toEqual(PreciseDecimal.parse(ratio))
  expect(market.unreadable).toEqual([])
})

test('fact 50: the limit of utilisation is an optional number', async () => {
  const limited = (limit: SborJson) =>
    reading((all) =>
      replaceField(all.row('resource_pools', AT.XRD).value, ['pool_config', 'utilization_limit'], limit),
    ).then(({ pools }) => pools.get(of(AT.XRD))?.utilisationLimit)
  expect(await limited(variantJson(1, 'Some', decimalJson('0.8')))).toEqual({
    kind: 'ratio',
    ratio: Decimal.parse('0.8'),
  })
  expect(await limited(variantJson(0, 'None'))).toEqual({ kind: 'none' })
  expect(await limited(variantJson(2, 'SupplyRatio', decimalJson('0.8')))).toMatchObject({ kind: 'unknown' })
})

test('fact 51: what a supply ratio is of, the total supply of the resource, is read from the resource', async () => {
  const market = await reading()
  const details = examples && market.pools.get(of(AT.XRD))?.supply
  expect(details?.toString()).toMatch(/^\d+/)
})

test('fact 54: LSULP’s price comes from its proxy, by its own method', async () => {
  const market = await reading()
  expect(market.priceFeeds.get(market.resources.get(of(AT.LSULP))?.priceFeedId ?? -1)).toMatchObject({
    component: AT.lsulpFeed,
    method: 'get_price',
  })
  expect(market.prices.get(of(AT.LSULP))?.feed).toBeDefined()
})

test('fact 58: the market’s clock is whole minutes: seconds within one change no verdict', async () => {
  const market = await reading()
  const { ledgerTimeMs } = market.syncPoint
  const reading1 = market.prices.get(of(AT.xUSDC))
  const mode = market.rules.priceCacheMode
  if (!reading1?.cached || mode.kind !== 'debounce') throw new Error('the examples have no cached price of xUSDC')
  // Taken at half a minute, the cached price gives way to the feed's when the minute of its end begins, not half a minute later.
  const ends = Math.ceil((reading1.cached.atMs + mode.debounceMs) / 60_000) * 60_000
  const dear = Decimal.parse('9')
  const aged: MarketSnapshot = {
    ...market,
    prices: new Map([
      [
        of(AT.xUSDC),
        {
          ...reading1,
          cached: { value: dear, atMs: ends - mode.debounceMs },
          feed: { value: Decimal.ONE, atMs: ledgerTimeMs },
        },
      ],
    ]),
  }
  const priceAt = (at: number) => priceInForce(aged, of(AT.xUSDC), at).toString()
  expect(priceAt(ends - 1)).toBe('9')
  expect(priceAt(ends)).toBe('1')
  expect(priceAt(ends + 59_999)).toBe('1')
  expect(priceAt(ends - 60_000)).toBe('9')
})

test('fact 60: amounts come from 36 digits and are rounded to nearest', async () => {
  const verdict = await verdictOnCdp7()
  if (verdict.kind === 'unjudged') throw new Error(verdict.why)
  expect(verdict.health.loans[0]?.amount.toString()).toBe('105.576616464654077342')
  expect(verdict.health.collaterals[0]?.amount.toString()).toBe('128820.601412131345697028')
})

test('fact 87: which of the two published receipts of flash loans is right, the pool’s state decides', async () => {
  const market = await reading((all) =>
    replaceField(all.state(AT.pool), ['transient_res_manager'], referenceJson(AT.marketTransient)),
  )
  expect(market.flashLoanTerm).toBe(AT.marketTransient)
  expect(examples?.network.addresses).not.toHaveProperty('loanTermResource')
})
