import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { PricesAtOnce } from './judge-prices.ts'
import type { PlausibilityPolicy } from './plausibility-policy.ts'
import { bandOf, moveSince } from './price-band.ts'
import type { PriceTrustState } from './price-trust.ts'

/** XRD for one whole unit: what the price of an asset may honestly be while the market's own is not believed. */
export interface PlausibleRange {
  readonly lowestXrd: Decimal
  readonly highestXrd: Decimal
}

/** XRD. No whole unit of anything is worth more *(inferred: a bitcoin is some 25 million)*, so even an asset that nobody vouches for has a bound. */
const HIGHEST_CONCEIVABLE_XRD = Decimal.parse('1000000000')

/**
 * From the lowest to the highest of what anybody says: the market's price and the one that waits behind its cache, the last accepted
 * price within its band, and the second source within the gap that counts as agreement. Of an asset that neither was ever believed nor
 * has a second source, anything can be true.
 */
export function plausibleRange(
  resource: ResourceAddress,
  state: PriceTrustState | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
): PlausibleRange {
  const accepted = state?.assets.get(resource)?.accepted
  const second = reading.secondSource.get(resource)
  const current = reading.prices.get(resource)
  const said = [current?.priceXrd, current?.pendingXrd].filter((price) => price !== undefined)
  const vouched: Decimal[] = []
  if (accepted) {
    const { allowed } = moveSince(accepted, accepted.priceXrd, reading.atMs, bandOf(resource, policy))
    vouched.push(...around(accepted.priceXrd, allowed))
  }
  if (second?.isPositive()) vouched.push(...around(second, Decimal.ONE.plus(policy.maxSecondSourceGap)))
  const all = [...said, ...(vouched.length > 0 ? vouched : [Decimal.ZERO, HIGHEST_CONCEIVABLE_XRD])]
  return {
    lowestXrd: all.reduce((least, each) => Decimal.min(least, each)),
    highestXrd: all.reduce((most, each) => Decimal.max(most, each)),
  }
}

function around(price: Decimal, factor: Decimal): readonly Decimal[] {
  return [price.dividedBy(factor), price.times(factor)]
}
