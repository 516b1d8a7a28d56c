import { StoredObjectError, type Versioned, type VersionedStore } from '@weft/domain'
import * as z from 'zod'
import type { RecordKey, RecordsTable } from './records-table.ts'

/** One value in one item, replaced only by those who saw it. The value must fit 400 KB as JSON. */
export class DynamoVersionedStore<T> implements VersionedStore<T> {
  readonly #table: RecordsTable
  readonly #key: RecordKey
  readonly #schema: z.ZodType<T>

  constructor(table: RecordsTable, key: RecordKey, schema: z.ZodType<T>) {
    this.#table = table
    this.#key = key
    this.#schema = schema
  }

  async read(): Promise<Versioned<T> | undefined> {
    const item = await this.#table.get(this.#key)
    if (item === undefined) return undefined
    const parsed = z.object({ version: z.int().positive(), value: this.#schema }).safeParse(item)
    if (!parsed.success)
      throw new StoredObjectError(`record ${this.#key.pk} ${this.#key.sk}`, z.prettifyError(parsed.error))
    return parsed.data
  }

  async replace(value: T, expectedVersion: number): Promise<boolean> {
    const item = { ...this.#key, version: expectedVersion + 1, value: z.encode(this.#schema, value) }
    return await this.#table.putIf(
      item,
      expectedVersion === 0
        ? { condition: 'attribute_not_exists(#pk)', values: {} }
        : { condition: '#version = :expected', values: { expected: expectedVersion } },
    )
  }
}
