import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { PlausibilityPolicy } from './plausibility-policy.ts'
import type { PlausibleRange } from './plausible-range.ts'
import { bandOf, moveSince } from './price-band.ts'
import type { PriceTrustState } from './price-trust.ts'

/** What one unit of a resource may be worth, by a source that no present Gateway carries; `undefined` when nobody vouches for it. */
export type Vouched = (resource: ResourceAddress) => PlausibleRange | undefined

/**
 * What one unit may be worth by what is remembered, XRD: the last accepted price within its band, and what an operator released. Nothing
 * that a Gateway says at this moment counts, so that whoever shows us a market of his own cannot move it.
 * @returns `undefined` when nobody ever vouched for the resource.
 */
export function vouchedRange(
  resource: ResourceAddress,
  unit: ResourceAddress,
  state: PriceTrustState | undefined,
  nowMs: number,
  policy: PlausibilityPolicy,
): PlausibleRange | undefined {
  if (resource === unit) return { lowestXrd: Decimal.ONE, highestXrd: Decimal.ONE }
  const trust = state?.assets.get(resource)
  // A price of its own comes first: what suddenly is called a unit of something dear stays what it was.
  if (!trust?.accepted) {
    const worth = state?.units?.get(resource)
    const of = worth && worth.of !== resource ? vouchedRange(worth.of, unit, state, nowMs, policy) : undefined
    return of && worth && scaled(of, worth.perUnit)
  }
  const { priceXrd, atMs } = trust.accepted
  const { allowed } = moveSince({ priceXrd, atMs }, priceXrd, nowMs, bandOf(resource, policy))
  const released = trust.released && nowMs < trust.released.untilMs ? trust.released : undefined
  const vouched = [
    priceXrd.dividedBy(allowed),
    priceXrd.times(allowed),
    ...[released?.priceXrd, released?.pendingXrd].filter((price) => price !== undefined && price !== null),
  ]
  return {
    lowestXrd: vouched.reduce((least, each) => Decimal.min(least, each)),
    highestXrd: vouched.reduce((most, each) => Decimal.max(most, each)),
  }
}

function scaled({ lowestXrd, highestXrd }: PlausibleRange, by: Decimal): PlausibleRange {
  return { lowestXrd: lowestXrd.times(by), highestXrd: highestXrd.times(by) }
}
