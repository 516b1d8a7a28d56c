/**
 * The ledger's memory: tables whose every entry keeps all its former values by state version. A transaction reads and writes through
 * a {@link Track} and reaches the tables only when it commits, so a failing one leaves no trace.
 */

/** One entry's values. The newest stands by itself: most entries of a large ledger never change. */
class Cell<V> {
  readonly createdAt: number
  version: number
  value: V | undefined
  older: { readonly version: number; readonly value: V | undefined }[] | undefined

  constructor(version: number, value: V | undefined) {
    this.createdAt = version
    this.version = version
    this.value = value
  }

  write(version: number, value: V | undefined): void {
    if (version > this.version) {
      this.older ??= []
      this.older.push({ version: this.version, value: this.value })
      this.version = version
    }
    this.value = value
  }

  at(version: number): { version: number; value: V | undefined } | undefined {
    if (version >= this.version) return this
    if (!this.older) return undefined
    let low = 0
    let high = this.older.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.older[middle]?.version ?? 0) <= version) low = middle + 1
      else high = middle
    }
    return this.older[low - 1]
  }
}

export interface VersionedValue<V> {
  readonly value: V
  /** State version that wrote it. */
  readonly version: number
}

/** `V` is immutable by agreement: values are replaced, never changed. */
export class Table<K extends string | number, V> {
  readonly #cells = new Map<K, Cell<V>>()
  #lastChange = 0

  /** The value at the tip. */
  latest(key: K): V | undefined {
    return this.#cells.get(key)?.value
  }

  at(key: K, version: number): V | undefined {
    return this.#cells.get(key)?.at(version)?.value
  }

  /** The value in force at `version` and when it was written; an entry that was removed by then gives `undefined`. */
  versionedAt(key: K, version: number): VersionedValue<V> | undefined {
    const found = this.#cells.get(key)?.at(version)
    return found?.value === undefined ? undefined : { value: found.value, version: found.version }
  }

  /** Like {@link versionedAt}, but a removed entry tells when that happened. */
  lastWriteAt(key: K, version: number): number | undefined {
    return this.#cells.get(key)?.at(version)?.version
  }

  createdAt(key: K): number | undefined {
    return this.#cells.get(key)?.createdAt
  }

  /** Keys in the order of their first write. */
  keys(): IterableIterator<K> {
    return this.#cells.keys()
  }

  get size(): number {
    return this.#cells.size
  }

  /** State version of the newest write to any entry: equal numbers mean an unchanged table. */
  get lastChange(): number {
    return this.#lastChange
  }

  write(key: K, value: V | undefined, version: number): void {
    this.#lastChange = version
    const cell = this.#cells.get(key)
    if (cell) cell.write(version, value)
    else this.#cells.set(key, new Cell(version, value))
  }
}

type AnyTable = Table<string | number, unknown>

/** The reads and writes of one transaction in progress. */
export class Track {
  readonly #writes = new Map<AnyTable, Map<string | number, unknown>>()

  get<K extends string | number, V>(table: Table<K, V>, key: K): V | undefined {
    const writes = this.#writes.get(table as unknown as AnyTable)
    if (writes?.has(key)) return writes.get(key) as V | undefined
    return table.latest(key)
  }

  /** `undefined` removes the entry. */
  set<K extends string | number, V>(table: Table<K, V>, key: K, value: V | undefined): void {
    const anyTable = table as unknown as AnyTable
    let writes = this.#writes.get(anyTable)
    if (!writes) {
      writes = new Map()
      this.#writes.set(anyTable, writes)
    }
    writes.set(key, value)
  }

  /** Keys this transaction wrote in `table`. */
  written<K extends string | number, V>(table: Table<K, V>): readonly K[] {
    return [...(this.#writes.get(table as unknown as AnyTable)?.keys() ?? [])] as K[]
  }

  /** Moves the writes into the tables, as of `version`. */
  commit(version: number): void {
    for (const [table, writes] of this.#writes) for (const [key, value] of writes) table.write(key, value, version)
  }
}
