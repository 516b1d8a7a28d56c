import { Decimal, DecimalParseError, DecimalRangeError } from '@weft/domain/decimal'

const FRACTION_DIGITS = 36
const ONE = 10n ** 36n
/** Subattos in one atto. */
const ATTO = 10n ** 18n

/**
 * How many units of a pool one whole token is worth: Scrypto's `PreciseDecimal`, 36 fractional digits. Amounts and units are turned
 * into each other at 36 digits (truncated) and then rounded to the nearest atto, a midpoint towards zero.
 */
export class UnitRatio {
  /** The ratio as a count of 10⁻³⁶. */
  readonly subattos: bigint

  constructor(subattos: bigint) {
    this.subattos = subattos
  }

  static readonly ONE = new UnitRatio(ONE)

  /** @throws {DecimalRangeError} when `total` is zero. */
  static of(units: Decimal, total: Decimal): UnitRatio {
    if (total.isZero()) throw new DecimalRangeError('A pool without a total has no unit ratio.')
    return new UnitRatio((units.attos * ONE) / total.attos)
  }

  /** @throws {DecimalParseError} when the text is no plain decimal of at most 36 fractional digits. */
  static parse(text: string): UnitRatio {
    const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d+)(?:\.(\d{1,36}))?$/.exec(text) ?? []
    if (whole === '') throw new DecimalParseError(text, 'it has no plain digits, or more than 36 after the point')
    return new UnitRatio(BigInt(`${sign}${whole}${fraction.padEnd(FRACTION_DIGITS, '0')}`))
  }

  /** `units ÷ ratio`. @throws {DecimalRangeError} when the ratio is zero. */
  amountOf(units: Decimal): Decimal {
    if (this.subattos === 0n) throw new DecimalRangeError('Units of a ratio of zero stand for no amount.')
    return nearestAtto((units.attos * ATTO * ONE) / this.subattos)
  }

  /** `amount × ratio`. */
  unitsOf(amount: Decimal): Decimal {
    return nearestAtto((amount.attos * ATTO * this.subattos) / ONE)
  }

  toString(): string {
    const digits = (this.subattos < 0n ? -this.subattos : this.subattos).toString().padStart(FRACTION_DIGITS + 1, '0')
    const fraction = digits.slice(-FRACTION_DIGITS).replace(/0+$/, '')
    return `${this.subattos < 0n ? '-' : ''}${digits.slice(0, -FRACTION_DIGITS)}${fraction === '' ? '' : `.${fraction}`}`
  }

  toJSON(): string {
    return this.toString()
  }
}

function nearestAtto(subattos: bigint): Decimal {
  const down = subattos / ATTO
  const rest = subattos % ATTO
  if (2n * rest > ATTO) return Decimal.fromAttos(down + 1n)
  return Decimal.fromAttos(2n * rest < -ATTO ? down - 1n : down)
}
