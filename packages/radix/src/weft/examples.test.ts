import { amountOfUnits, cdpIdOf, judgeHealth, MarketSnapshot, ResourceAddress, unitsOfAmount } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, expect, test } from 'vitest'
import { type ExampleMarket, startExampleMarket } from '../../test/example-market.ts'
import { EXAMPLE_ADDRESSES as AT, type Examples, fixture } from '../../test/examples.ts'

/** What CDP #7 of the examples is worth, computed apart from the code under test. */
const EXPECTED = fixture<
  Record<'loanAmount' | 'loanValue' | 'duAmount' | 'liquidationLtv' | 'healthLtv', string> & {
    readonly ifRatioCutTo18AndTruncated: Record<'loanAmount' | 'duAmount', string>
  }
>('expected-health.json')

const NFT = '{4f58711db673a4c9-6adbac61e9e44239-c4eed16a71cde45e-94d8eb22e1ee9c85}'

let examples: ExampleMarket | undefined
afterEach(() => examples?.close())

async function started(change?: (examples: Examples) => void): Promise<ExampleMarket> {
  examples = await startExampleMarket(change)
  return examples
}

async function cdp7({ reader, at }: ExampleMarket) {
  const [reading] = await reader.cdps(7, 7, at)
  if (reading?.kind !== 'live') throw new Error(`CDP #7 is ${reading?.kind}`)
  const wanted = new Map([...reading.cdp.nftCollaterals].map(([resource, { ids }]) => [resource, ids]))
  return { cdp: reading.cdp, nfts: await reader.nftContents(wanted, at) }
}

const resource = (address: string) => ResourceAddress.parse(address)

test('the examples are read as one market in which everything decodes, and survive storage', async () => {
  const ledger = await started()
  const market = await ledger.market()
  expect(market.unreadable).toEqual([])
  expect(market).toMatchObject({
    cdpCounter: 1138,
    cdpResource: AT.cdp,
    flashLoanTerm: AT.poolTransient,
    rules: {
      priceExpirationPeriodMs: 14_400_000,
      priceCacheMode: { kind: 'debounce', debounceMs: 900_000 },
      defaultEfficiencyConfigId: 5,
      maxClaimNftValue: Decimal.parse('1000000'),
      protocolLiquidationBonusFeeRate: Decimal.parse('0.2'),
      protocolInterestFeeRate: Decimal.parse('0.2'),
    },
  })
  expect([...market.pools.keys()]).toEqual([AT.XRD, AT.xUSDC, AT.LSULP])
  expect(market.pools.get(resource(AT.XRD))).toMatchObject({
    depositUnit: AT.w2XRD,
    liquidity: Decimal.parse('1779772.42'),
    interestUpdatePeriodMs: 86_400_000,
    flashLoanFeeRate: Decimal.parse('0.001'),
    flashLoanLimit: { kind: 'none' },
    utilisationLimit: { kind: 'ratio', ratio: Decimal.parse('0.95') },
  })
  expect(market.nftKinds.get(resource(AT.claimNft))).toEqual({ kind: 'claim-nft', validator: AT.validator })
  expect(market.nftKinds.get(resource(AT.regNft))).toEqual({
    kind: 'registered-nft',
    underlying: [AT.XRD, AT.xUSDC],
    valuator: { component: AT.valuator, method: 'get_resource_amounts' },
  })
  expect(market.collateralKinds.get(resource(AT.w2LSULP))).toEqual({ kind: 'deposit-unit', underlying: AT.LSULP })
  expect(market.services.collaterals.get(AT.HUG)?.get('Add')).toBe(false)
  expect(market.services.loans.get(AT.xUSDC)?.get('Borrow')).toBe(false)
  expect(MarketSnapshot.decode(MarketSnapshot.encode(market))).toEqual(market)
})

test('CDP #7 is judged to the last digit: amounts, values and both ratios', async () => {
  const ledger = await started()
  const { cdp, nfts } = await cdp7(ledger)
  const verdict = judgeHealth(cdp, await ledger.market(), nfts)
  if (verdict.kind === 'unjudged') throw new Error(verdict.why)
  const { health } = verdict
  expect(health.loans[0]).toMatchObject({
    amount: Decimal.parse(EXPECTED.loanAmount),
    value: Decimal.parse(EXPECTED.loanValue),
  })
  expect(health.collaterals[0]).toMatchObject({ amount: Decimal.parse(EXPECTED.duAmount) })
  expect(health.liquidationLtv.toString()).toBe(EXPECTED.liquidationLtv)
  expect(health.healthLtv.toString()).toBe(EXPECTED.healthLtv)
  expect(health.nfts[0]?.value.toString()).toBe('1500')
  expect(health.loans[0]?.amount.toString()).not.toBe(EXPECTED.ifRatioCutTo18AndTruncated.loanAmount)
  expect(health.collaterals[0]?.amount.toString()).not.toBe(EXPECTED.ifRatioCutTo18AndTruncated.duAmount)
})

test('the preview of get_cdp is read by position, and says of CDP #7 what we say', async () => {
  const ledger = await started()
  expect(await ledger.oracle.confirm([cdpIdOf(7)])).toMatchObject([
    {
      kind: 'confirmed',
      liquidationLtv: Decimal.parse(EXPECTED.liquidationLtv),
      healthLtv: Decimal.parse(EXPECTED.healthLtv),
      totalLoanValueXrd: Decimal.parse(EXPECTED.loanValue),
    },
  ])
})

test('the claim NFT stands for the XRD that its data names', async () => {
  const { nfts } = await cdp7(await started())
  expect(nfts.get(resource(AT.claimNft))?.get(NFT)).toEqual({
    underlying: new Map([[AT.XRD, Decimal.parse('1500')]]),
    claimEpoch: 342_500,
  })
})

test('both possible shapes of the default feed give the same prices', async () => {
  const inline = await (await started()).market()
  examples?.close()
  const inStore = await (
    await started(({ entities }) => {
      const [store] = fixture<{
        readonly answer: { readonly items: { readonly details: { readonly state: never } }[] }
      }>('entity-details.price-feed-store.inferred.json').answer.items
      const feed = entities.get(AT.feed)
      if (!store || !feed) throw new Error('the examples have no default feed')
      feed.details.state = store.details.state
    })
  ).market()
  expect(inStore.unreadable).toEqual([])
  expect(inStore.prices.get(resource(AT.xUSDC))?.feed?.value.toString()).toBe('1289.78315672301463446')
  expect(inStore.prices).toEqual(inline.prices)
})

test('the numbers that Weft published of mainnet keep every digit', () => {
  const { readings } = fixture<{
    readonly readings: readonly { readonly values: Readonly<Record<string, string | number | readonly string[]>> }[]
  }>('captured/weft-v2-readings.json')
  const texts = readings
    .flatMap(({ values }) => Object.values(values).flat())
    .filter((each) => typeof each === 'string')
  expect(texts.length).toBeGreaterThan(25)
  for (const text of texts) expect(Decimal.parse(text).toString()).toBe(text)
  const [market, first, second] = [
    '1315296.2244905406833481',
    '1307296.691385699834253329',
    '7999.533104840849094771',
  ].map((text) => Decimal.parse(text))
  expect(first && second && market?.eq(first.plus(second))).toBe(true)
})

test('a deposit unit’s ratio keeps every digit, rises three times within the published series, and gives the units minted', async () => {
  const { PreciseDecimal } = await import('@weft/domain')
  const { rows } = fixture<{
    readonly rows: readonly { readonly unit_ratio: string; readonly deposit_units: string }[]
  }>('captured/weft-v2-deposit-ratio-series.json')
  const ratios = rows.map(({ unit_ratio: text }) => PreciseDecimal.parse(text))
  expect(ratios.map(String)).toEqual(rows.map(({ unit_ratio: text }) => text))
  const rises = ratios.filter((ratio, index) => {
    const before = ratios[index - 1]
    return before !== undefined && ratio.subunits - before.subunits > 10n ** 30n
  })
  expect(rises).toHaveLength(3)
  for (const [index, { deposit_units: units }] of rows.entries()) {
    const ratio = ratios[index]
    if (!ratio) throw new Error('no ratio')
    const amount = amountOfUnits(Decimal.parse(units), ratio)
    expect(unitsOfAmount(amount, ratio).minus(Decimal.parse(units)).attos).toBeOneOf([-1n, 0n, 1n])
  }
})
