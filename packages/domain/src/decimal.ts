/**
 * Scrypto's `Decimal`: a signed fixed-point number with 18 fractional digits over 192 bits.
 *
 * Multiplication and division truncate towards zero at the 18th digit, as the engine's integer division does; a result outside
 * the 192-bit range is an error there and a {@link DecimalRangeError} here. Text on every wire is plain decimal, never an exponent.
 */

const FRACTION_DIGITS = 18
const ONE_ATTOS = 10n ** 18n
/** Scrypto stores a Decimal as a signed 192-bit count of attos (10⁻¹⁸). */
const MAX_ATTOS = 2n ** 191n - 1n
const MIN_ATTOS = -(2n ** 191n)
/** Longer exponents cannot describe a number in range; refusing them early keeps a hostile text from building a giant BigInt. */
const MAX_EXPONENT = 100

/** Plain (`-12.5`) or exponent (`1.18186e-7`) decimal text; no blanks, no `+12`, no `.5`, no `5.`, no separators. */
const DECIMAL_TEXT = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/

/** As much of {@link DECIMAL_TEXT} as a text begins with: what follows is where it goes wrong. */
const DECIMAL_BEGINNING = /^-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d{0,4})?)?/

/** The text is no decimal number, or has more than 18 significant fractional digits: it is refused, never rounded. */
export class DecimalParseError extends Error {
  override readonly name = 'DecimalParseError'
  /** What is wrong without the text itself, for places where that may be a secret. */
  readonly why: string

  constructor(text: string, why: string) {
    super(`"${text.length > 80 ? `${text.slice(0, 80)}…` : text}" is not an exact decimal: ${why}.`)
    this.why = why
  }
}

/** The result does not fit Scrypto's 192 bits, or a divisor was zero. */
export class DecimalRangeError extends Error {
  override readonly name = 'DecimalRangeError'
}

/** How {@link Decimal.round} treats the digits it drops; the names are Scrypto's. */
export type RoundingMode =
  | 'ToPositiveInfinity'
  | 'ToNegativeInfinity'
  | 'ToZero'
  | 'AwayFromZero'
  | 'ToNearestMidpointTowardZero'
  | 'ToNearestMidpointAwayFromZero'
  | 'ToNearestMidpointToEven'

export class Decimal {
  /** The number as a count of 10⁻¹⁸. */
  readonly attos: bigint

  private constructor(attos: bigint) {
    this.attos = attos
  }

  static readonly ZERO = new Decimal(0n)
  static readonly ONE = new Decimal(ONE_ATTOS)
  static readonly MAX = new Decimal(MAX_ATTOS)
  static readonly MIN = new Decimal(MIN_ATTOS)

  /** @throws {DecimalRangeError} outside 192 bits. */
  static fromAttos(attos: bigint): Decimal {
    if (attos > MAX_ATTOS || attos < MIN_ATTOS)
      throw new DecimalRangeError(`${attos} attos do not fit a 192-bit Decimal.`)
    return new Decimal(attos)
  }

  /** @throws {DecimalRangeError} when `value` is no safe integer or does not fit. */
  static fromInteger(value: bigint | number): Decimal {
    if (typeof value === 'number' && !Number.isSafeInteger(value))
      throw new DecimalRangeError(`${value} is not a safe integer; parse its text instead.`)
    return Decimal.fromAttos(BigInt(value) * ONE_ATTOS)
  }

  /**
   * Reads plain or exponent text exactly. `1.18186e-7` is 0.000000118186: the exponent that a careless parser dropped made the
   * bad debt of August 2026.
   * @throws {DecimalParseError} when the text is not a number or needs more than 18 fractional digits.
   * @throws {DecimalRangeError} outside 192 bits.
   */
  static parse(text: string): Decimal {
    return Decimal.#read(text, divideExactly)
  }

  /**
   * Reads as {@link parse} does and drops what is beyond the 18th fractional digit. Only for quotes of services that print floats: it
   * expects a little less, and what is paid is never read by it.
   * @throws {DecimalParseError} @throws {DecimalRangeError}
   */
  static parseTruncated(text: string): Decimal {
    return Decimal.#read(text, (digits, divisor) => digits / divisor)
  }

  static #read(text: string, divide: (digits: bigint, divisor: bigint, text: string) => bigint): Decimal {
    const match = DECIMAL_TEXT.exec(text)
    if (!match) throw new DecimalParseError(text, whereItGoesWrong(text))
    const [, sign = '', whole = '', fraction = '', exponentText = '0'] = match
    const exponent = Number(exponentText)
    if (Math.abs(exponent) > MAX_EXPONENT) throw new DecimalParseError(text, `its exponent is beyond ±${MAX_EXPONENT}`)
    if (whole.length + fraction.length > 4 * MAX_EXPONENT) throw new DecimalParseError(text, 'it has too many digits')
    const shift = FRACTION_DIGITS + exponent - fraction.length
    const digits = BigInt(whole + fraction)
    const attos = shift >= 0 ? digits * 10n ** BigInt(shift) : divide(digits, 10n ** BigInt(-shift), text)
    return Decimal.fromAttos(sign === '-' ? -attos : attos)
  }

  plus(other: Decimal): Decimal {
    return Decimal.fromAttos(this.attos + other.attos)
  }

  minus(other: Decimal): Decimal {
    return Decimal.fromAttos(this.attos - other.attos)
  }

  /** Truncates towards zero at the 18th digit. */
  times(other: Decimal): Decimal {
    return Decimal.fromAttos((this.attos * other.attos) / ONE_ATTOS)
  }

  /** Truncates towards zero at the 18th digit. @throws {DecimalRangeError} when `divisor` is zero. */
  dividedBy(divisor: Decimal): Decimal {
    if (divisor.attos === 0n) throw new DecimalRangeError(`${this} cannot be divided by zero.`)
    return Decimal.fromAttos((this.attos * ONE_ATTOS) / divisor.attos)
  }

  negated(): Decimal {
    return Decimal.fromAttos(-this.attos)
  }

  abs(): Decimal {
    return this.attos < 0n ? this.negated() : this
  }

  /** Rounds to `places` fractional digits (0–18), as a resource's divisibility demands. */
  round(places: number, mode: RoundingMode): Decimal {
    if (!Number.isInteger(places) || places < 0 || places > FRACTION_DIGITS)
      throw new DecimalRangeError(`${places} fractional digits asked for; a Decimal has 0 to ${FRACTION_DIGITS}.`)
    return Decimal.fromAttos(roundedToStep(this.attos, 10n ** BigInt(FRACTION_DIGITS - places), mode))
  }

  /** -1, 0 or 1. */
  compareTo(other: Decimal): -1 | 0 | 1 {
    if (this.attos === other.attos) return 0
    return this.attos < other.attos ? -1 : 1
  }

  eq(other: Decimal): boolean {
    return this.attos === other.attos
  }

  lt(other: Decimal): boolean {
    return this.attos < other.attos
  }

  lte(other: Decimal): boolean {
    return this.attos <= other.attos
  }

  gt(other: Decimal): boolean {
    return this.attos > other.attos
  }

  gte(other: Decimal): boolean {
    return this.attos >= other.attos
  }

  isZero(): boolean {
    return this.attos === 0n
  }

  isNegative(): boolean {
    return this.attos < 0n
  }

  isPositive(): boolean {
    return this.attos > 0n
  }

  static min(first: Decimal, ...others: readonly Decimal[]): Decimal {
    return others.reduce((least, each) => (each.lt(least) ? each : least), first)
  }

  static max(first: Decimal, ...others: readonly Decimal[]): Decimal {
    return others.reduce((most, each) => (each.gt(most) ? each : most), first)
  }

  static sum(values: Iterable<Decimal>): Decimal {
    let total = Decimal.ZERO
    for (const value of values) total = total.plus(value)
    return total
  }

  /** Plain decimal text without trailing zeros, the form that manifests and JSON carry. */
  toString(): string {
    const magnitude = this.attos < 0n ? -this.attos : this.attos
    const whole = magnitude / ONE_ATTOS
    const fraction = (magnitude % ONE_ATTOS).toString().padStart(FRACTION_DIGITS, '0').replace(/0+$/, '')
    return `${this.attos < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`
  }

  toJSON(): string {
    return this.toString()
  }

  /** A float for charts and metrics only; never decides, never stored. */
  toApproxNumber(): number {
    return Number(this.toString())
  }
}

function whereItGoesWrong(text: string): string {
  const good = DECIMAL_BEGINNING.exec(text)?.[0].length ?? 0
  const where =
    good < text.length ? `character ${good + 1} of ${text.length} does not belong there` : 'it ends too early'
  return `expected digits with an optional sign, fraction and exponent, but ${where}`
}

function divideExactly(digits: bigint, divisor: bigint, text: string): bigint {
  if (digits % divisor !== 0n)
    throw new DecimalParseError(text, `it has more than ${FRACTION_DIGITS} fractional digits`)
  return digits / divisor
}

/** The multiple of `step` that `value` rounds to: what every rounding of a fixed-point number comes down to. */
export function roundedToStep(value: bigint, step: bigint, mode: RoundingMode): bigint {
  const remainder = value % step
  if (remainder === 0n) return value
  const towardsZero = value - remainder
  return goesAway(value, remainder, step, mode) ? towardsZero + (value < 0n ? -step : step) : towardsZero
}

function goesAway(attos: bigint, remainder: bigint, step: bigint, mode: RoundingMode): boolean {
  const twice = (remainder < 0n ? -remainder : remainder) * 2n
  switch (mode) {
    case 'ToZero':
      return false
    case 'AwayFromZero':
      return true
    case 'ToPositiveInfinity':
      return attos > 0n
    case 'ToNegativeInfinity':
      return attos < 0n
    case 'ToNearestMidpointTowardZero':
      return twice > step
    case 'ToNearestMidpointAwayFromZero':
      return twice >= step
    case 'ToNearestMidpointToEven':
      return twice === step ? (attos / step) % 2n !== 0n : twice > step
  }
}
