import type { Exchange } from '../gateway/exchange.ts'
import { isJsonObject } from '../sbor/decode.ts'

type JsonObject = Readonly<Record<string, unknown>>

export interface RawEntry {
  readonly key: unknown
  readonly value: unknown
}

/** What the Gateways answered to the readers, raw: whoever looks here sees what they saw, at no further request. */
export class Evidence {
  readonly #entities = new Map<string, JsonObject>()
  readonly #tables = new Map<string, Map<string, RawEntry>>()
  readonly #statuses = new Map<string, JsonObject>()
  #recordedAtMs: number | undefined

  /** Remembers what an answer says of entities, stores and the Gateway itself. */
  note({ host, path, status, answer, recordedAtMs }: Exchange): void {
    this.#recordedAtMs ??= recordedAtMs
    if (status !== 200) return
    const body = parsed(answer)
    if (!isJsonObject(body)) return
    if (path === '/status/gateway-status') this.#statuses.set(host, body)
    if (path === '/state/entity/details')
      for (const item of objects(body.items)) this.#entities.set(String(item.address), item)
    if (path === '/state/key-value-store/data') {
      const store = String(body.key_value_store_address)
      const table = this.#tables.get(store) ?? new Map<string, RawEntry>()
      for (const { key, value } of objects(body.entries))
        if (isJsonObject(key) && isJsonObject(value))
          table.set(String(key.raw_hex), { key: key.programmatic_json, value: value.programmatic_json })
      this.#tables.set(store, table)
    }
    if (path === '/state/key-value-store/keys' && Array.isArray(body.items) && body.items.length === 0) {
      const store = String(body.key_value_store_address)
      this.#tables.set(store, this.#tables.get(store) ?? new Map())
    }
  }

  /** When a recording was made, in unix ms, where one answered. */
  get recordedAtMs(): number | undefined {
    return this.#recordedAtMs
  }

  /** Answers to `gateway-status`, by host. */
  get statuses(): ReadonlyMap<string, JsonObject> {
    return this.#statuses
  }

  /** Details of an entity as the Gateway gave them last. */
  details(address: string): JsonObject | undefined {
    const details = this.#entities.get(address)?.details
    return isJsonObject(details) ? details : undefined
  }

  /** State of a component, undecoded. */
  state(address: string): unknown {
    return this.details(address)?.state
  }

  /** Entries of a store; `undefined` when nobody has read it. */
  table(store: string): readonly RawEntry[] | undefined {
    const table = this.#tables.get(store)
    return table && [...table.values()]
  }

  /** Keys of a store, as they are asked for. */
  keyHexes(store: string): readonly string[] {
    return [...(this.#tables.get(store)?.keys() ?? [])]
  }
}

/** The value of a field somewhere in a struct, by its name at each level. */
export function fieldAt(value: unknown, ...names: readonly string[]): unknown {
  let found = value
  for (const name of names) {
    const fields = isJsonObject(found) ? objects(found.fields) : []
    found = fields.find((field) => field.field_name === name)
  }
  return found
}

/** Those elements of a list that are objects; none where there is no list. */
export function objects(list: unknown): readonly JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The client has its own word for an answer that is no JSON; to the evidence it adds nothing.
    return undefined
  }
}
