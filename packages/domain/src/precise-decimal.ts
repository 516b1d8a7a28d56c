import { Decimal, DecimalParseError, DecimalRangeError, type RoundingMode, roundedToStep } from './decimal.ts'

/**
 * Scrypto's `PreciseDecimal`: a signed fixed-point number with 36 fractional digits over 256 bits. The ledger keeps unit ratios in it.
 *
 * Multiplication and division truncate towards zero at the 36th digit. The step to 18 digits is {@link PreciseDecimal.toDecimal} and
 * names its rounding: a ratio cut to 18 digits judges a large position wrong in its 13th digit.
 */

const FRACTION_DIGITS = 36
const ONE_SUBUNITS = 10n ** 36n
const SUBUNITS_PER_ATTO = 10n ** 18n
const MAX_SUBUNITS = 2n ** 255n - 1n
const MIN_SUBUNITS = -(2n ** 255n)

/** Plain decimal text, as the Gateway prints it; 256 bits hold 41 digits before the point. */
const PLAIN_TEXT = /^(-?)(\d{1,60})(?:\.(\d{1,80}))?$/

export class PreciseDecimal {
  /** The number as a count of 10⁻³⁶. */
  readonly subunits: bigint

  private constructor(subunits: bigint) {
    this.subunits = subunits
  }

  static readonly ZERO = new PreciseDecimal(0n)
  static readonly ONE = new PreciseDecimal(ONE_SUBUNITS)

  /** @throws {DecimalRangeError} outside 256 bits. */
  static fromSubunits(subunits: bigint): PreciseDecimal {
    if (subunits > MAX_SUBUNITS || subunits < MIN_SUBUNITS)
      throw new DecimalRangeError(`${subunits} × 10⁻³⁶ does not fit a 256-bit PreciseDecimal.`)
    return new PreciseDecimal(subunits)
  }

  /** Exact. */
  static fromDecimal(value: Decimal): PreciseDecimal {
    return PreciseDecimal.fromSubunits(value.attos * SUBUNITS_PER_ATTO)
  }

  /**
   * Plain decimal text, exactly.
   * @throws {DecimalParseError} when it is no such text or needs more than 36 fractional digits. @throws {DecimalRangeError}
   */
  static parse(text: string): PreciseDecimal {
    const match = PLAIN_TEXT.exec(text)
    if (!match) throw new DecimalParseError(text, 'expected digits with an optional sign and fraction')
    const [, sign = '', whole = '', fraction = ''] = match
    const significant = fraction.replace(/0+$/, '')
    if (significant.length > FRACTION_DIGITS)
      throw new DecimalParseError(text, `it has more than ${FRACTION_DIGITS} fractional digits`)
    const subunits = BigInt(whole + significant.padEnd(FRACTION_DIGITS, '0'))
    return PreciseDecimal.fromSubunits(sign === '-' ? -subunits : subunits)
  }

  /** Truncates towards zero at the 36th digit. */
  times(other: PreciseDecimal): PreciseDecimal {
    return PreciseDecimal.fromSubunits((this.subunits * other.subunits) / ONE_SUBUNITS)
  }

  /** Truncates towards zero at the 36th digit. @throws {DecimalRangeError} when `divisor` is zero. */
  dividedBy(divisor: PreciseDecimal): PreciseDecimal {
    if (divisor.subunits === 0n) throw new DecimalRangeError(`${this} cannot be divided by zero.`)
    return PreciseDecimal.fromSubunits((this.subunits * ONE_SUBUNITS) / divisor.subunits)
  }

  /** To 18 fractional digits. @throws {DecimalRangeError} when it does not fit a Decimal. */
  toDecimal(mode: RoundingMode): Decimal {
    return Decimal.fromAttos(roundedToStep(this.subunits, SUBUNITS_PER_ATTO, mode) / SUBUNITS_PER_ATTO)
  }

  eq(other: PreciseDecimal): boolean {
    return this.subunits === other.subunits
  }

  isPositive(): boolean {
    return this.subunits > 0n
  }

  /** Plain decimal text without trailing zeros. */
  toString(): string {
    const magnitude = this.subunits < 0n ? -this.subunits : this.subunits
    const whole = magnitude / ONE_SUBUNITS
    const fraction = (magnitude % ONE_SUBUNITS).toString().padStart(FRACTION_DIGITS, '0').replace(/0+$/, '')
    return `${this.subunits < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
  }

  toJSON(): string {
    return this.toString()
  }
}
