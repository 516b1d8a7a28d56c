import { expect, test } from 'vitest'
import { HUG } from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import { judgePrices, type PricesAtOnce } from './judge-prices.ts'
import { DEFAULT_PLAUSIBILITY } from './plausibility-policy.ts'
import { plausibleRange } from './plausible-range.ts'

const HOUR = 3_600_000

function at(hour: number, price: string, second?: string, pending?: string): PricesAtOnce {
  const pendingXrd = pending === undefined ? {} : { pendingXrd: Decimal.parse(pending) }
  return {
    atMs: hour * HOUR,
    prices: new Map([[HUG, { priceXrd: Decimal.parse(price), source: 'feed', ...pendingXrd }]]),
    secondSource: new Map(second === undefined ? [] : [[HUG, Decimal.parse(second)]]),
  }
}

const rangeOf = (state: Parameters<typeof plausibleRange>[1], reading: PricesAtOnce) => {
  const { lowestXrd, highestXrd } = plausibleRange(HUG, state, reading, DEFAULT_PLAUSIBILITY)
  return [lowestXrd.toString(), highestXrd.toString()]
}
const accepted = judgePrices(undefined, at(0, '1'), DEFAULT_PLAUSIBILITY).state

test('reaches from the market’s own price to the band of the last accepted one', () => {
  expect(rangeOf(accepted, at(0, '0.0000000001'))).toEqual(['0.0000000001', '1.25'])
  expect(rangeOf(accepted, at(0, '900'))).toEqual(['0.8', '900'])
})

test('grows with the hours since anything was accepted', () => {
  expect(rangeOf(accepted, at(3, '0.0000000001'))).toEqual(['0.0000000001', '2'])
})

test('takes in a second source, and the value that waits behind the cache', () => {
  expect(rangeOf(accepted, at(0, '1', '10'))).toEqual(['0.8', '12'])
  expect(rangeOf(undefined, at(0, '0.5', '1', '30'))).toEqual(['0.5', '30'])
})

test('of an asset that nobody vouches for reaches from nothing to more than anything is worth', () => {
  expect(rangeOf(undefined, at(0, '0.0000000001'))).toEqual(['0', '1000000000'])
})
