import * as z from 'zod'
import type { Decimal } from './decimal.ts'
import { ComponentAddress, ResourceAddress, ValidatorAddress } from './ids.ts'
import { SyncPoint } from './sync-point.ts'
import { decimalText, mapOf, mapOfNumbers, preciseText } from './wire.ts'

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

/**
 * A configuration manager's table. Every version that was ever in force stands in `history` by its number, which counts over all ids of
 * the manager; a manager that does not track history has none.
 */
function configTable<C extends z.ZodType>(config: C) {
  return z.object({
    tracksHistory: z.boolean(),
    /** Id → the version in force. */
    current: mapOfNumbers(z.object({ version: z.int().nonnegative(), config })),
    /** Version → what it says, of which id, and until when a CDP that recorded it is judged by it. */
    history: mapOfNumbers(z.object({ id: z.int().nonnegative(), config, expiresAtMs: z.int().nullable() })),
  })
}
export const CollateralConfigs = configTable(CollateralConfig)
export type CollateralConfigs = z.infer<typeof CollateralConfigs>
export const LoanConfigs = configTable(LoanConfig)
export type LoanConfigs = z.infer<typeof LoanConfigs>

export const ResourceConfig = z.object({
  /** Which of the market's price feeds the asset is priced by. */
  priceFeedId: z.int().nonnegative(),
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

/** What a feed component's method answers; all four stand on the ledger's list, and none says which one a given feed has. */
export const FEED_SIGNATURES = [
  'PriceAndTimestamp',
  'TimestampAndPrice',
  'OptionPriceAndTimestamp',
  'OptionTimestampAndPrice',
] as const

/** Where the market takes a price from when its cache is old. */
export const PriceFeed = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('fixed'), price: decimalText }),
  z.object({
    kind: z.literal('component'),
    component: ComponentAddress,
    method: z.string(),
    signature: z.enum(FEED_SIGNATURES),
  }),
])
export type PriceFeed = z.infer<typeof PriceFeed>

/**
 * Both prices the market may be using, in XRD for one whole unit; `priceInForce` decides. A fixed price is as of the reading. A
 * resource without a feed value has a feed that keeps none where it can be read.
 */
export const PriceReading = z.object({
  cached: z.object({ value: decimalText, atMs: z.int() }).nullable(),
  feed: z.object({ value: decimalText, atMs: z.int() }).nullable(),
  /** The market's own answer at the tip, where the other two do not tell which price is in force. */
  asked: z.object({ value: decimalText, atMs: z.int() }).optional(),
})
export type PriceReading = z.infer<typeof PriceReading>

export const UnitState = z.object({
  divisibility: z.int().min(0).max(18),
  total: decimalText,
  totalUnits: decimalText,
  /** Units per amount. It mostly falls as interest accrues, but has risen on mainnet: nothing may rely on its direction. */
  unitRatio: preciseText,
})
export type UnitState = z.infer<typeof UnitState>

/** `unknown`: it stands on the ledger in a shape that we do not know, so what it bounds is not done. */
const Unknown = z.object({ kind: z.literal('unknown'), why: z.string() })

export const PoolLimit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('amount'), amount: decimalText }),
  /** Of the total supply of a resource, most likely the lent one *(inferred)*. */
  z.object({ kind: z.literal('supply-ratio'), ratio: decimalText }),
  Unknown,
])
export type PoolLimit = z.infer<typeof PoolLimit>

export const UtilisationLimit = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('ratio'), ratio: decimalText }),
  Unknown,
])
export type UtilisationLimit = z.infer<typeof UtilisationLimit>

/**
 * One resource of the lending pool. What no known client reads is `null` where the ledger has no such field: health does without it, and
 * what needs it is not done.
 */
export const LendingPool = z.object({
  depositUnit: ResourceAddress,
  /** What lies in the vault: a pool can be lent out almost whole. */
  liquidity: decimalText.nullable(),
  /** Of the borrowers, a year. */
  interestRate: decimalText,
  interestUpdatedAtMs: z.int().nullable(),
  interestUpdatePeriodMs: z.int().nonnegative().nullable(),
  interestStrategyId: z.int().nonnegative().nullable(),
  flashLoanFeeRate: decimalText.nullable(),
  flashLoanLimit: PoolLimit,
  /** How much of the deposits may be lent out. */
  utilisationLimit: UtilisationLimit,
  /** Total supply of the lent resource, for limits that are a share of it. */
  supply: decimalText.nullable(),
  deposits: UnitState,
  loans: UnitState,
})
export type LendingPool = z.infer<typeof LendingPool>

/** Yearly rate at each usage (lent ÷ deposited) and the slope after it; beyond the last point the rate goes on rising. */
export const InterestStrategy = z.array(z.object({ usage: decimalText, rate: decimalText, slope: decimalText }))
export type InterestStrategy = z.infer<typeof InterestStrategy>

/** What a fungible collateral is; a resource that the market has never classified is a plain token. */
export const CollateralKind = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token') }),
  z.object({ kind: z.literal('deposit-unit'), underlying: ResourceAddress }),
  z.object({ kind: z.literal('lsu'), validator: ValidatorAddress }),
])
export type CollateralKind = z.infer<typeof CollateralKind>

export const NftKind = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('registered-nft'),
    underlying: z.array(ResourceAddress),
    /** Component that says which amounts one of them stands for. Absent where the market's registration was not readable. */
    valuator: z.object({ component: ComponentAddress, method: z.string() }).optional(),
  }),
  z.object({ kind: z.literal('claim-nft'), validator: ValidatorAddress }),
])
export type NftKind = z.infer<typeof NftKind>

export const ValidatorStake = z.object({
  lsu: ResourceAddress,
  /** `null` where the validator's own state was not readable: its LSU are judged, but not unstaked. */
  claimNft: ResourceAddress.nullable(),
  /** XRD that one LSU redeems for, as the engine truncates it; `null` while there are none. */
  redemptionXrd: decimalText.nullable(),
})
export type ValidatorStake = z.infer<typeof ValidatorStake>

/** A rule that is `null` or `unknown` did not decode: `unreadable` says why, and what needs it is not judged or not done. */
export const MarketRules = z.object({
  priceExpirationPeriodMs: z.int().nonnegative().nullable(),
  priceCacheMode: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('hash') }),
    z.object({ kind: z.literal('debounce'), debounceMs: z.int().nonnegative() }),
    Unknown,
  ]),
  defaultEfficiencyConfigId: z.int().nonnegative().nullable(),
  maxClaimNftValue: decimalText.nullable(),
  protocolLiquidationBonusFeeRate: decimalText.nullable(),
  /** Part of the interest that goes to the protocol instead of to depositors. */
  protocolInterestFeeRate: decimalText.nullable(),
})
export type MarketRules = z.infer<typeof MarketRules>

/** Service → on. A service that is missing is off. */
export const ServiceSwitches = mapOf(z.string(), z.boolean())
export type ServiceSwitches = z.infer<typeof ServiceSwitches>

/** The market's and the pool's switches: those of the market itself, and tables by resource address or by a global scope's name. */
export const ServiceTables = z.object({
  market: ServiceSwitches,
  loans: mapOf(z.string(), ServiceSwitches),
  collaterals: mapOf(z.string(), ServiceSwitches),
  pool: mapOf(z.string(), ServiceSwitches),
})
export type ServiceTables = z.infer<typeof ServiceTables>

/** Something on the ledger that did not decode. What depends on it is unjudged or disabled, and all else goes on. */
export const UnreadableValue = z.object({
  /** Where it stands, e.g. `resource_pools`; `market` and `pool` for the components' own fields. */
  table: z.string(),
  /** A resource or component address, `Current(3)`, `History(7)`, a scope, a field's name; `*` for the whole table. */
  key: z.string(),
  why: z.string(),
})
export type UnreadableValue = z.infer<typeof UnreadableValue>

/**
 * Everything a run needs to judge CDPs without asking the ledger again, read once at the sync point's state version.
 * Stored as JSON; `schemaVersion` changes with every change that an older reader would misread.
 */
export const MarketSnapshot = z.object({
  schemaVersion: z.literal(2),
  syncPoint: SyncPoint,
  xrd: ResourceAddress,
  /** The CDPs' own non-fungible resource: a financed exit brings the operator one. Absent in snapshots that did not read it. */
  cdpResource: ResourceAddress.optional(),
  /** Highest CDP id ever minted. */
  cdpCounter: z.int().nonnegative(),
  rules: MarketRules,
  prices: mapOf(ResourceAddress, PriceReading),
  /** Price feed id → where the price comes from. */
  priceFeeds: mapOfNumbers(PriceFeed),
  resources: mapOf(ResourceAddress, ResourceConfig),
  collateralConfigs: CollateralConfigs,
  loanConfigs: LoanConfigs,
  /** Efficiency group id → collateral config id. */
  efficiencyGroups: mapOfNumbers(z.int().nonnegative()),
  /** By underlying resource. */
  pools: mapOf(ResourceAddress, LendingPool),
  interestStrategies: mapOfNumbers(InterestStrategy),
  /** Receipt of a flash loan, as the pool's own state names it; `null`: no flash loan can be repaid. */
  flashLoanTerm: ResourceAddress.nullable(),
  collateralKinds: mapOf(ResourceAddress, CollateralKind),
  nftKinds: mapOf(ResourceAddress, NftKind),
  validators: mapOf(ValidatorAddress, ValidatorStake),
  /** Resource → fractional digits; a resource that is absent has 18. */
  divisibilities: mapOf(ResourceAddress, z.int().min(0).max(18)),
  services: ServiceTables,
  unreadable: z.array(UnreadableValue),
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
