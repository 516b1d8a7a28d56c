import * as z from 'zod'
import { Decimal, DecimalParseError } from './decimal.ts'
import { PreciseDecimal } from './precise-decimal.ts'

/**
 * Plain decimal text ⇄ {@link Decimal}. Text that is no exact decimal is refused with its path and the place where it goes wrong, but
 * never repeated: it may come from the environment, and be a secret in the wrong variable. Whoever needs the value of a stored object
 * or a message finds it there by the path; what the ledger answers is decoded elsewhere and does repeat it.
 */
export const decimalText = z.codec(
  z.string(),
  z.custom<Decimal>((value) => value instanceof Decimal),
  {
    decode: (text, context) => parsed(text, context, Decimal.parse),
    encode: (value) => value.toString(),
  },
)

/** The same for {@link PreciseDecimal}: a unit ratio keeps its 36 digits on every wire. */
export const preciseText = z.codec(
  z.string(),
  z.custom<PreciseDecimal>((value) => value instanceof PreciseDecimal),
  {
    decode: (text, context) => parsed(text, context, PreciseDecimal.parse),
    encode: (value) => value.toString(),
  },
)

function parsed<N>(text: string, context: z.core.ParsePayload, parse: (text: string) => N): N {
  try {
    return parse(text)
  } catch (error) {
    context.issues.push({
      code: 'custom',
      input: text,
      message: error instanceof DecimalParseError ? error.why : 'beyond the numbers that the ledger can hold',
    })
    return z.NEVER
  }
}

/** A JSON object ⇄ an ordered `Map` whose keys and values pass their own schemas. */
export function mapOf<K extends z.ZodType<string, string>, V extends z.ZodType>(key: K, value: V) {
  type In = Record<string, z.output<V>>
  const asMap = z.map(
    key,
    z.custom<z.output<V>>(() => true),
  )
  return z.codec(z.record(z.string(), value), asMap, {
    decode: (record: In) => new Map(Object.entries(record)) as Map<z.input<K>, z.output<V>>,
    encode: (map): In => Object.fromEntries(map),
  })
}

/** The same with whole numbers as keys; JSON spells them as text. */
export function mapOfNumbers<V extends z.ZodType>(value: V) {
  type In = Record<string, z.output<V>>
  const asMap = z.map(
    z.int().nonnegative(),
    z.custom<z.output<V>>(() => true),
  )
  return z.codec(z.record(z.string().regex(/^\d{1,16}$/), value), asMap, {
    decode: (record: In) => new Map(Object.entries(record).map(([key, each]) => [Number(key), each] as const)),
    encode: (map): In => Object.fromEntries(map),
  })
}
