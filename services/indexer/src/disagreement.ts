import { Decimal } from '@weft/domain'

/** Relative difference of two LTVs against the larger; 0 when both are 0, and 1 when one alone is. Never negative. */
export function disagreementBetween(own: Decimal, theirs: Decimal): Decimal {
  const larger = Decimal.max(own, theirs)
  return larger.isZero() ? Decimal.ZERO : own.minus(theirs).abs().dividedBy(larger)
}
