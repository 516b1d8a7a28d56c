import db from 'dynalite/db/index.js'

/** DynamoDB's own for every partition of a table and of each index, whatever the billing mode. */
export const WRITE_UNITS_PER_SECOND = 1_000

/** Attributes with DynamoDB's types: `{ pk: { S: 'cdp#7' } }`. */
export type StoredItem = Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>

interface KeyPart {
  readonly AttributeName: string
}

export interface TableShape {
  readonly TableName: string
  readonly KeySchema: readonly KeyPart[]
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string
    readonly KeySchema: readonly KeyPart[]
    readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] }
  }[]
}

/**
 * The write throughput of single partitions, which dynalite does not limit. A partition here is one hash key: on AWS it holds at least
 * that, so that what fits in here may still be throttled there, and what is throttled here would be there. No burst beyond one second.
 */
export class PartitionLimit {
  readonly #unitsPerSecond: number
  readonly #now: () => number
  readonly #partitions = new Map<string, { units: number; atMs: number }>()
  readonly #throttled = new Map<string, number>()

  /** @param now milliseconds of a clock that never goes back */
  constructor(unitsPerSecond: number, now: () => number = () => performance.now()) {
    this.#unitsPerSecond = unitsPerSecond
    this.#now = now
  }

  /** Writes that were refused so far, by table or index, e.g. `weft-local-records/index/by-kind`. */
  get throttled(): ReadonlyMap<string, number> {
    return this.#throttled
  }

  /**
   * Counts one write of an item in the table's partition and in those of its indexes.
   * @returns where it is too much; nothing is counted then.
   */
  write(table: TableShape, before: StoredItem | undefined, after: StoredItem | undefined): string | undefined {
    const writes = writesOf(table, before, after)
    const full = writes.find(({ where, hash, units }) => this.#free(`${where} ${hash}`) < units)
    if (full) {
      this.#throttled.set(full.where, (this.#throttled.get(full.where) ?? 0) + 1)
      return full.where
    }
    for (const { where, hash, units } of writes) {
      const name = `${where} ${hash}`
      this.#partitions.set(name, { units: this.#free(name) - units, atMs: this.#now() })
    }
    return undefined
  }

  #free(partition: string): number {
    const last = this.#partitions.get(partition)
    if (last === undefined) return this.#unitsPerSecond
    const regained = ((this.#now() - last.atMs) / 1_000) * this.#unitsPerSecond
    return Math.min(this.#unitsPerSecond, last.units + regained)
  }
}

export interface PartitionWrite {
  /** Table or index. */
  readonly where: string
  readonly hash: string
  readonly units: number
}

/**
 * What one write costs where: the item in the table, and its entry in each index, which costs nothing while what the index holds of it
 * stays the same, and twice when its key changes.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
export function writesOf(
  table: TableShape,
  before: StoredItem | undefined,
  after: StoredItem | undefined,
): readonly PartitionWrite[] {
  const hashOf = (item: StoredItem | undefined, [hash]: readonly KeyPart[]) =>
    JSON.stringify(item?.[hash?.AttributeName ?? ''])
  const name = table.TableName
  const writes: PartitionWrite[] = [
    { where: name, hash: hashOf(after ?? before, table.KeySchema), units: Math.max(unitsOf(before), unitsOf(after)) },
  ]
  for (const { IndexName, KeySchema, Projection } of table.GlobalSecondaryIndexes ?? []) {
    const held =
      Projection.ProjectionType === 'ALL'
        ? undefined
        : [...KeySchema, ...table.KeySchema].map((part) => part.AttributeName).concat(Projection.NonKeyAttributes ?? [])
    const was = entryOf(before, KeySchema, held)
    const is = entryOf(after, KeySchema, held)
    const where = `${name}/index/${IndexName}`
    const sameKey = JSON.stringify(keyOf(was, KeySchema)) === JSON.stringify(keyOf(is, KeySchema))
    if (was && is && sameKey) {
      if (JSON.stringify(was) === JSON.stringify(is)) continue
      writes.push({ where, hash: hashOf(is, KeySchema), units: Math.max(unitsOf(was), unitsOf(is)) })
      continue
    }
    if (was) writes.push({ where, hash: hashOf(was, KeySchema), units: unitsOf(was) })
    if (is) writes.push({ where, hash: hashOf(is, KeySchema), units: unitsOf(is) })
  }
  return joined(writes)
}

/** What an index holds of an item; nothing of one that lacks a part of the key. @param held `undefined` for all of it */
function entryOf(
  item: StoredItem | undefined,
  key: readonly KeyPart[],
  held: readonly string[] | undefined,
): StoredItem | undefined {
  if (!item || key.some(({ AttributeName }) => item[AttributeName] === undefined)) return undefined
  return Object.fromEntries(
    Object.entries(item)
      .filter(([name]) => held === undefined || held.includes(name))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function keyOf(entry: StoredItem | undefined, key: readonly KeyPart[]): unknown {
  return entry && key.map(({ AttributeName }) => entry[AttributeName])
}

/** One unit per KiB begun; an item that is not there costs one all the same. */
function unitsOf(item: StoredItem | undefined): number {
  return item ? Math.max(1, Math.ceil(db.itemSize(item) / 1024)) : 1
}

/** Deleting an old entry and writing a new one may meet in one partition. */
function joined(writes: readonly PartitionWrite[]): readonly PartitionWrite[] {
  const sums = new Map<string, PartitionWrite>()
  for (const write of writes) {
    const name = `${write.where} ${write.hash}`
    sums.set(name, { ...write, units: write.units + (sums.get(name)?.units ?? 0) })
  }
  return [...sums.values()]
}

const limits = new WeakMap<object, PartitionLimit>()
const { updateIndexes } = db

// Dynalite comes here with the item before and after each write, its conditions checked and nothing written yet. A condition that does
// not hold costs units on AWS, too; here it is free.
db.updateIndexes = (store, table, before, after, done) => {
  const full = limits.get(store.options)?.write(table, before, after)
  if (full === undefined) updateIndexes(store, table, before, after, done)
  else done(throttling(full.includes('/index/')))
}

/** Lets a dynalite that is made with these very options refuse what `limit` refuses. */
export function limitPartitions(dynaliteOptions: object, limit: PartitionLimit): void {
  limits.set(dynaliteOptions, limit)
}

/** As DynamoDB answers for a table that is billed by request; its message, in the form that dynalite sends. */
function throttling(inIndex: boolean): Error {
  const what = inIndex ? 'for one or more global secondary indexes' : 'of your table or index'
  const scaled = inIndex ? 'index' : 'table or index'
  const message = `Throughput exceeds the current capacity ${what}. DynamoDB is automatically scaling your ${scaled} so please try again shortly.`
  return Object.assign(new Error(message), {
    statusCode: 400,
    body: { __type: 'com.amazon.coral.availability#ThrottlingException', message },
  })
}
