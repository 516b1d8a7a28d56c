import type {
  StateEntityDetailsResponseItem,
  StateKeyValueStoreKeysResponseItem,
  StateNonFungibleDetailsResponseItem,
} from '@radixdlt/babylon-gateway-api-sdk'
import { LedgerDataError } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import { type Attempt, attempted, type Decoder } from '../sbor/decode.ts'
import { amountAt } from './amount-at.ts'
import type { GatewayClient } from './gateway-client.ts'
import { inChunks } from './in-chunks.ts'

/** Hard limits of the Gateway: above them it answers HTTP 400. */
const MAX_ADDRESSES = 20
const MAX_IDS = 100
const MAX_KEYS = 100

/** What a reading asks for again at another state version, in fewer requests. */
export interface Footprint {
  /** Asked for together with the first entity. */
  readonly addresses: ReadonlySet<string>
  /** Keys by key-value store: their entries are asked for without listing the keys again, so that new entries stay unseen. */
  readonly keys: ReadonlyMap<string, readonly StateKeyValueStoreKeysResponseItem[]>
}

/** One entry of a key-value store, as far as it decodes. */
export interface TableEntry<K, V> {
  readonly keyHex: string
  readonly key: Attempt<K>
  readonly value: Attempt<V>
}

type EntitiesByAddress = ReadonlyMap<string, StateEntityDetailsResponseItem>

/**
 * State reads at one state version. Every request carries the version and every answer is checked for it: an answer from another
 * version would mix two states of the market, and nothing later could tell.
 */
export class PinnedReads {
  readonly stateVersion: number
  readonly #client: GatewayClient
  readonly #expected: Footprint | undefined
  /** Per address the request that asked for it: at one state version an entity stays what it is. */
  readonly #asked = new Map<string, Promise<EntitiesByAddress>>()
  readonly #listed = new Map<string, readonly StateKeyValueStoreKeysResponseItem[]>()

  /** @param expected the footprint of an earlier reading of the same things. */
  constructor(client: GatewayClient, stateVersion: number, expected?: Footprint) {
    this.#client = client
    this.stateVersion = stateVersion
    this.#expected = expected
  }

  /** What has been asked for so far, of these addresses and stores alone: the rest need not be asked for again. */
  footprint(addresses: Iterable<string>, stores: Iterable<string>): Footprint {
    return {
      addresses: new Set(addresses),
      keys: new Map([...stores].flatMap((store) => keysIn(this.#listed, store))),
    }
  }

  /** Entities by address; unknown addresses are absent. */
  async entities(addresses: readonly string[]): Promise<EntitiesByAddress> {
    const wanted = this.#asked.size === 0 ? [...addresses, ...(this.#expected?.addresses ?? [])] : addresses
    const unasked = [...new Set(wanted)].filter((address) => !this.#asked.has(address))
    const asking = this.#ask(unasked)
    for (const address of unasked) this.#asked.set(address, asking)
    const found = new Map<string, StateEntityDetailsResponseItem>()
    // The request made here first, so that no failure of it goes unheard.
    await asking
    for (const address of addresses) {
      const item = (await this.#asked.get(address))?.get(address)
      if (item) found.set(address, item)
    }
    return found
  }

  async #ask(addresses: readonly string[]): Promise<EntitiesByAddress> {
    const pages = await inChunks(addresses, MAX_ADDRESSES, async (chunk, signal) => {
      const answer = await this.#client.entityDetails(
        {
          addresses: chunk,
          // Vault by vault, so that a pool's balances come with its state; native details value an LSU in the same answer.
          aggregation_level: 'Vault',
          opt_ins: { native_resource_details: true },
          ...this.#pin(),
        },
        signal,
      )
      this.#checkPin(answer.ledger_state.state_version, '/state/entity/details')
      return answer.items
    })
    return new Map(pages.flat().map((item) => [item.address, item]))
  }

  /** State of a Scrypto component, undecoded. @throws {LedgerDataError} when there is no such component. */
  async componentState(address: string): Promise<unknown> {
    const details = (await this.entities([address])).get(address)?.details
    if (details?.type !== 'Component' || details.state === undefined)
      throw new LedgerDataError(
        `component ${address} at state version ${this.stateVersion}`,
        'it has no readable state',
      )
    return details.state
  }

  /**
   * Balances of fungible vaults by address, those of `owner` as its own entity gives them; one that cannot be read is absent.
   * @throws {LedgerDataError} when a balance is no amount.
   */
  async vaultBalances(owner: string, vaults: readonly string[]): Promise<ReadonlyMap<string, Decimal>> {
    const held = (await this.entities([owner])).get(owner)?.fungible_resources?.items ?? []
    const balances = new Map<string, Decimal>()
    const note = (vault: string, amount: string) =>
      balances.set(vault, amountAt(`balance of vault ${vault} at state version ${this.stateVersion}`, amount))
    for (const item of held)
      if (item.aggregation_level === 'Vault')
        for (const { vault_address, amount } of item.vaults.items) note(vault_address, amount)
    const missing = vaults.filter((vault) => !balances.has(vault))
    for (const [vault, { details }] of await this.entities(missing))
      if (details?.type === 'FungibleVault') note(vault, details.balance.amount)
    return new Map([...balances].filter(([vault]) => vaults.includes(vault)))
  }

  /**
   * All live entries of a key-value store, newest-created first. An entry that does not decode is one of its own, so that it cannot hide
   * the others.
   */
  async table<K, V>(store: string, key: Decoder<K>, value: Decoder<V>): Promise<readonly TableEntry<K, V>[]> {
    const expected = this.#expected?.keys.get(store)
    const again = expected && (await this.#entriesOf(store, expected))
    // An entry that is gone shows that the store has changed beyond its values.
    const isWhole = again && expected.every(({ key: { raw_hex } }) => again.has(raw_hex))
    const keys = isWhole ? expected : await this.#keysOf(store)
    const entries = isWhole ? again : await this.#entriesOf(store, keys)
    this.#listed.set(store, keys)
    return keys.map(({ key: { raw_hex: keyHex, programmatic_json: keyJson } }) => {
      const decodedKey = attempted(key)(keyJson, '')
      const entry = entries.get(keyHex)
      return {
        keyHex,
        key: decodedKey,
        value: entry
          ? attempted(value)(entry.value.programmatic_json, '')
          : { kind: 'unreadable', why: `the store lists the key ${keyHex} and has no entry for it` },
      }
    })
  }

  /** Non-fungibles by local id, burned ones without data; ids never minted are absent. */
  async nonFungibles(
    resource: string,
    ids: readonly string[],
  ): Promise<ReadonlyMap<string, StateNonFungibleDetailsResponseItem>> {
    const pages = await inChunks(ids, MAX_IDS, async (chunk, signal) => {
      const request = { resource_address: resource, non_fungible_ids: chunk, ...this.#pin() }
      const answer = await this.#client.nonFungibleData(request, signal)
      this.#checkPin(answer.ledger_state.state_version, '/state/non-fungible/data')
      return answer.non_fungible_ids
    })
    return new Map(pages.flat().map((item) => [item.non_fungible_id, item]))
  }

  /** Entries by key in hex; keys without an entry are absent. */
  async #entriesOf(store: string, keys: readonly StateKeyValueStoreKeysResponseItem[]) {
    const pages = await inChunks(keys, MAX_KEYS, async (chunk, signal) => {
      const request = { key_value_store_address: store, keys: chunk.map((item) => ({ key_hex: item.key.raw_hex })) }
      const answer = await this.#client.keyValueStoreData({ ...request, ...this.#pin() }, signal)
      this.#checkPin(answer.ledger_state.state_version, '/state/key-value-store/data')
      return answer.entries
    })
    return new Map(pages.flat().map((entry) => [entry.key.raw_hex, entry]))
  }

  /** Page by page, until a page has no cursor: a short page proves nothing. */
  async #keysOf(store: string): Promise<readonly StateKeyValueStoreKeysResponseItem[]> {
    const keys: StateKeyValueStoreKeysResponseItem[] = []
    let cursor: string | null | undefined
    do {
      const answer = await this.#client.keyValueStoreKeys({
        key_value_store_address: store,
        limit_per_page: MAX_KEYS,
        ...this.#pin(),
        ...(cursor ? { cursor } : {}),
      })
      this.#checkPin(answer.ledger_state.state_version, '/state/key-value-store/keys')
      keys.push(...answer.items)
      cursor = answer.next_cursor
    } while (cursor)
    return keys
  }

  #pin() {
    return { at_ledger_state: { state_version: this.stateVersion } }
  }

  #checkPin(answered: number, endpoint: string): void {
    if (answered !== this.stateVersion)
      throw new LedgerDataError(endpoint, `asked for state version ${this.stateVersion}, answered from ${answered}`)
  }
}

function keysIn<V>(map: ReadonlyMap<string, V>, key: string): readonly (readonly [string, V])[] {
  const value = map.get(key)
  return value === undefined ? [] : [[key, value]]
}
