import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { PlausibilityPolicy, PriceBand } from './plausibility-policy.ts'

const MS_PER_HOUR = Decimal.fromInteger(3_600_000)

/** Larger over smaller, so that a fall and a rise by the same factor weigh the same. */
export function ratioBetween(one: Decimal, other: Decimal): Decimal {
  const smaller = Decimal.min(one, other)
  return smaller.isPositive() ? Decimal.max(one, other).dividedBy(smaller) : Decimal.MAX
}

export function moveSince(
  accepted: { readonly priceXrd: Decimal; readonly atMs: number },
  price: Decimal,
  atMs: number,
  band: PriceBand,
): { ratio: Decimal; allowed: Decimal } {
  const hours = Decimal.fromInteger(Math.max(0, atMs - accepted.atMs)).dividedBy(MS_PER_HOUR)
  const move = Decimal.min(band.atMost, band.atOnce.plus(band.perHour.times(hours)))
  return { ratio: ratioBetween(price, accepted.priceXrd), allowed: Decimal.ONE.plus(move) }
}

export function bandOf(resource: ResourceAddress, policy: PlausibilityPolicy): PriceBand {
  return policy.bands.get(resource) ?? policy.defaultBand
}
