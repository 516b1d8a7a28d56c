/** One `programmatic_json` value, as far as tests change it before a reader sees it. */
export interface SborJson {
  kind: string
  type_name?: string
  field_name?: string
  value?: string | boolean
  variant_id?: string | number
  variant_name?: string
  fields?: SborJson[]
  elements?: SborJson[]
  entries?: SborRow[]
  hex?: string
}

export interface SborRow {
  key: SborJson
  value: SborJson
}

/** The field of a struct at a path of names. @throws {Error} when there is none: a test must not change nothing. */
export function fieldOf(struct: SborJson, ...names: readonly string[]): SborJson {
  return names.reduce((at, name) => {
    const found = at.fields?.find((field) => field.field_name === name)
    if (!found) throw new Error(`${at.type_name ?? at.kind} has no field ${name}`)
    return found
  }, struct)
}

/** Puts another value where a field stands, under the same name. */
export function replaceField(struct: SborJson, names: readonly string[], value: SborJson): void {
  const [last = '', ...outer] = names.toReversed()
  const parent = fieldOf(struct, ...outer.toReversed())
  const index = parent.fields?.indexOf(fieldOf(parent, last)) ?? -1
  parent.fields?.splice(index, 1, { ...value, field_name: last })
}

export function renameField(struct: SborJson, names: readonly string[], name: string): void {
  fieldOf(struct, ...names).field_name = name
}

export function removeField(struct: SborJson, names: readonly string[]): void {
  const [last = '', ...outer] = names.toReversed()
  const parent = fieldOf(struct, ...outer.toReversed())
  parent.fields = parent.fields?.filter((field) => field !== fieldOf(parent, last)) ?? []
}

/** The same without names of fields, variants and types, as a preview's output gives it. */
export function nameless(value: SborJson): SborJson {
  const { field_name: _field, type_name: _type, variant_name: _variant, ...rest } = value
  return {
    ...rest,
    ...(value.fields && { fields: value.fields.map(nameless) }),
    ...(value.elements && { elements: value.elements.map(nameless) }),
    ...(value.entries && {
      entries: value.entries.map((row) => ({ key: nameless(row.key), value: nameless(row.value) })),
    }),
  }
}

export const decimalJson = (value: string): SborJson => ({ kind: 'Decimal', value })
export const preciseJson = (value: string): SborJson => ({ kind: 'PreciseDecimal', value })
export const integerJson = (kind: string, value: string): SborJson => ({ kind, value })
export const referenceJson = (value: string): SborJson => ({ kind: 'Reference', value })
export const ownJson = (value: string): SborJson => ({ kind: 'Own', type_name: 'KeyValueStore', value })

/** A variant with its name, or without where a preview gives none. */
export function variantJson(id: number, name: string | undefined, ...fields: SborJson[]): SborJson {
  return { kind: 'Enum', variant_id: String(id), ...(name === undefined ? {} : { variant_name: name }), fields }
}
