import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import { XRD } from '../addresses.ts'
import type {
  CollateralConfig,
  ConfigEntry,
  LoanConfig,
  MarketSettings,
  PoolRecord,
  RecordedConfig,
  ResourceConfig,
  ResourceType,
} from '../records.ts'
import { type Store, totalSupply, vaultKey } from '../store.ts'
import type { Table, Track } from '../table.ts'

/** The market refuses what was asked; the text is the receipt's error message. Nothing the transaction did so far remains. */
export class MarketError extends Error {
  override readonly name = 'MarketError'
}

/** Where a price came from: one that came from the feed is written to the cache by the transaction that used it. */
export interface PriceReading {
  readonly price: Decimal
  readonly fromFeed: boolean
}

interface FoundConfig {
  readonly config: CollateralConfig
  readonly version: number
}

/**
 * The market as one transaction sees it: at a ledger time, through its own uncommitted writes. Rules are those of
 * `docs/on-ledger-data.md`; prices and configurations cannot change within a call and are looked up once.
 */
export class MarketState {
  readonly store: Store
  readonly track: Track
  /** Ledger time, unix seconds. */
  readonly nowS: number
  readonly #prices = new Map<string, PriceReading>()
  readonly #configs = new Map<string, Map<string, FoundConfig>>()

  constructor(store: Store, track: Track, nowS: number) {
    this.store = store
    this.track = track
    this.nowS = nowS
  }

  settings(): MarketSettings {
    const settings = this.track.get(this.store.settings, 'market')
    if (!settings) throw new MarketError('The market has no settings.')
    return settings
  }

  /** XRD for one whole unit of a priced token. @throws {MarketError} without a price, or when the feed's is too old. */
  price(resource: string): PriceReading {
    let reading = this.#prices.get(resource)
    if (!reading) {
      reading = this.#readPrice(resource)
      this.#prices.set(resource, reading)
    }
    return reading
  }

  #readPrice(resource: string): PriceReading {
    if (resource === XRD) return { price: Decimal.ONE, fromFeed: false }
    const { priceDebounceS, priceExpirationS } = this.settings()
    const cached = this.track.get(this.store.priceCache, resource)
    if (cached && this.nowS - cached.timestampS < priceDebounceS) return { price: cached.value, fromFeed: false }
    const feed = this.track.get(this.store.feedPrices, resource)
    if (!feed) throw new MarketError(`PriceNotFound: no price for ${resource}`)
    if (this.nowS - feed.timestampS > priceExpirationS)
      throw new MarketError(`PriceExpired: the price of ${resource} is ${this.nowS - feed.timestampS} s old`)
    return { price: feed.price, fromFeed: true }
  }

  /** Prices this call took from the feed: a committed transaction caches them. */
  pricesFromFeed(): ReadonlyMap<string, Decimal> {
    return new Map(
      [...this.#prices].filter(([, { fromFeed }]) => fromFeed).map(([resource, { price }]) => [resource, price]),
    )
  }

  /** Forget prices once `update_prices` ran in the same transaction. */
  forgetPrices(): void {
    this.#prices.clear()
  }

  resourceType(resource: string): ResourceType {
    return this.track.get(this.store.resourceTypes, resource) ?? { kind: 'token' }
  }

  /** The resource whose price and configuration judge `resource`: the underlying of deposit units, XRD for LSU. */
  judgedAs(resource: string): string {
    const type = this.resourceType(resource)
    if (type.kind === 'deposit-unit') return type.underlying
    return type.kind === 'lsu' ? XRD : resource
  }

  resourceConfig(resource: string): ResourceConfig {
    const config = this.track.get(this.store.resourceConfigs, resource)
    if (!config) throw new MarketError(`ResourceNotConfigured: ${resource}`)
    return config
  }

  pool(resource: string): PoolRecord {
    const pool = this.track.get(this.store.pools, resource)
    if (!pool) throw new MarketError(`PoolNotFound: ${resource}`)
    return pool
  }

  /** XRD that one LSU redeems for. */
  lsuPrice(validator: string): Decimal {
    const record = this.track.get(this.store.validators, validator)
    const lsu = record && this.track.get(this.store.resources, record.lsu)
    if (!lsu) throw new MarketError(`ValidatorNotFound: ${validator}`)
    const staked = this.track.get(this.store.fungibleVaults, vaultKey(validator, XRD, 'stake')) ?? Decimal.ZERO
    const supply = totalSupply(lsu)
    return supply.isZero() ? Decimal.ONE : staked.dividedBy(supply)
  }

  /** The collateral configuration that judges a position, and the version it was found under. */
  collateralConfig(resource: string, recorded: RecordedConfig): FoundConfig {
    let ofResource = this.#configs.get(resource)
    if (!ofResource) {
      ofResource = new Map()
      this.#configs.set(resource, ofResource)
    }
    const { mode } = recorded
    const key = mode.kind === 'group' ? `${recorded.version}/${mode.group}` : `${recorded.version}${mode.kind}`
    let found = ofResource.get(key)
    if (!found) {
      const id = this.#collateralConfigId(resource, recorded)
      found = this.#inForce(this.store.collateralConfigs, id, recorded.version)
      ofResource.set(key, found)
    }
    return found
  }

  loanConfig(resource: string, recordedVersion: number): { config: LoanConfig; version: number } {
    const loan = this.resourceConfig(resource).loan
    if (!loan) throw new MarketError(`NotALoanResource: ${resource}`)
    return this.#inForce(this.store.loanConfigs, loan.configId, recordedVersion)
  }

  currentLoanVersion(resource: string): number {
    const loan = this.resourceConfig(resource).loan
    if (!loan) throw new MarketError(`NotALoanResource: ${resource}`)
    return this.#current(this.store.loanConfigs, loan.configId).version
  }

  currentCollateralVersion(resource: string, mode: RecordedConfig['mode']): number {
    return this.#current(this.store.collateralConfigs, this.#collateralConfigId(resource, { version: 0, mode })).version
  }

  #collateralConfigId(resource: string, { mode }: RecordedConfig): number {
    if (mode.kind === 'identical') return this.settings().defaultEfficiencyConfigId
    if (mode.kind === 'group') return this.#current(this.store.efficiencyGroups, mode.group).config.collateralConfigId
    const collateral = this.resourceConfig(this.judgedAs(resource)).collateral
    if (!collateral) throw new MarketError(`NotACollateralResource: ${resource}`)
    return collateral.configId
  }

  /** The recorded version while it has not expired, else the current one. */
  #inForce<C>(table: ConfigTable<C>, id: number, version: number): ConfigEntry<C> {
    const current = this.#current(table, id)
    if (current.version === version) return current
    const recorded = this.track.get(table, historicalKey(id, version))
    if (recorded && (recorded.expiresAtS === undefined || recorded.expiresAtS > this.nowS)) return recorded
    return current
  }

  #current<C>(table: ConfigTable<C>, id: number): ConfigEntry<C> {
    const entry = this.track.get(table, currentKey(id))
    if (!entry) throw new MarketError(`ConfigNotFound: ${id}`)
    return entry
  }

  cdpCounter(): number {
    return this.track.get(this.store.cdpCounter, 'counter') ?? 0
  }

  /** XRD liquidity and the like: what lies in the pool's vault. */
  poolLiquidity(resource: string): Decimal {
    return this.track.get(this.store.fungibleVaults, vaultKey(ADDRESSES.pool, resource)) ?? Decimal.ZERO
  }
}

type ConfigTable<C> = Table<string, ConfigEntry<C>>

export function currentKey(id: number): string {
  return `current:${id}`
}

export function historicalKey(id: number, version: number): string {
  return `historical:${id}:${version}`
}
