import * as z from 'zod'
import type { Decimal } from './decimal.ts'
import { ComponentAddress, ResourceAddress, ValidatorAddress } from './ids.ts'
import { SyncPoint } from './sync-point.ts'
import { decimalText, mapOf, mapOfNumbers } from './wire.ts'

export const CollateralConfig = z.object({
  description: z.string(),
  loanToValueRatio: decimalText,
  liquidationThresholdSpread: decimalText,
  liquidationBonusRate: decimalText,
})
export type CollateralConfig = z.infer<typeof CollateralConfig>

export const LoanConfig = z.object({
  description: z.string(),
  loanValueFactor: decimalText,
  loanCloseFactor: decimalText,
})
export type LoanConfig = z.infer<typeof LoanConfig>

/** One configuration id with the version in force and the superseded ones that a CDP may still be judged by. */
function versioned<C extends z.ZodType>(config: C) {
  return z.object({
    current: z.object({ version: z.int().nonnegative(), config }),
    superseded: mapOfNumbers(z.object({ config, expiresAtMs: z.int().nullable() })),
  })
}
export const VersionedCollateralConfig = versioned(CollateralConfig)
export type VersionedCollateralConfig = z.infer<typeof VersionedCollateralConfig>
export const VersionedLoanConfig = versioned(LoanConfig)
export type VersionedLoanConfig = z.infer<typeof VersionedLoanConfig>

export const ResourceConfig = z.object({
  /** What the asset is called in the market's price feed. Absent in snapshots that did not read it. */
  priceFeedId: z.int().nonnegative().optional(),
  loan: z
    .object({ loanConfigId: z.int().nonnegative(), efficiencyGroupId: z.int().nonnegative().nullable() })
    .nullable(),
  collateral: z
    .object({
      collateralConfigId: z.int().nonnegative(),
      isolationGroupId: z.int().nonnegative().nullable(),
      efficiencyGroupIds: z.array(z.int().nonnegative()),
    })
    .nullable(),
})
export type ResourceConfig = z.infer<typeof ResourceConfig>

/**
 * Both prices the market may be using, in XRD for one whole unit; `priceInForce` decides.
 * A resource without a feed value was read from the cache alone.
 */
export const PriceReading = z.object({
  cached: z.object({ value: decimalText, atMs: z.int().nonnegative() }).nullable(),
  feed: z.object({ value: decimalText, atMs: z.int().nonnegative() }).nullable(),
})
export type PriceReading = z.infer<typeof PriceReading>

export const UnitState = z.object({
  divisibility: z.int().min(0).max(18),
  total: decimalText,
  totalUnits: decimalText,
  unitRatio: decimalText,
})
export type UnitState = z.infer<typeof UnitState>

export const PoolLimit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('amount'), amount: decimalText }),
  z.object({ kind: z.literal('supply-ratio'), ratio: decimalText }),
])
export type PoolLimit = z.infer<typeof PoolLimit>

/** One resource of the lending pool. `liquidity` is what lies in the vault: a pool can be lent out almost whole. */
export const LendingPool = z.object({
  depositUnit: ResourceAddress,
  liquidity: decimalText,
  interestRate: decimalText,
  interestUpdatedAtMs: z.int().nonnegative(),
  interestUpdatePeriodMs: z.int().nonnegative(),
  flashLoanFeeRate: decimalText,
  flashLoanLimit: PoolLimit,
  /** How much of the deposits may be lent out; absent in snapshots that did not read it. */
  utilisationLimit: PoolLimit.optional(),
  deposits: UnitState,
  loans: UnitState,
})
export type LendingPool = z.infer<typeof LendingPool>

/** What a fungible collateral is; a resource that the market has never classified is a plain token. */
export const CollateralKind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token') }),
  z.object({ kind: z.literal('deposit-unit'), underlying: ResourceAddress }),
  z.object({ kind: z.literal('lsu'), validator: ValidatorAddress }),
])
export type CollateralKind = z.infer<typeof CollateralKind>

export const NftKind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('registered-nft'), underlying: z.array(ResourceAddress) }),
  z.object({ kind: z.literal('claim-nft'), validator: ValidatorAddress }),
])
export type NftKind = z.infer<typeof NftKind>

export const ValidatorStake = z.object({
  lsu: ResourceAddress,
  claimNft: ResourceAddress,
  stakedXrd: decimalText,
  lsuSupply: decimalText,
})
export type ValidatorStake = z.infer<typeof ValidatorStake>

export const MarketRules = z.object({
  priceExpirationPeriodMs: z.int().positive(),
  priceCacheMode: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hash') }),
    z.object({ kind: z.literal('debounce'), debounceMs: z.int().nonnegative() }),
  ]),
  defaultEfficiencyConfigId: z.int().nonnegative().nullable(),
  maxClaimNftValue: decimalText.nullable(),
  maxPositions: z.int().positive(),
  protocolLiquidationBonusFeeRate: decimalText,
})
export type MarketRules = z.infer<typeof MarketRules>

/** A service switch that is off makes the call fail; `resource` is absent for the global scope. */
export const DisabledService = z.object({
  component: z.enum(['market', 'pool']),
  service: z.string(),
  scope: z.string(),
  resource: z.string().optional(),
})
export type DisabledService = z.infer<typeof DisabledService>

/**
 * Everything a run needs to judge CDPs without asking the ledger again, read once at the sync point's state version.
 * Stored as JSON; `schemaVersion` changes with every change that an older reader would misread.
 */
export const MarketSnapshot = z.object({
  schemaVersion: z.literal(1),
  syncPoint: SyncPoint,
  xrd: ResourceAddress,
  /** The CDPs' own non-fungible resource: a financed exit brings the operator one. Absent in snapshots that did not read it. */
  cdpResource: ResourceAddress.optional(),
  /** Highest CDP id ever minted. */
  cdpCounter: z.int().nonnegative(),
  rules: MarketRules,
  prices: mapOf(ResourceAddress, PriceReading),
  /** The feed that the prices were read from, and the one that the market itself names. Absent in snapshots that did not read it. */
  priceFeed: z.object({ read: ComponentAddress, named: ComponentAddress }).optional(),
  resources: mapOf(ResourceAddress, ResourceConfig),
  collateralConfigs: mapOfNumbers(VersionedCollateralConfig),
  loanConfigs: mapOfNumbers(VersionedLoanConfig),
  /** Efficiency group id → collateral config id. */
  efficiencyGroups: mapOfNumbers(z.int().nonnegative()),
  /** By underlying resource. */
  pools: mapOf(ResourceAddress, LendingPool),
  collateralKinds: mapOf(ResourceAddress, CollateralKind),
  nftKinds: mapOf(ResourceAddress, NftKind),
  validators: mapOf(ValidatorAddress, ValidatorStake),
  /** Resource → fractional digits; a resource that is absent has 18. */
  divisibilities: mapOf(ResourceAddress, z.int().min(0).max(18)),
  disabledServices: z.array(DisabledService),
  /** Prices in XRD of a second, independent source; empty when none is configured. */
  secondSourcePrices: mapOf(ResourceAddress, decimalText),
})
export type MarketSnapshot = z.infer<typeof MarketSnapshot>

/** Value of pledged non-fungibles by resource and local id: the amounts of the resources they stand for. */
export type NftContents = ReadonlyMap<ResourceAddress, ReadonlyMap<string, NftReading>>
/** An unreadable one makes the CDP that holds it unjudged; the reason names the path into its data. */
export type NftReading = NftContent | { readonly unreadable: string }
export interface NftContent {
  readonly underlying: ReadonlyMap<ResourceAddress, Decimal>
  /** Epoch from which a claim NFT can be claimed. */
  readonly claimEpoch?: number
}

/** What a pledged non-fungible stands for, if that is known. */
export function nftContentOf(contents: NftContents, resource: ResourceAddress, id: string): NftContent | undefined {
  const reading = contents.get(resource)?.get(id)
  return reading && !('unreadable' in reading) ? reading : undefined
}
