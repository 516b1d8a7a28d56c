import { LedgerDataError } from '@weft/domain'

/**
 * Reads one `programmatic_json` value of a known shape. Strict on kinds and on text, tolerant of extra fields: the Gateway may add
 * some in any release.
 * @throws {SborMismatch} with the path from the root of the value.
 */
export type Decoder<T> = (value: unknown, path: string) => T

/** What a decoder yields. */
export type Decoded<D> = D extends Decoder<infer T> ? T : never

/** A value is not of the shape asked for; {@link decodeSbor} turns it into a {@link LedgerDataError} that says where. */
export class SborMismatch extends Error {
  override readonly name = 'SborMismatch'
  readonly path: string

  constructor(path: string, problem: string) {
    super(`${path === '' ? 'the value itself' : path}: ${problem}`)
    this.path = path
  }
}

/**
 * Decodes a whole value.
 * @param where for people: which entity, field or call the value was read from.
 * @throws {LedgerDataError} `where: path: problem`
 */
export function decodeSbor<T>(decoder: Decoder<T>, value: unknown, where: string): T {
  try {
    return decoder(value, '')
  } catch (error) {
    if (error instanceof SborMismatch) throw new LedgerDataError(where, error.message, error)
    throw error
  }
}

/** A decoder whose result passes through `map`; what `map` throws is reported at the value's path. */
export function mapped<A, B>(decoder: Decoder<A>, map: (value: A) => B): Decoder<B> {
  return (value, path) => {
    const decoded = decoder(value, path)
    try {
      return map(decoded)
    } catch (error) {
      throw new SborMismatch(path, error instanceof Error ? error.message : String(error))
    }
  }
}

/** What became of a value that may be of another shape without harm to its neighbours. */
export type Attempt<T> =
  | { readonly kind: 'decoded'; readonly value: T }
  /** `why` begins with the path. */
  | { readonly kind: 'unreadable'; readonly why: string }

/** A decoder that reports a mismatch as a value: one entry of many must not hide the others. */
export function attempted<T>(decoder: Decoder<T>): Decoder<Attempt<T>> {
  return (value, path) => {
    try {
      return { kind: 'decoded', value: decoder(value, path) }
    } catch (error) {
      if (error instanceof SborMismatch) return { kind: 'unreadable', why: error.message }
      throw error
    }
  }
}

/** Any value, undecoded: for fields that this system does not read but must count by position. */
export const ignored: Decoder<undefined> = (value, path) => {
  kindOf(value, path)
  return undefined
}

type JsonObject = Readonly<Record<string, unknown>>

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function kindOf(value: unknown, path: string): string {
  if (!isJsonObject(value)) throw new SborMismatch(path, `expected an SBOR value, got ${describe(value)}`)
  if (typeof value.kind !== 'string')
    throw new SborMismatch(path, `expected an SBOR value, got an object without "kind"`)
  return value.kind
}

/** The object of an SBOR value of one of `kinds`. */
export function ofKind(value: unknown, path: string, ...kinds: readonly string[]): JsonObject {
  const kind = kindOf(value, path)
  if (!kinds.includes(kind)) throw new SborMismatch(path, `expected ${kinds.join(' or ')}, got ${kind}`)
  return value as JsonObject
}

/** The list under `property` of an SBOR value. */
export function listOf(object: JsonObject, property: string, path: string): readonly unknown[] {
  const list = object[property]
  if (!Array.isArray(list)) throw new SborMismatch(path, `expected "${property}" to be a list, got ${describe(list)}`)
  return list
}

/** The text under `property` of an SBOR value. */
export function textOf(object: JsonObject, property: string, path: string): string {
  const text = object[property]
  if (typeof text !== 'string') throw new SborMismatch(path, `expected "${property}" to be text, got ${describe(text)}`)
  return text
}

export function joinPath(path: string, step: string | number): string {
  return path === '' ? String(step) : `${path}.${step}`
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  return Array.isArray(value) ? 'a list' : `a ${typeof value}`
}
