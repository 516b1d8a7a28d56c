import type { Cdp } from '../cdp.ts'
import type { Decimal } from '../decimal.ts'
import type { CdpHealth } from '../health-types.ts'
import type { CdpId, ComponentAddress, NonFungibleLocalId, ResourceAddress, ValidatorAddress } from '../ids.ts'
import type { MarketSnapshot, NftContents } from '../market.ts'
import type { Doubts } from '../prices/weigh-doubts.ts'

/** What the operator allows; every limit is configuration. Amounts in XRD, rates as fractions (0.01 is one per cent). */
export interface LiquidationPolicy {
  readonly minProfitXrd: Decimal
  /** Largest shortfall of an exit against the oracle value, price impact included. */
  readonly maxSlippage: Decimal
  /** XRD that stays in the wallet for fees. */
  readonly feeReserveXrd: Decimal
  /** Fee locked per transaction; what is not used comes back. */
  readonly lockFeeXrd: Decimal
  /** What a liquidation usually costs in network fees; absent: all of `lockFeeXrd`, which is never too low. */
  readonly expectedNetworkFeeXrd?: Decimal
  /**
   * Share of each own balance that one liquidation may spend; absent: all of it. Liquidations that run at the same time see the same
   * balance, so with `n` of them `1 / n` keeps them from spending it twice, which would fail all but the first.
   */
  readonly ownFundsShare?: Decimal
  /**
   * How often one transaction may call `liquidate` on a CDP that fell deep; absent: once. That the market takes several calls is
   * *unverified*.
   */
  readonly maxCallsPerTransaction?: number
  /**
   * `hold` keeps seized LSU; `finance` also unstakes and borrows against the claim NFT, as Weft's own sample does; `dex` also sells;
   * `best` does whichever of these earns most and can be paid.
   */
  readonly lsuExit: 'best' | 'hold' | 'finance' | 'dex'
  /** Liquidate at a loss to prevent bad debt, up to these limits; absent: never. */
  readonly protocolMode?: { readonly maxLossPerCdpXrd: Decimal; readonly maxLossPerDayXrd: Decimal }
  readonly denied: readonly PolicyEntry[]
  /** When not empty, only these CDPs and resources are touched. */
  readonly allowed: readonly PolicyEntry[]
}

export interface PolicyEntry {
  /** A CDP id or a resource address. */
  readonly subject: string
  readonly reason: string
  /** Unix milliseconds, `null` for ever. */
  readonly expiresAtMs: number | null
}

/** Everything the choice of a liquidation depends on, as it is at the ledger's tip. */
export interface PlanningInput {
  readonly cdp: Cdp
  readonly health: CdpHealth
  readonly market: MarketSnapshot
  readonly nftContents: NftContents
  /** The operator's own funds. */
  readonly balances: ReadonlyMap<ResourceAddress, Decimal>
  /** The most of each that the signer lets one transaction withdraw now; absent: no such cap. What is not named may not be spent. */
  readonly spendable?: ReadonlyMap<ResourceAddress, Decimal>
  readonly policy: LiquidationPolicy
  /** Unix milliseconds, for the expiry of list entries. */
  readonly nowMs: number
  /** Prices that are not believed: nothing that hangs on them is paid or seized; absent: none. */
  readonly doubted?: Doubts
  /** What is left today of the loss that protocol mode may make, XRD; absent: the whole day's limit. */
  readonly lossBudgetLeftXrd?: Decimal
}

/** A price asked of an exit venue: what does `amountIn` of `from` fetch in `to`? */
export interface QuoteRequest {
  readonly from: ResourceAddress
  readonly to: ResourceAddress
  readonly amountIn: Decimal
}

export interface ExitQuote extends QuoteRequest {
  /** Name of the venue, as in the configuration. */
  readonly venue: string
  /** Component whose `swap(Bucket, Address)` takes the resource. */
  readonly component: ComponentAddress
  readonly amountOut: Decimal
}

/** Exit venues answer quotes in the order configured; a venue that cannot answer is left out, never guessed. */
export interface ExitVenue {
  readonly name: string
  /** One answer per request, `undefined` where this venue has no route. */
  quotes(requests: readonly QuoteRequest[]): Promise<readonly (ExitQuote | undefined)[]>
}

/** One thing the manifest does, in order; amounts are exact. */
export type LiquidationStep =
  | { readonly kind: 'flash-loan'; readonly resource: ResourceAddress; readonly amount: Decimal }
  | { readonly kind: 'withdraw-own'; readonly resource: ResourceAddress; readonly amount: Decimal }
  | {
      readonly kind: 'liquidate'
      readonly cdpId: CdpId
      /** Resources paid with; everything of them on the worktop is handed over. */
      readonly payments: readonly ResourceAddress[]
      /** Of each, only this much; absent: everything. */
      readonly amount?: Decimal
      readonly collaterals: readonly ResourceAddress[]
    }
  | {
      readonly kind: 'liquidate-nft'
      readonly cdpId: CdpId
      readonly payments: readonly ResourceAddress[]
      readonly nftResource: ResourceAddress
      readonly nftId: NonFungibleLocalId
      /** XRD set aside before the payments are taken. */
      readonly compensationXrd: Decimal
    }
  /** Deposit units → underlying through the lending pool. */
  | { readonly kind: 'redeem-deposit-units'; readonly depositUnit: ResourceAddress }
  /**
   * Everything of `from` on the worktop, or `amount` of it. What the worktop holds of `to` is set aside first, so that `atLeast` must come
   * from this swap alone; the signer refuses a swap without it.
   */
  | {
      readonly kind: 'swap'
      readonly component: ComponentAddress
      readonly from: ResourceAddress
      readonly to: ResourceAddress
      readonly amount: Decimal | 'all'
      readonly atLeast?: Decimal
    }
  /** Slippage guard: the transaction fails unless the worktop holds this much. */
  | { readonly kind: 'assert-at-least'; readonly resource: ResourceAddress; readonly amount: Decimal }
  | {
      readonly kind: 'unstake'
      readonly validator: ValidatorAddress
      readonly lsu: ResourceAddress
    }
  | { readonly kind: 'claim-xrd'; readonly validator: ValidatorAddress; readonly claimNft: ResourceAddress }
  /** New CDP of the operator with the claim NFT as collateral, which finances the gap until the unstaking period is over. */
  | {
      readonly kind: 'open-cdp'
      readonly name: string
      readonly claimNft: ResourceAddress
      readonly borrow: { readonly resource: ResourceAddress; readonly amount: Decimal }
    }
  /** Takes all of `resource` and of `term`, the receipt of the loan; change stays on the worktop. */
  | { readonly kind: 'repay-flash-loan'; readonly resource: ResourceAddress; readonly term: ResourceAddress }

export type CollateralShape = 'token' | 'deposit-unit' | 'lsu' | 'nft'

export interface PlannedPayment {
  readonly resource: ResourceAddress
  readonly amount: Decimal
  /** Of the payment; of the XRD that buys it where an NFT is bought with XRD. So is `fromWallet`. */
  readonly fromFlashLoan: Decimal
  readonly fromWallet: Decimal
}

export interface PlannedSeizure {
  readonly resource: ResourceAddress
  readonly shape: CollateralShape
  /** Net of the protocol's share, as the market will hand it over. */
  readonly amount: Decimal
  /** At the market's own price. */
  readonly valueXrd: Decimal
}

/** Every term of the profit, in XRD; see docs/adr on the profit model. */
export interface ProfitTerms {
  readonly proceedsXrd: Decimal
  readonly paidXrd: Decimal
  readonly flashLoanFeeXrd: Decimal
  readonly networkFeeXrd: Decimal
  readonly compensationXrd: Decimal
  readonly profitXrd: Decimal
}

export interface LiquidationPlan {
  readonly cdpId: CdpId
  readonly payment: PlannedPayment
  readonly seizures: readonly PlannedSeizure[]
  readonly exit: 'hold' | 'dex' | 'unstake' | 'pool-withdrawal'
  readonly steps: readonly LiquidationStep[]
  readonly terms: ProfitTerms
  /**
   * Net changes expected in the operator's account, the network fee left out; held against the preview. Of non-fungibles the count: a
   * claim NFT that is kept, a CDP that is opened.
   */
  readonly expectedChanges: ReadonlyMap<ResourceAddress, Decimal>
}

/** One way that was looked at and why it was not taken; kept with the outcome. */
export interface ConsideredAlternative {
  readonly label: string
  readonly profitXrd: Decimal | undefined
  readonly verdict: 'chosen' | 'less-profitable' | 'impossible'
  readonly why: string
}

export type PlanVerdict =
  | {
      readonly kind: 'planned'
      readonly plan: LiquidationPlan
      readonly alternatives: readonly ConsideredAlternative[]
    }
  | {
      readonly kind: 'unprofitable'
      readonly bestProfitXrd: Decimal | undefined
      readonly minProfitXrd: Decimal
      readonly alternatives: readonly ConsideredAlternative[]
    }
  /** Nothing can be done at all: a needed service is off, no funding, denied by policy. */
  | { readonly kind: 'impossible'; readonly why: string; readonly alternatives: readonly ConsideredAlternative[] }
