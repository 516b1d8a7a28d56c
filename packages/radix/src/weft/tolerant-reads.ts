import type { UnreadableValue } from '@weft/domain'
import type { Footprint, PinnedReads } from '../gateway/pinned-reads.ts'
import { type Attempt, attempted, type Decoder } from '../sbor/decode.ts'

/**
 * Reads of one market of which nothing that fails to decode takes anything else down: it is noted and left out. Faults of the Gateway are
 * thrown as ever.
 */
export class TolerantReads {
  readonly pinned: PinnedReads
  readonly #unreadable: UnreadableValue[] = []
  /** Tables and fields read so far, by name. */
  readonly #names = new Set<string>()
  readonly #stores = new Set<string>()
  readonly #addresses = new Set<string>()

  constructor(pinned: PinnedReads) {
    this.pinned = pinned
  }

  get unreadable(): readonly UnreadableValue[] {
    return this.#unreadable
  }

  /** Whether an earlier note about `table` has been made anew by these reads. */
  hasRead(table: string): boolean {
    return this.#names.has(table)
  }

  /** What these reads would ask for again. */
  footprint(): Footprint {
    return this.pinned.footprint(this.#addresses, this.#stores)
  }

  /** From here on these reads say what is unreadable of `table`. */
  begin(table: string): void {
    this.#names.add(table)
  }

  note(table: string, key: string, why: string): void {
    this.#unreadable.push({ table, key, why: `${table} ${key === '*' ? '' : `${key} `}does not decode: ${why}` })
  }

  /** The value of one field, or `null` and a note. */
  field<T>(table: string, key: string, attempt: Attempt<T>): T | null {
    this.#names.add(table)
    if (attempt.kind === 'decoded') return attempt.value
    this.note(table, key, attempt.why)
    return null
  }

  /** All rows of a store that decode. @param store where it stands; unreadable: the whole table is. */
  async table<K, V>(
    name: string,
    store: Attempt<string>,
    key: Decoder<K>,
    value: Decoder<V>,
    keyText: (key: K) => string = String,
  ): Promise<readonly (readonly [K, V])[]> {
    const address = this.field(name, '*', store)
    if (address === null) return []
    this.#stores.add(address)
    const rows: (readonly [K, V])[] = []
    for (const entry of await this.pinned.table(address, key, value))
      if (entry.key.kind === 'unreadable') this.note(name, `key ${entry.keyHex}`, entry.key.why)
      else if (entry.value.kind === 'unreadable') this.note(name, keyText(entry.key.value), entry.value.why)
      else rows.push([entry.key.value, entry.value.value])
    return rows
  }

  /** Rows of a map that stands inline. */
  inline<K, V>(
    name: string,
    entries: readonly { readonly key: unknown; readonly value: unknown }[],
    key: Decoder<K>,
    value: Decoder<V>,
  ): readonly (readonly [K, V])[] {
    this.#names.add(name)
    return entries.flatMap((entry, index) => {
      const decodedKey = attempted(key)(entry.key, '')
      const decoded = attempted(value)(entry.value, '')
      if (decodedKey.kind === 'unreadable') this.note(name, `entry ${index}`, decodedKey.why)
      else if (decoded.kind === 'unreadable') this.note(name, String(decodedKey.value), decoded.why)
      else return [[decodedKey.value, decoded.value] as const]
      return []
    })
  }

  /** Entities by address; unknown ones are absent. */
  async entities(addresses: readonly string[]) {
    for (const address of addresses) this.#addresses.add(address)
    return this.pinned.entities(addresses)
  }

  /** State of a component, undecoded. @throws {LedgerDataError} when there is none. */
  async componentState(address: string): Promise<unknown> {
    this.#addresses.add(address)
    return this.pinned.componentState(address)
  }
}
