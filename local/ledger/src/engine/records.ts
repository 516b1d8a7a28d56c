import type { Decimal } from '@weft/domain/decimal'
import type { UnitRatio } from './unit-ratio.ts'

/** What the simulated ledger remembers, as plain immutable records; how they look from outside is the business of `rendering/`. */

export interface FungibleResource {
  readonly kind: 'fungible'
  readonly symbol: string
  readonly divisibility: number
  readonly minted: Decimal
  readonly burned: Decimal
}

export interface NonFungibleResource {
  readonly kind: 'non-fungible'
  readonly symbol: string
  readonly idType: 'Integer' | 'Ruid'
  readonly minted: number
  readonly burned: number
}

export type ResourceRecord = FungibleResource | NonFungibleResource

export interface CdpRecord {
  readonly mintedAtS: number
  readonly updatedAtS: number
  readonly name: string
  readonly loans: ReadonlyMap<string, LoanInfo>
  readonly collaterals: ReadonlyMap<string, CollateralInfo>
  readonly nftCollaterals: ReadonlyMap<string, NftCollateralInfo>
}

export interface LoanInfo {
  readonly units: Decimal
  readonly configVersion: number
}

export interface CollateralInfo {
  readonly amount: Decimal
  readonly config: RecordedConfig
}

/** The configuration that a position is judged by: which one (the mode says) and which version of it. */
export interface RecordedConfig {
  readonly version: number
  readonly mode: EfficiencyMode
}

export type EfficiencyMode =
  | { readonly kind: 'none' }
  | { readonly kind: 'group'; readonly group: number }
  | { readonly kind: 'identical' }

export interface NftCollateralInfo {
  readonly ids: readonly string[]
  /** By underlying resource. */
  readonly configs: ReadonlyMap<string, RecordedConfig>
}

export interface CollateralConfig {
  readonly description: string
  readonly loanToValue: Decimal
  readonly thresholdSpread: Decimal
  readonly bonusRate: Decimal
}

export interface LoanConfig {
  readonly description: string
  readonly valueFactor: Decimal
  readonly closeFactor: Decimal
}

export interface EfficiencyGroup {
  readonly description: string
  readonly collateralConfigId: number
}

export interface ConfigEntry<C> {
  readonly id: number
  readonly version: number
  readonly config: C
  /** Unix seconds; a current entry has none. */
  readonly expiresAtS: number | undefined
}

export interface ResourceConfig {
  readonly priceFeedId: number
  readonly loan: LoanResourceConfig | undefined
  readonly collateral: CollateralResourceConfig | undefined
}

export interface LoanResourceConfig {
  readonly configId: number
  readonly efficiencyGroup: number | undefined
}

export interface CollateralResourceConfig {
  readonly configId: number
  readonly efficiencyGroups: readonly number[]
}

export type ResourceType =
  | { readonly kind: 'token' }
  | { readonly kind: 'lsu'; readonly validator: string }
  | { readonly kind: 'deposit-unit'; readonly underlying: string }

export type NftType = { readonly kind: 'registered' } | { readonly kind: 'claim'; readonly validator: string }

export interface UnitState {
  readonly divisibility: number
  readonly total: Decimal
  readonly units: Decimal
  /** units ÷ total, worked out anew by every operation on the pool. */
  readonly ratio: UnitRatio
}

export interface PoolRecord {
  readonly depositUnit: string
  readonly interestRate: Decimal
  readonly interestUpdatedAtS: number
  readonly pendingProtocolFee: Decimal
  readonly deposits: UnitState
  readonly loans: UnitState
  readonly strategyId: number
  readonly updatePeriodS: number
  readonly loanFeeRate: Decimal
  readonly flashLoanFeeRate: Decimal
  readonly depositLimit: Limit
  /** Share of the deposits that may be lent. */
  readonly utilisationLimit: Decimal | undefined
}

export type Limit =
  | { readonly kind: 'none' }
  /** Of the total supply of the underlying. */
  | { readonly kind: 'supply-ratio'; readonly ratio: Decimal }

/** Yearly rate by usage: from the last point at or below it, on along that point's slope, without an end. */
export interface InterestStrategy {
  readonly description: string
  readonly breakPoints: readonly { readonly usage: Decimal; readonly rate: Decimal; readonly slope: Decimal }[]
}

export interface CacheEntry<T> {
  /** Hex of the intent hash that wrote it. */
  readonly transactionHash: string
  readonly value: T
  readonly timestampS: number
}

/** Where the market asks for a price. */
export interface PriceFeed {
  readonly description: string
  readonly source:
    | { readonly kind: 'fixed'; readonly price: Decimal }
    | { readonly kind: 'component'; readonly component: string }
}

export interface NftCollateralConfig {
  readonly valuator: string
  readonly underlying: readonly string[]
  /** XRD. */
  readonly maxValue: Decimal | undefined
}

export interface FeedPrice {
  readonly price: Decimal
  readonly timestampS: number
}

export interface ServiceStatus {
  readonly enabled: boolean
  readonly locked: boolean
}

/** All switches under one key; a service that is missing is off. */
export type Services = ReadonlyMap<string, ServiceStatus>

export interface ValidatorRecord {
  readonly symbol: string
  readonly lsu: string
  readonly claimNft: string
}

/** Data of the non-fungibles that are no CDPs. */
export type NonFungibleRecord =
  | { readonly kind: 'claim'; readonly name: string; readonly claimEpoch: number; readonly claimAmount: Decimal }
  | { readonly kind: 'receipt'; readonly name: string; readonly underlying: ReadonlyMap<string, Decimal> }
  | { readonly kind: 'badge' }

export interface DexPool {
  readonly token: Decimal
  readonly xrd: Decimal
}

/** Rules of the market that genesis fixes. */
export interface MarketSettings {
  readonly maxPositions: number
  readonly maxPositionsWithNft: number
  readonly priceExpirationS: number
  readonly priceDebounceS: number
  readonly defaultEfficiencyConfigId: number
  readonly maxClaimNftValue: Decimal
  readonly cdpCreationFee: Decimal
  readonly bonusFeeRate: Decimal
  /** The protocol's shares of what borrowers pay to a pool. */
  readonly poolFees: { readonly loan: Decimal; readonly flashLoan: Decimal; readonly interest: Decimal }
}
