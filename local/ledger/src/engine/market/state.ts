import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import { XRD } from '../addresses.ts'
import { wholeMinute } from '../clock.ts'
import type {
  CollateralConfig,
  ConfigEntry,
  FeedPrice,
  LoanConfig,
  MarketSettings,
  PoolRecord,
  RecordedConfig,
  ResourceConfig,
  ResourceType,
} from '../records.ts'
import { type Store, totalSupply, vaultKey } from '../store.ts'
import type { Table, Track } from '../table.ts'
import type { UnitRatio } from '../unit-ratio.ts'
import { accrued } from './accrual.ts'

/** The market refuses what was asked; the text is the receipt's error message. Nothing the transaction did so far remains. */
export class MarketError extends Error {
  override readonly name = 'MarketError'
}

/** Where a price came from: one that came from the feed is written to the cache by the transaction that used it. */
export interface PriceReading {
  readonly price: Decimal
  readonly fromFeed: boolean
}

/**
 * The market as one transaction sees it: at a whole minute, through its own uncommitted writes. Rules are those of
 * `docs/on-ledger-data.md`; prices, configurations and unit ratios are looked up once per transaction.
 */
export class MarketState {
  readonly store: Store
  readonly track: Track
  /** Ledger time as every component of the market reads it: unix seconds, cut to the minute. */
  readonly nowS: number
  readonly #prices = new Map<string, PriceReading>()
  readonly #configs = new Map<number, CollateralConfig>()
  readonly #loanRatios = new Map<string, UnitRatio>()
  readonly #depositRatios = new Map<string, UnitRatio>()

  /** @param nowS ledger time, unix seconds; the market sees the minute it is in. */
  constructor(store: Store, track: Track, nowS: number) {
    this.store = store
    this.track = track
    this.nowS = wholeMinute(nowS)
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
    const { priceDebounceS, priceExpirationS } = this.settings()
    const cached = this.track.get(this.store.priceCache, resource)
    if (cached && this.nowS - cached.timestampS < priceDebounceS) return { price: cached.value, fromFeed: false }
    const { source } = this.#current(
      this.store.priceFeeds,
      this.resourceConfig(resource).priceFeedId,
      'Price feed',
    ).config
    if (source.kind === 'fixed') return { price: source.price, fromFeed: true }
    const feed = this.feedPrice(source.component, resource)
    if (!feed) throw new MarketError(`PriceNotFound: no price for ${resource}`)
    const ageS = this.nowS - feed.timestampS
    const isExpired = this.store.answers.expiry === 'inclusive' ? ageS >= priceExpirationS : ageS > priceExpirationS
    if (isExpired) throw new MarketError(`PriceExpired: the price of ${resource} is ${ageS} s old`)
    return { price: feed.price, fromFeed: true }
  }

  /** What a feed component's `get_price` answers. */
  feedPrice(component: string, resource: string): FeedPrice | undefined {
    if (component === ADDRESSES.priceFeed) return this.track.get(this.store.feedPrices, resource)
    if (component !== ADDRESSES.lsulpPriceFeed) return undefined
    // The proxy works its price out when it is asked.
    const valued = this.track.get(this.store.proxyPrices, resource)
    return valued && { ...valued, timestampS: this.nowS }
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

  /** Ratio of loan units as this transaction first met it, whatever it does to the pool meanwhile. */
  loanRatio(resource: string): UnitRatio {
    return this.#firstRatio(this.#loanRatios, resource, 'loans')
  }

  /** Likewise of the deposit units of `resource`. */
  depositRatio(resource: string): UnitRatio {
    return this.#firstRatio(this.#depositRatios, resource, 'deposits')
  }

  #firstRatio(met: Map<string, UnitRatio>, resource: string, side: 'loans' | 'deposits'): UnitRatio {
    let ratio = met.get(resource)
    if (ratio === undefined) {
      const pool = this.pool(resource)
      const asked = this.store.answers['get-cdp'] === 'accrued' ? this.accruedPool(pool) : pool
      ratio = asked[side].ratio
      met.set(resource, ratio)
    }
    return ratio
  }

  /** Ratios this transaction used: a committed one leaves them in the market's caches, where nobody reads them again. */
  ratiosUsed(): { readonly loans: ReadonlyMap<string, UnitRatio>; readonly deposits: ReadonlyMap<string, UnitRatio> } {
    return { loans: this.#loanRatios, deposits: this.#depositRatios }
  }

  /** The pool with the interest due by now. */
  accruedPool(pool: PoolRecord): PoolRecord {
    const { config } = this.#current(this.store.strategies, pool.strategyId, 'Interest strategy')
    return accrued(pool, config, this.settings().poolFees.interest, this.nowS, this.store.answers)
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

  /** The collateral configuration that judges a position. */
  collateralConfig(recordedVersion: number): CollateralConfig {
    let config = this.#configs.get(recordedVersion)
    if (!config) {
      config = this.#inForce(this.store.collateralConfigs, recordedVersion, 'Collateral config')
      this.#configs.set(recordedVersion, config)
    }
    return config
  }

  loanConfig(recordedVersion: number): LoanConfig {
    return this.#inForce(this.store.loanConfigs, recordedVersion, 'Loan config')
  }

  currentLoanVersion(resource: string): number {
    const loan = this.resourceConfig(resource).loan
    if (!loan) throw new MarketError(`NotALoanResource: ${resource}`)
    return this.#current(this.store.loanConfigs, loan.configId, 'Loan config').version
  }

  currentCollateralVersion(resource: string, mode: RecordedConfig['mode']): number {
    const id = this.#collateralConfigId(resource, mode)
    return this.#current(this.store.collateralConfigs, id, 'Collateral config').version
  }

  #collateralConfigId(resource: string, mode: RecordedConfig['mode']): number {
    if (mode.kind === 'identical') return this.settings().defaultEfficiencyConfigId
    if (mode.kind === 'group')
      return this.#current(this.store.efficiencyGroups, mode.group, 'Efficiency group').config.collateralConfigId
    const collateral = this.resourceConfig(this.judgedAs(resource)).collateral
    if (!collateral) throw new MarketError(`NotACollateralResource: ${resource}`)
    return collateral.configId
  }

  /** The recorded version while it has not expired, else the current one of the id that it belongs to. */
  #inForce<C>(table: ConfigTable<C>, version: number, what: string): C {
    const recorded = this.track.get(table, historyKey(version))
    if (!recorded) throw new MarketError(`${what} not found: version ${version}`)
    if (recorded.expiresAtS === undefined || recorded.expiresAtS > this.nowS) return recorded.config
    return this.#current(table, recorded.id, what).config
  }

  #current<C>(table: ConfigTable<C>, id: number, what: string): ConfigEntry<C> {
    const entry = this.track.get(table, currentKey(id))
    if (!entry) throw new MarketError(`${what} not found: ${id}`)
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

/** A manager that keeps its history keeps every version under its number, the one in force too. */
export function historyKey(version: number): string {
  return `history:${version}`
}
