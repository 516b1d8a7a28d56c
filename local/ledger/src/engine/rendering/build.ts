import type { Decimal } from '@weft/domain/decimal'
import type { IntegerKind, SborKind, SborValue } from '../../sbor.ts'
import type { MarketAnswers } from '../market/answers.ts'
import type { UnitRatio } from '../unit-ratio.ts'

/** Short constructors of SBOR values, so that the shapes read like their declarations in `docs/on-ledger-data.md`. */

export const UNIT: SborValue = { kind: 'Tuple', fields: [] }

export function decimal(value: Decimal): SborValue {
  return { kind: 'Decimal', value: value.toString() }
}

export function preciseDecimal(value: UnitRatio): SborValue {
  return { kind: 'PreciseDecimal', value: value.toString() }
}

export function integer(kind: IntegerKind, value: number | bigint): SborValue {
  return { kind, value: BigInt(value) }
}

/** A length of time in seconds, or a counter: integers whose width is not published. */
export function duration(value: number, answers: MarketAnswers): SborValue {
  return integer(answers.widths === 'i64' ? 'I64' : 'U64', value)
}

/** Unix seconds. */
export function instant(seconds: number): SborValue {
  return { kind: 'I64', value: BigInt(seconds), typeName: 'Instant' }
}

export function text(value: string): SborValue {
  return { kind: 'String', value }
}

export function bool(value: boolean): SborValue {
  return { kind: 'Bool', value }
}

export function reference(address: string): SborValue {
  return {
    kind: 'Reference',
    value: address,
    typeName: address.startsWith('resource_') ? 'ResourceAddress' : 'ComponentAddress',
  }
}

export function own(address: string): SborValue {
  return { kind: 'Own', value: address, typeName: ownedType(address) }
}

function ownedType(address: string): string {
  if (address.startsWith('internal_keyvaluestore_')) return 'KeyValueStore'
  return /^internal_vault_[a-z0-9_]*?1t/.test(address) ? 'FungibleVault' : 'NonFungibleVault'
}

export function localId(id: string): SborValue {
  return { kind: 'NonFungibleLocalId', value: id }
}

export function hash(hex: string): SborValue {
  return { kind: 'Bytes', hex, typeName: 'Hash' }
}

export function struct(typeName: string, fields: Readonly<Record<string, SborValue>>): SborValue {
  return {
    kind: 'Tuple',
    typeName,
    fields: Object.entries(fields).map(([fieldName, value]) => ({ ...value, fieldName })),
  }
}

/** A struct with one field that has no name. */
export function wrapper(typeName: string, value: SborValue): SborValue {
  return { kind: 'Tuple', typeName, fields: [value] }
}

export function tuple(...fields: SborValue[]): SborValue {
  return { kind: 'Tuple', fields }
}

export function variant(typeName: string, number: number, variantName: string, ...fields: SborValue[]): SborValue {
  return { kind: 'Enum', typeName, variant: number, variantName, fields }
}

export function option(value: SborValue | undefined): SborValue {
  return value === undefined ? variant('Option', 0, 'None') : variant('Option', 1, 'Some', value)
}

export function list(elementKind: SborKind, elements: readonly SborValue[]): SborValue {
  return { kind: 'Array', elementKind, elements }
}

export function map(
  keyKind: SborKind,
  valueKind: SborKind,
  entries: Iterable<readonly [SborValue, SborValue]>,
): SborValue {
  return { kind: 'Map', keyKind, valueKind, entries: [...entries].map(([key, value]) => ({ key, value })) }
}

/** `Map<Reference, …>` from addresses. */
export function mapByAddress<V>(
  valueKind: SborKind,
  entries: ReadonlyMap<string, V>,
  render: (value: V) => SborValue,
): SborValue {
  return map(
    'Reference',
    valueKind,
    [...entries].map(([address, value]) => [reference(address), render(value)] as const),
  )
}
