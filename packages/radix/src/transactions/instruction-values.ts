import { Decimal } from '@weft/domain/decimal'
import type { ParsedInstruction } from './engine-toolkit.ts'

/** Reads the arguments of a parsed call; what is not of the kind asked for is absent. */
export type Value = Extract<ParsedInstruction, { kind: 'CallMethod' }>['value']['args']

export function argumentsOf(args: Value): readonly Value[] {
  return args.kind === 'Tuple' ? args.value.fields : []
}

export function decimalOf(value: Value | undefined): Decimal | undefined {
  return value?.kind === 'Decimal' ? Decimal.parse(value.value.value) : undefined
}

export function staticAddress(value: Value | undefined): string | undefined {
  return value?.kind === 'Address' && value.value.value.kind === 'Static' ? value.value.value.value : undefined
}

/** Elements of an array, also of one inside `Some`. */
export function elementsOf(value: Value | undefined): readonly Value[] {
  if (value?.kind === 'Enum') return value.value.fields.flatMap(elementsOf)
  return value?.kind === 'Array' ? value.value.elements : []
}

/** Entries of a map from addresses to amounts. */
export function amountsIn(value: Value | undefined): readonly (readonly [string, Decimal])[] {
  if (value?.kind !== 'Map') return []
  return value.value.entries.flatMap(({ key, value: held }) => {
    const [resource, amount] = [staticAddress(key), decimalOf(held)]
    return resource === undefined || amount === undefined ? [] : [[resource, amount] as const]
  })
}

/** Numbers of the buckets that a value hands over. */
export function bucketsIn(value: Value | undefined): readonly number[] {
  if (value?.kind === 'Bucket') return [Number(value.value.value)]
  return value?.kind === 'Array' ? value.value.elements.flatMap(bucketsIn) : []
}
