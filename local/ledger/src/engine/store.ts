import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from './addressbook.ts'
import { addressOf } from './addresses.ts'
import { type MarketAnswers, marketAnswers } from './market/answers.ts'
import type {
  CacheEntry,
  CdpRecord,
  CollateralConfig,
  ConfigEntry,
  DexPool,
  EfficiencyGroup,
  FeedPrice,
  InterestStrategy,
  LoanConfig,
  MarketSettings,
  NftCollateralConfig,
  NftType,
  NonFungibleRecord,
  PoolRecord,
  PriceFeed,
  ResourceConfig,
  ResourceRecord,
  ResourceType,
  Services,
  ValidatorRecord,
} from './records.ts'
import { Table, type Track } from './table.ts'
import type { UnitRatio } from './unit-ratio.ts'

/** `owner|resource`, with a role when an owner has several vaults of one resource. */
export type VaultKey = string
/** `resource|local id`. */
export type NonFungibleKey = string

export function vaultKey(owner: string, resource: string, role = ''): VaultKey {
  return role === '' ? `${owner}|${resource}` : `${owner}|${resource}|${role}`
}

export function nonFungibleKey(resource: string, id: string): NonFungibleKey {
  return `${resource}|${id}`
}

/** All state of the simulated ledger, every entry with its history. */
export class Store {
  /** How the market behaves where nobody outside knows. */
  readonly answers: MarketAnswers
  readonly resources = new Table<string, ResourceRecord>()
  readonly fungibleVaults = new Table<VaultKey, Decimal>()
  readonly nonFungibleVaults = new Table<VaultKey, readonly string[]>()
  /** Owner → keys of its vaults, in the order they were made. */
  readonly vaultsOf = new Table<string, readonly VaultKey[]>()

  readonly cdps = new Table<number, CdpRecord>()
  readonly cdpOwners = new Table<number, string>()
  readonly cdpCounter = new Table<'counter', number>()
  readonly nonFungibles = new Table<NonFungibleKey, NonFungibleRecord>()
  readonly nonFungibleOwners = new Table<NonFungibleKey, string>()

  readonly settings = new Table<'market', MarketSettings>()
  readonly collateralConfigs = new Table<string, ConfigEntry<CollateralConfig>>()
  readonly loanConfigs = new Table<string, ConfigEntry<LoanConfig>>()
  readonly efficiencyGroups = new Table<string, ConfigEntry<EfficiencyGroup>>()
  readonly resourceConfigs = new Table<string, ResourceConfig>()
  readonly priceFeeds = new Table<string, ConfigEntry<PriceFeed>>()
  readonly nftResourceConfigs = new Table<string, NftCollateralConfig>()
  readonly resourceTypes = new Table<string, ResourceType>()
  readonly nftTypes = new Table<string, NftType>()
  readonly priceCache = new Table<string, CacheEntry<Decimal>>()
  readonly loanRatioCache = new Table<string, CacheEntry<UnitRatio>>()
  readonly depositRatioCache = new Table<string, CacheEntry<UnitRatio>>()
  /** By {@link servicesKey}. */
  readonly services = new Table<string, Services>()

  readonly pools = new Table<string, PoolRecord>()
  readonly strategies = new Table<string, ConfigEntry<InterestStrategy>>()
  readonly feedPrices = new Table<string, FeedPrice>()
  /** The same at the feed that values shares of a staking pool. */
  readonly proxyPrices = new Table<string, FeedPrice>()
  readonly validators = new Table<string, ValidatorRecord>()
  readonly dexPools = new Table<string, DexPool>()

  /** CDPs written since somebody last cleared this. */
  readonly changedCdps = new Set<number>()

  readonly #mints = new Map<string, MintLog>()

  constructor(answers: Partial<MarketAnswers> = {}) {
    this.answers = marketAnswers(answers)
  }

  /** Makes a transaction's writes part of the ledger at `version`. */
  commit(track: Track, version: number): void {
    const newCdps = track.written(this.cdps).filter((id) => this.cdps.createdAt(id) === undefined)
    const newOthers = track.written(this.nonFungibles).filter((key) => this.nonFungibles.createdAt(key) === undefined)
    for (const id of track.written(this.cdps)) this.changedCdps.add(id)
    track.commit(version)
    for (const id of newCdps) this.mintsOf(ADDRESSES.cdpResource).add(version, `#${id}#`)
    for (const key of newOthers) {
      const [resource = '', id = ''] = key.split('|')
      this.mintsOf(resource).add(version, id)
    }
  }

  mintsOf(resource: string): MintLog {
    let log = this.#mints.get(resource)
    if (!log) {
      log = new MintLog()
      this.#mints.set(resource, log)
    }
    return log
  }

  /**
   * The address of a vault. Addresses are made when first shown: nobody can ask for one that was never shown, and most of the vaults
   * of a large ledger never are.
   */
  vaultAddress(key: VaultKey): string {
    const isFungible = this.nonFungibleVaults.createdAt(key) === undefined
    const known = isFungible ? SHOWN_FUNGIBLE_VAULTS : SHOWN_NON_FUNGIBLE_VAULTS
    let address = known.get(key)
    if (address === undefined) {
      address = addressOf(isFungible ? 'fungibleVault' : 'nonFungibleVault', key)
      known.set(key, address)
      VAULTS_BY_ADDRESS.set(address, key)
    }
    return address
  }

  /** The vault that has this address on every ledger on which it exists. */
  vaultOfAddress(address: string): VaultKey | undefined {
    return VAULTS_BY_ADDRESS.get(address)
  }
}

/** Of all ledgers of the process: an address follows from its vault's key alone, and is known to whoever saw it on another ledger. */
const SHOWN_FUNGIBLE_VAULTS = new Map<VaultKey, string>()
const SHOWN_NON_FUNGIBLE_VAULTS = new Map<VaultKey, string>()
const VAULTS_BY_ADDRESS = new Map<string, VaultKey>()

/** Ids of one non-fungible resource in the order of their minting. */
export class MintLog {
  readonly #versions: number[] = []
  readonly #ids: string[] = []

  add(version: number, id: string): void {
    this.#versions.push(version)
    this.#ids.push(id)
  }

  /** How many were minted at or before `version`. */
  countAt(version: number): number {
    let low = 0
    let high = this.#versions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.#versions[middle] ?? 0) <= version) low = middle + 1
      else high = middle
    }
    return low
  }

  slice(from: number, to: number): readonly string[] {
    return this.#ids.slice(from, to)
  }
}

/** The supply of a fungible resource. */
export function totalSupply(resource: ResourceRecord): Decimal {
  return resource.kind === 'fungible'
    ? resource.minted.minus(resource.burned)
    : Decimal.fromInteger(resource.minted - resource.burned)
}
