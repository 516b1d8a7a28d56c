import { z } from 'zod'
import type { SborValue } from '../sbor.ts'
import { encodeSbor } from '../sbor-codec.ts'

const INTEGER_KINDS = ['I8', 'I16', 'I32', 'I64', 'I128', 'U8', 'U16', 'U32', 'U64', 'U128'] as const
const TEXT_KINDS = ['String', 'Decimal', 'PreciseDecimal', 'Reference', 'Own', 'NonFungibleLocalId'] as const
const Kind = z.enum(['Bool', ...INTEGER_KINDS, ...TEXT_KINDS, 'Bytes', 'Array', 'Map', 'Tuple', 'Enum'])

const Value: z.ZodType<SborValue> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('Bool'), value: z.boolean() }),
    z.object({
      kind: z.enum(INTEGER_KINDS),
      value: z
        .string()
        .regex(/^-?\d{1,40}$/)
        .transform((text) => BigInt(text)),
    }),
    z.object({ kind: z.enum(TEXT_KINDS), value: z.string() }),
    z.object({ kind: z.literal('Bytes'), hex: z.string().regex(/^(?:[0-9a-fA-F]{2})*$/) }),
    z
      .object({ kind: z.literal('Array'), element_kind: Kind, elements: z.array(Value) })
      .transform(({ kind, element_kind, elements }) => ({ kind, elementKind: element_kind, elements })),
    z
      .object({
        kind: z.literal('Map'),
        key_kind: Kind,
        value_kind: Kind,
        entries: z.array(z.object({ key: Value, value: Value })),
      })
      .transform(({ kind, key_kind, value_kind, entries }) => ({
        kind,
        keyKind: key_kind,
        valueKind: value_kind,
        entries,
      })),
    z.object({ kind: z.literal('Tuple'), fields: z.array(Value) }),
    z
      .object({ kind: z.literal('Enum'), variant_id: z.string().regex(/^\d{1,3}$/), fields: z.array(Value) })
      .transform(({ kind, variant_id, fields }) => ({ kind, variant: Number(variant_id), fields })),
  ]),
)

/** The SBOR payload (hex) that programmatic JSON describes, names ignored; `undefined` when it describes none. */
export function encodeProgrammaticJson(json: unknown): string | undefined {
  const parsed = Value.safeParse(json)
  if (!parsed.success) return undefined
  try {
    return encodeSbor(parsed.data)
  } catch {
    // A mistyped address, a number out of range, mixed element kinds: all of it is "no value" to the caller.
    return undefined
  }
}
