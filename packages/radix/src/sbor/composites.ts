import {
  type Attempt,
  attempted,
  type Decoded,
  type Decoder,
  isJsonObject,
  joinPath,
  listOf,
  ofKind,
  SborMismatch,
  textOf,
} from './decode.ts'

type Shape = Readonly<Record<string, Decoder<unknown>>>
type Struct<S extends Shape> = { readonly [Name in keyof S]: Decoded<S[Name]> }

/**
 * A struct with field names, as state reads give it. Fields are found by name: order and additional fields do not matter.
 */
export function struct<S extends Shape>(shape: S): Decoder<Struct<S>> {
  return (value, path) => {
    const byName = new Map<unknown, unknown>()
    for (const field of listOf(ofKind(value, path, 'Tuple'), 'fields', path))
      if (isJsonObject(field)) byName.set(field.field_name, field)
    const decoded: Record<string, unknown> = {}
    for (const [name, decoder] of Object.entries(shape)) {
      if (!byName.has(name)) throw new SborMismatch(joinPath(path, name), 'this field is missing')
      decoded[name] = decoder(byName.get(name), joinPath(path, name))
    }
    return decoded as Struct<S>
  }
}

/** Each field by itself: one that is missing or of another shape does not take the others down. */
export function fieldByField<S extends Shape>(
  shape: S,
): Decoder<{ readonly [Name in keyof S]: Attempt<Decoded<S[Name]>> }> {
  type Attempts = { readonly [Name in keyof S]: Attempt<Decoded<S[Name]>> }
  return (value, path) =>
    Object.fromEntries(
      Object.entries(shape).map(([name, decoder]) => {
        const one = attempted(struct({ [name]: decoder }))(value, path)
        return [name, one.kind === 'decoded' ? { kind: 'decoded', value: one.value[name] } : one]
      }),
    ) as Attempts
}

/** The names that stand in a struct, for messages. */
export function fieldNames(value: unknown): readonly string[] {
  const fields = isJsonObject(value) && Array.isArray(value.fields) ? value.fields : []
  return fields.flatMap((field) =>
    isJsonObject(field) && typeof field.field_name === 'string' ? [field.field_name] : [],
  )
}

/**
 * A struct without field names, as preview output gives it: the first fields in the order of `shape`, then anything.
 * Names in `shape` are ours; they appear in results and in error paths.
 */
export function positional<S extends Shape>(shape: S): Decoder<Struct<S>> {
  return (value, path) => {
    const fields = listOf(ofKind(value, path, 'Tuple'), 'fields', path)
    const decoded: Record<string, unknown> = {}
    Object.entries(shape).forEach(([name, decoder], index) => {
      if (index >= fields.length)
        throw new SborMismatch(joinPath(path, name), `field ${index} is missing; the tuple has ${fields.length}`)
      decoded[name] = decoder(fields[index], joinPath(path, name))
    })
    return decoded as Struct<S>
  }
}

export function array<T>(element: Decoder<T>): Decoder<readonly T[]> {
  return (value, path) =>
    listOf(ofKind(value, path, 'Array'), 'elements', path).map((each, index) =>
      element(each, joinPath(joinPath(path, 'elements'), index)),
    )
}

/** Any array of `U8`, as hex. */
export const bytesHex: Decoder<string> = (value, path) => {
  const hex = textOf(ofKind(value, path, 'Bytes'), 'hex', path)
  if (!/^([0-9a-f]{2})*$/i.test(hex)) throw new SborMismatch(path, `"${hex.slice(0, 40)}" is no hex text`)
  return hex
}

/** A map in the ledger's order. Keys must decode to values that `Map` compares by value (text or numbers). */
export function mapOf<K extends string | number, V>(key: Decoder<K>, value: Decoder<V>): Decoder<Map<K, V>> {
  return (json, path) => {
    const decoded = new Map<K, V>()
    listOf(ofKind(json, path, 'Map'), 'entries', path).forEach((entry, index) => {
      const at = joinPath(joinPath(path, 'entries'), index)
      if (!isJsonObject(entry)) throw new SborMismatch(at, 'expected a key and a value')
      const decodedKey = key(entry.key, joinPath(at, 'key'))
      if (decoded.has(decodedKey)) throw new SborMismatch(at, `the key ${decodedKey} stands twice`)
      decoded.set(decodedKey, value(entry.value, joinPath(at, 'value')))
    })
    return decoded
  }
}

/** One variant of an enum: its name on the ledger and how its fields are read. */
export interface Variant<T> {
  readonly name: string
  readonly read: (fields: readonly unknown[], path: string) => T
}

/** A variant with the given fields, built into a value of ours. */
export function variant<const D extends readonly Decoder<unknown>[], T>(
  name: string,
  fields: D,
  build: (...values: { [Index in keyof D]: Decoded<D[Index]> }) => T,
): Variant<T> {
  return {
    name,
    read: (given, path) => {
      if (given.length < fields.length)
        throw new SborMismatch(path, `variant ${name} needs ${fields.length} field(s), got ${given.length}`)
      const values = fields.map((decoder, index) => decoder(given[index], joinPath(path, index)))
      return build(...(values as { [Index in keyof D]: Decoded<D[Index]> }))
    },
  }
}

/** An enum. Its variant is found by name where the ledger gives one, else by number, counted from 0 in the order given. */
export function enumOf<const V extends readonly Variant<unknown>[]>(
  ...variants: V
): Decoder<V[number] extends Variant<infer T> ? T : never> {
  type Value = V[number] extends Variant<infer T> ? T : never
  return (value, path) => {
    const { object, name, id } = variantOf(value, path)
    const found = name === undefined ? variants[id] : variants.find((each) => each.name === name)
    if (found === undefined)
      throw new SborMismatch(
        path,
        `variant ${name ?? id} is unknown; known are ${variants.map((each) => each.name).join(', ')}`,
      )
    return found.read(listOf(object, 'fields', path), path) as Value
  }
}

/** Only which variant an enum has: its name, also one that we do not know, or by number the one of `names`. */
export function variantName(names: readonly string[]): Decoder<string> {
  return (value, path) => {
    const { name, id } = variantOf(value, path)
    return name ?? names[id] ?? `variant ${id}`
  }
}

function variantOf(value: unknown, path: string) {
  const object = ofKind(value, path, 'Enum')
  // A number before Gateway 1.7, text since.
  const id = Number(typeof object.variant_id === 'number' ? object.variant_id : textOf(object, 'variant_id', path))
  return { object, id, name: typeof object.variant_name === 'string' ? object.variant_name : undefined }
}

/** `Option<T>`: `null` for `None`. */
export function option<T>(some: Decoder<T>): Decoder<T | null> {
  return enumOf(
    variant('None', [], () => null),
    variant('Some', [some], (value) => value as T),
  )
}
