import { StoredObjectError } from '@weft/domain'
import * as z from 'zod'

/** @throws {StoredObjectError} naming `where` and what is wrong, for text that is no JSON or not of the schema. */
export function parseJson<M>(schema: z.ZodType<M>, text: string, where: string): M {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (cause) {
    throw new StoredObjectError(where, 'is not JSON', cause)
  }
  const parsed = schema.safeParse(json)
  if (!parsed.success) throw new StoredObjectError(where, z.prettifyError(parsed.error), parsed.error)
  return parsed.data
}
