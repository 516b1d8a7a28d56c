import type { SborValue } from '../../sbor.ts'
import { encodeSbor } from '../../sbor-codec.ts'
import type { EntryView, KeyView } from '../../view.ts'
import { ADDRESSES, STORES, type StoreName } from '../addressbook.ts'
import { GLOBAL_SCOPES, type ServiceComponent } from '../market/services.ts'
import type { Store } from '../store.ts'
import type { Table } from '../table.ts'
import { decimal, integer, own, preciseDecimal, reference, UNIT, variant } from './build.ts'
import {
  cacheEntry,
  collateralConfig,
  configEntry,
  dexPool,
  efficiencyGroup,
  loanConfig,
  nftCollateralConfig,
  nftType,
  priceFeed,
  priceInfo,
  resourceConfig,
  resourceType,
  serviceStatus,
} from './market-values.ts'
import { interestStrategy, poolState } from './pool-values.ts'

/** How one key-value store shows a table: every entry of the table that `keyOf` gives a key. */
class StoreBinding<K extends string | number, V> {
  readonly #table: Table<K, V>
  readonly #keyOf: (key: K) => SborValue | undefined
  readonly #render: (value: V, key: K) => SborValue
  readonly #shown: { readonly tableKey: K; readonly key: SborValue; readonly keyHex: string }[] = []
  readonly #byHex = new Map<string, K>()
  #indexed = 0

  constructor(table: Table<K, V>, keyOf: (key: K) => SborValue | undefined, render: (value: V, key: K) => SborValue) {
    this.#table = table
    this.#keyOf = keyOf
    this.#render = render
  }

  /** Live keys, newest-created first. */
  keysAt(version: number): KeyView[] {
    this.#index()
    const keys: KeyView[] = []
    for (let i = this.#shown.length - 1; i >= 0; i--) {
      const shown = this.#shown[i]
      const entry = shown && this.#table.versionedAt(shown.tableKey, version)
      if (shown && entry) keys.push({ key: shown.key, keyHex: shown.keyHex, lastUpdatedAtStateVersion: entry.version })
    }
    return keys
  }

  entryAt(keyHex: string, version: number): EntryView | undefined {
    this.#index()
    const tableKey = this.#byHex.get(keyHex.toLowerCase())
    const entry = tableKey === undefined ? undefined : this.#table.versionedAt(tableKey, version)
    const key = tableKey === undefined ? undefined : this.#keyOf(tableKey)
    if (tableKey === undefined || !entry || !key) return undefined
    return {
      key,
      keyHex: keyHex.toLowerCase(),
      value: this.#render(entry.value, tableKey),
      lastUpdatedAtStateVersion: entry.version,
    }
  }

  /** Entries are never forgotten by a table, so only new ones need a look. */
  #index(): void {
    if (this.#indexed === this.#table.size) return
    let position = 0
    for (const tableKey of this.#table.keys()) {
      if (position++ < this.#indexed) continue
      const key = this.#keyOf(tableKey)
      if (!key) continue
      const keyHex = encodeSbor(key)
      this.#shown.push({ tableKey, key, keyHex })
      this.#byHex.set(keyHex, tableKey)
    }
    this.#indexed = this.#table.size
  }
}

export interface StoreView {
  keysAt(version: number): KeyView[]
  entryAt(keyHex: string, version: number): EntryView | undefined
}

/** Every key-value store of the market, the pool and the price feed, by address. */
export function storeViews(store: Store): ReadonlyMap<string, StoreView> {
  const byResource = (resource: string) => reference(resource)
  const views: Record<StoreName, StoreView> = {
    loanServices: services(store, 'loan'),
    collateralServices: services(store, 'collateral'),
    poolServices: services(store, 'pool'),
    loanConfigs: new StoreBinding(store.loanConfigs, configKey, (entry) => configEntry(entry, loanConfig)),
    collateralConfigs: new StoreBinding(store.collateralConfigs, configKey, (entry) =>
      configEntry(entry, collateralConfig),
    ),
    efficiencyGroups: new StoreBinding(store.efficiencyGroups, configKey, (entry) =>
      configEntry(entry, efficiencyGroup),
    ),
    isolationGroups: EMPTY,
    priceFeeds: new StoreBinding(store.priceFeeds, configKey, (entry) => configEntry(entry, priceFeed)),
    resourceConfigs: new StoreBinding(store.resourceConfigs, byResource, resourceConfig),
    nftResourceConfigs: new StoreBinding(store.nftResourceConfigs, byResource, nftCollateralConfig),
    priceCache: new StoreBinding(store.priceCache, byResource, (entry) => cacheEntry(entry, decimal)),
    resourceTypes: new StoreBinding(store.resourceTypes, byResource, resourceType),
    nftTypes: new StoreBinding(store.nftTypes, byResource, nftType),
    nftValuations: EMPTY,
    collateralAssets: vaults(store, ''),
    nftCollateralAssets: nftVaults(store),
    liquidationFees: vaults(store, 'liquidation-fee'),
    loanUnitRatios: new StoreBinding(store.loanRatioCache, byResource, (entry) => cacheEntry(entry, preciseDecimal)),
    depositUnitRatios: new StoreBinding(store.depositRatioCache, byResource, (entry) =>
      cacheEntry(entry, preciseDecimal),
    ),
    poolStates: new StoreBinding(store.pools, byResource, (pool, resource) =>
      poolState(pool, own(store.vaultAddress(`${ADDRESSES.pool}|${resource}`)), store.answers),
    ),
    depositUnitLookup: new StoreBinding(
      store.resourceTypes,
      (resource) => (store.resourceTypes.latest(resource)?.kind === 'deposit-unit' ? reference(resource) : undefined),
      (type) => (type.kind === 'deposit-unit' ? reference(type.underlying) : UNIT),
    ),
    interestStrategies: new StoreBinding(store.strategies, configKey, (entry) => configEntry(entry, interestStrategy)),
    clientBadges: EMPTY,
    feedPrices: new StoreBinding(store.feedPrices, byResource, priceInfo),
    dexPools: new StoreBinding(store.dexPools, byResource, dexPool),
  }
  const names = Object.keys(STORES) as StoreName[]
  return new Map(names.map((name) => [STORES[name], views[name]]))
}

const EMPTY: StoreView = { keysAt: () => [], entryAt: () => undefined }

/** `current:3` → `Current(3)`, `history:2` → `History(2)`. */
function configKey(key: string): SborValue {
  const [kind, number = ''] = key.split(':')
  return kind === 'current'
    ? variant('ConfigurationKey', 0, 'Current', integer('U16', BigInt(number)))
    : variant('ConfigurationKey', 1, 'History', integer('U64', BigInt(number)))
}

function services(store: Store, component: ServiceComponent): StoreView {
  return new StoreBinding(
    store.services,
    (key) => {
      const [of, scope = ''] = key.split('|')
      return of === component ? servicesScope(component, scope, store) : undefined
    },
    (entry) => serviceStatus(component, entry),
  )
}

const KEY_TYPES = {
  market: 'MarketServiceKey',
  collateral: 'CollateralServiceKey',
  loan: 'LoanServiceKey',
  pool: 'LendingServiceKey',
} as const

/** The key of a service entry: the scope alone. */
export function servicesScope(component: ServiceComponent, scope: string, store: Store): SborValue {
  const globals: readonly string[] = GLOBAL_SCOPES[component]
  const global = globals.indexOf(scope)
  if (global >= 0) return variant(KEY_TYPES[component], global, scope)
  const isNft = store.resources.latest(scope)?.kind === 'non-fungible'
  const number = globals.length + (isNft ? 1 : 0)
  return variant(KEY_TYPES[component], number, isNft ? 'NFT' : 'Resource', reference(scope))
}

/** The market's fungible vaults of one role, as `KVS<Reference, Own>`. */
function vaults(store: Store, role: string): StoreView {
  return new StoreBinding(
    store.fungibleVaults,
    (key) => {
      const [owner, resource = '', of = ''] = key.split('|')
      return owner === ADDRESSES.market && of === role ? reference(resource) : undefined
    },
    (_balance, key) => own(store.vaultAddress(key)),
  )
}

function nftVaults(store: Store): StoreView {
  return new StoreBinding(
    store.nonFungibleVaults,
    (key) => {
      const [owner, resource = ''] = key.split('|')
      return owner === ADDRESSES.market ? reference(resource) : undefined
    },
    (_ids, key) => own(store.vaultAddress(key)),
  )
}
