import type { SborEnum, SborKind, SborTuple, SborValue } from '../sbor.ts'

/** Whether a schema was at hand: state reads carry names, preview output never does. */
export type Naming = 'with-names' | 'without-names'

export type ProgrammaticJson = { readonly [key: string]: unknown }

/**
 * `value` as the Gateway's programmatic JSON: integers of every width as decimal strings, `variant_id` a string, any array of U8
 * as `Bytes`. Names, where wanted and known, are `type_name`, `field_name` (on the child) and `variant_name`.
 */
export function toProgrammaticJson(value: SborValue, naming: Naming): ProgrammaticJson {
  const json: Record<string, unknown> = { kind: value.kind }
  if (naming === 'with-names') {
    if (value.typeName !== undefined) json.type_name = value.typeName
    if (value.fieldName !== undefined) json.field_name = value.fieldName
  }
  switch (value.kind) {
    case 'Tuple':
      json.fields = fieldsOf(value, naming)
      return json
    case 'Enum':
      json.variant_id = String(value.variant)
      if (naming === 'with-names' && value.variantName !== undefined) json.variant_name = value.variantName
      json.fields = fieldsOf(value, naming)
      return json
    case 'Bytes':
      json.element_kind = 'U8'
      json.hex = value.hex
      return json
    case 'Array':
      json.element_kind = valueKind(value.elementKind)
      if (value.elementKind === 'U8') {
        json.kind = 'Bytes'
        json.hex = hexOfBytes(value.elements)
      } else {
        nameElements(json, naming, 'element_type_name', value.elements[0])
        json.elements = value.elements.map((element) => toProgrammaticJson(element, naming))
      }
      return json
    case 'Map':
      json.key_kind = valueKind(value.keyKind)
      json.value_kind = valueKind(value.valueKind)
      nameElements(json, naming, 'key_type_name', value.entries[0]?.key)
      nameElements(json, naming, 'value_type_name', value.entries[0]?.value)
      json.entries = value.entries.map((entry) => ({
        key: toProgrammaticJson(entry.key, naming),
        value: toProgrammaticJson(entry.value, naming),
      }))
      return json
    case 'Bool':
      json.value = value.value
      return json
    default:
      json.value = typeof value.value === 'bigint' ? value.value.toString() : value.value
      return json
  }
}

/** The type of what a collection holds: known here from its first element only. */
function nameElements(json: Record<string, unknown>, naming: Naming, name: string, first: SborValue | undefined): void {
  if (naming === 'with-names' && first?.typeName !== undefined) json[name] = first.typeName
}

function fieldsOf(value: SborTuple | SborEnum, naming: Naming): ProgrammaticJson[] {
  return value.fields.map((field) => toProgrammaticJson(field, naming))
}

/** `Bytes` is only a way to print an array: where a kind is named, SBOR knows it as `Array`. */
function valueKind(kind: SborKind): string {
  return kind === 'Bytes' ? 'Array' : kind
}

function hexOfBytes(elements: readonly SborValue[]): string {
  return Buffer.from(
    elements.map((element) => {
      if (element.kind !== 'U8') throw new TypeError(`an array of U8 holds a ${element.kind}`)
      return Number(element.value)
    }),
  ).toString('hex')
}
