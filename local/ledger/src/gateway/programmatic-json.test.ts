import { expect, test } from 'vitest'
import type { SborValue } from '../sbor.ts'
import { toProgrammaticJson } from './programmatic-json.ts'

const LOAN: SborValue = {
  kind: 'Tuple',
  typeName: 'LoanInfo',
  fieldName: 'loan',
  fields: [
    { kind: 'Decimal', fieldName: 'units', value: '12.5' },
    { kind: 'U64', fieldName: 'config_version', value: 18446744073709551615n },
    {
      kind: 'Enum',
      fieldName: 'efficiency_mode',
      typeName: 'EfficiencyMode',
      variant: 1,
      variantName: 'EfficiencyGroup',
      fields: [{ kind: 'U16', value: 3n }],
    },
  ],
}

test('writes the names a schema gives: the type on the value, the field on the child, the variant on the enum', () => {
  expect(toProgrammaticJson(LOAN, 'with-names')).toEqual({
    kind: 'Tuple',
    type_name: 'LoanInfo',
    field_name: 'loan',
    fields: [
      { kind: 'Decimal', field_name: 'units', value: '12.5' },
      { kind: 'U64', field_name: 'config_version', value: '18446744073709551615' },
      {
        kind: 'Enum',
        type_name: 'EfficiencyMode',
        field_name: 'efficiency_mode',
        variant_id: '1',
        variant_name: 'EfficiencyGroup',
        fields: [{ kind: 'U16', value: '3' }],
      },
    ],
  })
})

test('leaves every name out without a schema', () => {
  const text = JSON.stringify(toProgrammaticJson(LOAN, 'without-names'))
  expect(text).not.toMatch(/_name/)
  expect(text).toContain('"variant_id":"1"')
})

test('writes a Bool as a JSON boolean and integers of every width as text', () => {
  expect(toProgrammaticJson({ kind: 'Bool', value: false }, 'with-names')).toEqual({ kind: 'Bool', value: false })
  expect(toProgrammaticJson({ kind: 'U8', value: 7n }, 'with-names')).toEqual({ kind: 'U8', value: '7' })
  expect(toProgrammaticJson({ kind: 'I64', value: -7n }, 'with-names')).toEqual({ kind: 'I64', value: '-7' })
})

test('writes any array of U8 as Bytes, the empty one too', () => {
  const bytes = { kind: 'Bytes', element_kind: 'U8' }
  expect(
    toProgrammaticJson(
      {
        kind: 'Array',
        elementKind: 'U8',
        elements: [
          { kind: 'U8', value: 0n },
          { kind: 'U8', value: 255n },
        ],
      },
      'with-names',
    ),
  ).toEqual({ ...bytes, hex: '00ff' })
  expect(toProgrammaticJson({ kind: 'Bytes', hex: '' }, 'with-names')).toEqual({ ...bytes, hex: '' })
})

test('writes arrays with their element kind and maps with both kinds and keys of any kind', () => {
  expect(
    toProgrammaticJson(
      {
        kind: 'Map',
        keyKind: 'Tuple',
        valueKind: 'Array',
        entries: [
          {
            key: { kind: 'Tuple', fields: [] },
            value: { kind: 'Array', elementKind: 'U16', elements: [{ kind: 'U16', value: 1n }] },
          },
        ],
      },
      'with-names',
    ),
  ).toEqual({
    kind: 'Map',
    key_kind: 'Tuple',
    value_kind: 'Array',
    entries: [
      {
        key: { kind: 'Tuple', fields: [] },
        value: { kind: 'Array', element_kind: 'U16', elements: [{ kind: 'U16', value: '1' }] },
      },
    ],
  })
})
