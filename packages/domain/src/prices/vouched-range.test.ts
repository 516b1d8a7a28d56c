import { expect, test } from 'vitest'
import { aMarket, LSU, withPrice, XRD, XUSDC, XUSDC_DEPOSIT_UNIT, XUSDT } from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import { judgePrices, releaseAsset } from './judge-prices.ts'
import { DEFAULT_PLAUSIBILITY } from './plausibility-policy.ts'
import type { PriceTrustState } from './price-trust.ts'
import { pricesAtOnce } from './prices-at-once.ts'
import { rememberedUnits } from './remembered-units.ts'
import { vouchedRange } from './vouched-range.ts'

const market = aMarket()
const atMs = market.syncPoint.ledgerTimeMs

function remembered(of = market, previous?: PriceTrustState): PriceTrustState {
  const { state } = judgePrices(previous, pricesAtOnce(of), DEFAULT_PLAUSIBILITY)
  return { ...state, units: new Map(rememberedUnits(previous, of)) }
}
const rangeOf = (resource: typeof XRD, state: PriceTrustState | undefined, nowMs = atMs) => {
  const range = vouchedRange(resource, XRD, state, nowMs, DEFAULT_PLAUSIBILITY)
  return range && [range.lowestXrd.toString(), range.highestXrd.toString()]
}
const priceOf = (resource: typeof XRD) => remembered().assets.get(resource)?.accepted?.priceXrd ?? Decimal.ZERO

test('XRD is worth itself, and what nobody ever accepted is vouched for by nobody', () => {
  expect(rangeOf(XRD, undefined)).toEqual(['1', '1'])
  expect(rangeOf(XUSDC, undefined)).toBeUndefined()
})

test('an accepted price counts within its band, which grows with time', () => {
  const price = priceOf(XUSDC)
  const band = (factor: string) => [
    price.dividedBy(Decimal.parse(factor)).toString(),
    price.times(Decimal.parse(factor)).toString(),
  ]
  expect(rangeOf(XUSDC, remembered())).toEqual(band('1.25'))
  expect(rangeOf(XUSDC, remembered(), atMs + 7_200_000)).toEqual(band('1.75'))
})

test('a price that was not believed moves nothing until an operator releases it', () => {
  const leapt = remembered(withPrice(market, XUSDC, priceOf(XUSDC).times(Decimal.parse('10')).toString()), remembered())
  expect(rangeOf(XUSDC, leapt)).toEqual(rangeOf(XUSDC, remembered()))
  const [, highest] = rangeOf(XUSDC, releaseAsset(leapt, XUSDC, atMs)) ?? []
  expect(highest).toBe(priceOf(XUSDC).times(Decimal.parse('12.5')).toString())
})

test('a unit is worth what it was remembered to stand for, at the vouched price of that', () => {
  const units = remembered().units
  expect(units?.get(LSU)?.of).toBe(XRD)
  const ofUnit = rangeOf(XUSDC_DEPOSIT_UNIT, remembered())
  const perUnit = units?.get(XUSDC_DEPOSIT_UNIT)?.perUnit ?? Decimal.ZERO
  expect(ofUnit).toEqual(rangeOf(XUSDC, remembered())?.map((each) => Decimal.parse(each).times(perUnit).toString()))
})

test('a unit that suddenly stands for something else, or for more, keeps what it stood for', () => {
  const kinds = (of: typeof XRD) =>
    aMarket({
      collateralKinds: new Map([
        ...market.collateralKinds,
        [XUSDC_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: of }],
      ]),
    })
  const before = remembered(kinds(XUSDT))
  expect(before.units?.get(XUSDC_DEPOSIT_UNIT)?.of).toBe(XUSDT)
  expect(remembered(kinds(XUSDC), before).units?.get(XUSDC_DEPOSIT_UNIT)).toEqual(before.units?.get(XUSDC_DEPOSIT_UNIT))
  const dearer = { ...before, units: new Map([[LSU, { of: XRD, perUnit: Decimal.parse('0.1') }]]) }
  expect(remembered(market, dearer).units?.get(LSU)?.perUnit.toString()).toBe('0.1')
})

test('a token with a price of its own stays what it was when it is called a unit of something dear', () => {
  const state = remembered()
  const forged = { ...state, units: new Map([[XUSDT, { of: XUSDC, perUnit: Decimal.parse('100') }]]) }
  expect(rangeOf(XUSDT, forged)).toEqual(rangeOf(XUSDT, state))
})
