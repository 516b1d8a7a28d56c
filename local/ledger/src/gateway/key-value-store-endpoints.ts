import type { EntryView, LedgerView } from '../view.ts'
import { encodePageCursor, pageOffset } from './cursor.ts'
import { encodeProgrammaticJson } from './encode-programmatic-json.ts'
import type { Endpoint } from './endpoint.ts'
import { entityNotFound, invalidEntity } from './errors.ts'
import { renderLedgerState, stateFor } from './ledger-state.ts'
import type { Network } from './network.ts'
import { parseRequest } from './requests.ts'
import { renderStateValue } from './state-values.ts'

/** `/state/key-value-store/*`: the keys of a store, newest first, and the values under given keys. */
export function keyValueStoreEndpoints({ name, schemas }: Network): readonly Endpoint[] {
  return [
    {
      path: '/state/key-value-store/keys',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.keyValueStoreKeys, body)
        const offset = pageOffset(request)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const store = request.key_value_store_address
        requireStore(ledger, store, state.stateVersion)
        const page = ledger.keyValueStoreKeys(store, state.stateVersion, offset, request.limit_per_page)
        const next = offset + page.entries.length
        return {
          ledger_state: renderLedgerState(state, name),
          key_value_store_address: store,
          total_count: page.totalCount,
          next_cursor: next < page.totalCount ? encodePageCursor(state.stateVersion, next) : undefined,
          items: page.entries.map((entry) => ({
            key: renderStateValue(entry.key, entry.keyHex),
            last_updated_at_state_version: entry.lastUpdatedAtStateVersion,
          })),
        }
      },
    },
    {
      path: '/state/key-value-store/data',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.keyValueStoreData, body)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const store = request.key_value_store_address
        requireStore(ledger, store, state.stateVersion)
        const entries: EntryView[] = []
        for (const keyHex of new Set(request.keys.flatMap(keyHexOf))) {
          const entry = ledger.keyValueStoreEntry(store, keyHex, state.stateVersion)
          if (entry !== undefined) entries.push(entry)
        }
        return {
          ledger_state: renderLedgerState(state, name),
          key_value_store_address: store,
          entries: entries.map((entry) => ({
            key: renderStateValue(entry.key, entry.keyHex),
            value: renderStateValue(entry.value),
            last_updated_at_state_version: entry.lastUpdatedAtStateVersion,
            is_locked: false,
          })),
        }
      },
    },
  ]
}

/** @throws {GatewayError} 404 when nothing is at `store` at that state, 400 when it is no key-value store. */
function requireStore(ledger: LedgerView, store: string, stateVersion: number): void {
  const entity = ledger.entity(store, stateVersion)
  if (entity === undefined) throw entityNotFound(store)
  if (entity.kind !== 'key-value-store') throw invalidEntity(store)
}

/** The key's bytes; hex wins over JSON, and JSON that is no SBOR value is dropped without a word, as the Gateway does. */
function keyHexOf(key: { readonly key_hex?: string | undefined; readonly key_json?: unknown }): string[] {
  if (key.key_hex !== undefined) return [key.key_hex.toLowerCase()]
  const keyHex = encodeProgrammaticJson(key.key_json)
  return keyHex === undefined ? [] : [keyHex]
}
