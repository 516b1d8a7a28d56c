import { NonFungibleLocalId, PreciseDecimal } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { type Decoder, isJsonObject, mapped, ofKind, SborMismatch, textOf } from './decode.ts'

const INTEGER_KINDS = ['I8', 'I16', 'I32', 'I64', 'I128', 'U8', 'U16', 'U32', 'U64', 'U128']

/** `Bool` is the only scalar that is no text in JSON. */
export const bool: Decoder<boolean> = (value, path) => {
  const object = ofKind(value, path, 'Bool')
  if (typeof object.value !== 'boolean') throw new SborMismatch(path, 'expected "value" to be true or false')
  return object.value
}

export const string: Decoder<string> = (value, path) => textOf(ofKind(value, path, 'String'), 'value', path)

/** Exact with 36 digits, from either of the ledger's two kinds of fractions. */
export const preciseDecimal: Decoder<PreciseDecimal> = mapped(scalarText('PreciseDecimal', 'Decimal'), (text) =>
  PreciseDecimal.parse(text),
)

/**
 * Exact from a `Decimal`; text that is no decimal number is refused. A `PreciseDecimal` where we keep 18 digits is rounded to the nearest,
 * midpoint towards zero, as the ledger does where it steps down.
 */
export const decimal: Decoder<Decimal> = (value, path) =>
  isJsonObject(value) && value.kind === 'PreciseDecimal'
    ? mapped(preciseDecimal, (precise) => precise.toDecimal('ToNearestMidpointTowardZero'))(value, path)
    : plainDecimal(value, path)

const plainDecimal: Decoder<Decimal> = mapped(scalarText('Decimal'), (text) => Decimal.parse(text))

/** An integer of any width, exact at every size: widths of the market's fields are not published. */
export const bigInteger: Decoder<bigint> = (value, path) => {
  const object = ofKind(value, path, ...INTEGER_KINDS)
  const kind = String(object.kind)
  const text = textOf(object, 'value', path)
  if (!/^-?\d{1,40}$/.test(text) || (kind.startsWith('U') && text.startsWith('-')))
    throw new SborMismatch(path, `"${text}" is no ${kind}`)
  return BigInt(text)
}

/** A count, an id or a version: of any width and not negative; beyond 2⁵³ it is refused, never rounded. */
export const count: Decoder<number> = mapped(bigInteger, (value) => {
  if (value < 0n) throw new Error(`${value} is negative`)
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw new Error(`${value} is beyond the integers that JavaScript holds exactly`)
  return Number(value)
})

/** Address of a global entity; `parse` gives it its type, e.g. `ResourceAddress.parse`. */
export function reference<A>(parse: (address: string) => A): Decoder<A> {
  return mapped(scalarText('Reference'), parse)
}

/** Address of an owned vault, key-value store or component. */
export const own: Decoder<string> = scalarText('Own')

export const nonFungibleLocalId: Decoder<NonFungibleLocalId> = mapped(scalarText('NonFungibleLocalId'), (text) =>
  NonFungibleLocalId.parse(text),
)

/** The last instant that a date can hold: the ends of the ledger's clock mean "never" and "always", and stay that. */
const LAST_INSTANT_MS = 8_640_000_000_000_000

/** An `Instant`, or any integer of unix seconds, in milliseconds. */
export const instantMs: Decoder<number> = mapped(bigInteger, clampedMs)

/** A duration in seconds, in milliseconds; one without end is as long as a date can say. */
export const secondsAsMs: Decoder<number> = mapped(bigInteger, (seconds) => {
  if (seconds < 0n) throw new Error(`a duration of ${seconds} seconds`)
  return clampedMs(seconds)
})

function clampedMs(seconds: bigint): number {
  const ms = seconds * 1000n
  const last = BigInt(LAST_INSTANT_MS)
  return Number(ms > last ? last : ms < -last ? -last : ms)
}

function scalarText(...kinds: readonly string[]): Decoder<string> {
  return (value, path) => textOf(ofKind(value, path, ...kinds), 'value', path)
}
