import { NonFungibleLocalId } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { type Decoder, mapped, ofKind, SborMismatch, textOf } from './decode.ts'

export type IntegerKind = 'I8' | 'I16' | 'I32' | 'I64' | 'I128' | 'U8' | 'U16' | 'U32' | 'U64' | 'U128'

/** `Bool` is the only scalar that is no text in JSON. */
export const bool: Decoder<boolean> = (value, path) => {
  const object = ofKind(value, path, 'Bool')
  if (typeof object.value !== 'boolean') throw new SborMismatch(path, 'expected "value" to be true or false')
  return object.value
}

export const string: Decoder<string> = (value, path) => textOf(ofKind(value, path, 'String'), 'value', path)

/** Exact; text that is no decimal number is refused. */
export const decimal: Decoder<Decimal> = mapped(scalarText('Decimal'), (text) => Decimal.parse(text))

/** An integer of exactly this width, exact at every size. */
export function bigInteger(kind: IntegerKind): Decoder<bigint> {
  return mapped(scalarText(kind), (text) => {
    if (!/^-?\d{1,40}$/.test(text) || (kind.startsWith('U') && text.startsWith('-')))
      throw new Error(`"${text}" is no ${kind}`)
    return BigInt(text)
  })
}

/** An integer of exactly this width as a JS number; beyond 2⁵³ it is refused, never rounded. */
export function integer(kind: IntegerKind): Decoder<number> {
  return mapped(bigInteger(kind), (value) => {
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new Error(`${value} is beyond the integers that JavaScript holds exactly`)
    return number
  })
}

/** Address of a global entity; `parse` gives it its type, e.g. `ResourceAddress.parse`. */
export function reference<A>(parse: (address: string) => A): Decoder<A> {
  return mapped(scalarText('Reference'), parse)
}

/** Address of an owned vault, key-value store or component. */
export const own: Decoder<string> = scalarText('Own')

export const nonFungibleLocalId: Decoder<NonFungibleLocalId> = mapped(scalarText('NonFungibleLocalId'), (text) =>
  NonFungibleLocalId.parse(text),
)

/** An `Instant`: unix seconds in an `I64`, given in milliseconds. */
export const instantMs: Decoder<number> = mapped(integer('I64'), (seconds) => seconds * 1000)

/** A duration in seconds in an `I64`, given in milliseconds. */
export const secondsAsMs: Decoder<number> = instantMs

function scalarText(kind: string): Decoder<string> {
  return (value, path) => textOf(ofKind(value, path, kind), 'value', path)
}
