import { Decimal } from '../decimal.ts'

/** One size that was looked at, and the best profit of all ways out at that size; none where nothing can be done. */
export interface TriedSize {
  readonly size: Decimal
  readonly profitXrd: Decimal | undefined
}

/** Sizes looked at between two others. */
const POINTS = 7
/** As a part of the size: closer than this is close enough. */
const CLOSE_ENOUGH = Decimal.parse('0.02')

/**
 * Sizes between those tried, around the best of them: somewhere there price impact begins to cost more than the bonus brings, or the
 * slippage allowed or the funds end. None when the largest is best and profit still rises there, which is the usual case.
 */
export function sizesBetween(tried: readonly TriedSize[]): readonly Decimal[] {
  const sizes = [...tried].sort((a, b) => b.size.compareTo(a.size))
  const best = indexOfBest(sizes)
  const at = sizes[best]
  if (!at) return []
  const above = sizes[best - 1]
  const below = sizes[best + 1]
  if (!above && isRising(sizes)) return []
  const upper = above?.size ?? at.size
  // Where the next larger one cannot be done, profit rises up to what can.
  const lower = above && above.profitXrd === undefined ? at.size : (below?.size ?? at.size)
  if (upper.minus(lower).lte(at.size.times(CLOSE_ENOUGH))) return []
  const step = upper.minus(lower).dividedBy(Decimal.fromInteger(POINTS + 1))
  return Array.from({ length: POINTS }, (_, index) => lower.plus(step.times(Decimal.fromInteger(index + 1))))
}

function indexOfBest(sizes: readonly TriedSize[]): number {
  return sizes.reduce((best, { profitXrd }, index) => {
    const known = sizes[best]?.profitXrd
    return profitXrd && (!known || profitXrd.gt(known)) ? index : best
  }, -1)
}

/** By the parabola through the three largest: does it still rise at the largest? Two points that rise say yes. */
function isRising([first, second, third]: readonly TriedSize[]): boolean {
  if (!first?.profitXrd || !second?.profitXrd) return true
  const slope = slopeBetween(first, second)
  if (!third?.profitXrd || !slope) return true
  const before = slopeBetween(second, third)
  if (!before) return true
  const bend = slope.minus(before).times(first.size.minus(second.size)).dividedBy(first.size.minus(third.size))
  return !slope.plus(bend).isNegative()
}

function slopeBetween(one: TriedSize, other: TriedSize): Decimal | undefined {
  if (!one.profitXrd || !other.profitXrd) return undefined
  return one.profitXrd.minus(other.profitXrd).dividedBy(one.size.minus(other.size))
}
