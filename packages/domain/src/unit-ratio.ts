import { Decimal, type RoundingMode } from './decimal.ts'
import { PreciseDecimal } from './precise-decimal.ts'

/**
 * How units become an amount and back: in 36 digits, truncated there, then to the nearest 18 digits. Real deposits on mainnet agree with
 * nearest and contradict truncation; that an exact midpoint goes towards zero is library source, and no reading shows one. Where the
 * ratio itself is zero nothing can be said, and both answer zero.
 * @see docs/on-ledger-data.md, "Rounding"
 */
const AS_THE_LEDGER: RoundingMode = 'ToNearestMidpointTowardZero'

/** Amount that `units` stand for: units ÷ ratio. */
export function amountOfUnits(units: Decimal, ratio: PreciseDecimal): Decimal {
  if (!ratio.isPositive()) return Decimal.ZERO
  return PreciseDecimal.fromDecimal(units).dividedBy(ratio).toDecimal(AS_THE_LEDGER)
}

/** Units that stand for `amount`: amount × ratio. `mode` only for a caller that must err on one side. */
export function unitsOfAmount(amount: Decimal, ratio: PreciseDecimal, mode: RoundingMode = AS_THE_LEDGER): Decimal {
  return PreciseDecimal.fromDecimal(amount).times(ratio).toDecimal(mode)
}

/** Units per amount as a pool keeps it: 36 digits, truncated. One where nothing is there yet. */
export function unitRatioOf(totalUnits: Decimal, total: Decimal): PreciseDecimal {
  if (!total.isPositive()) return PreciseDecimal.ONE
  return PreciseDecimal.fromDecimal(totalUnits).dividedBy(PreciseDecimal.fromDecimal(total))
}
