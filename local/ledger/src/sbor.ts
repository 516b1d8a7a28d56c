/**
 * Scrypto SBOR values as the ledger keeps them: typed, with the names a schema would give. State reads render the names,
 * preview output does not.
 */
export type SborValue = SborScalar | SborArray | SborBytes | SborMap | SborTuple | SborEnum

interface Named {
  readonly typeName?: string
  readonly fieldName?: string
}

export type IntegerKind = 'I8' | 'I16' | 'I32' | 'I64' | 'I128' | 'U8' | 'U16' | 'U32' | 'U64' | 'U128'

export type SborScalar =
  | ({ readonly kind: 'Bool'; readonly value: boolean } & Named)
  | ({ readonly kind: IntegerKind; readonly value: bigint } & Named)
  | ({
      /** Text: UTF-8, plain decimal, Bech32m address or local id. */
      readonly kind: 'String' | 'Decimal' | 'PreciseDecimal' | 'Reference' | 'Own' | 'NonFungibleLocalId'
      readonly value: string
    } & Named)

export type SborBytes = { readonly kind: 'Bytes'; readonly hex: string } & Named

export type SborArray = {
  readonly kind: 'Array'
  readonly elementKind: SborKind
  readonly elements: readonly SborValue[]
} & Named

export type SborMap = {
  readonly kind: 'Map'
  readonly keyKind: SborKind
  readonly valueKind: SborKind
  readonly entries: readonly { readonly key: SborValue; readonly value: SborValue }[]
} & Named

export type SborTuple = { readonly kind: 'Tuple'; readonly fields: readonly SborValue[] } & Named

export type SborEnum = {
  readonly kind: 'Enum'
  readonly variant: number
  readonly variantName?: string
  readonly fields: readonly SborValue[]
} & Named

export type SborKind = SborValue['kind']
