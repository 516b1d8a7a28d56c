import type { CollateralConfigVersion } from './cdp.ts'
import type { Decimal } from './decimal.ts'
import type { CdpId, NonFungibleLocalId, ResourceAddress } from './ids.ts'
import type { CollateralConfig, CollateralKind, LoanConfig, NftKind } from './market.ts'

/** One loan as the market judges it. Values in XRD. */
export interface LoanPosition {
  readonly resource: ResourceAddress
  readonly price: Decimal
  readonly units: Decimal
  readonly amount: Decimal
  readonly value: Decimal
  readonly adjustedValue: Decimal
  readonly config: LoanConfig
}

/** One fungible collateral, or one underlying resource of a pledged NFT. For deposit units `amount` is the underlying's. */
export interface CollateralPosition {
  readonly resource: ResourceAddress
  readonly kind: CollateralKind
  readonly price: Decimal
  /** As stored in the CDP: tokens, deposit units or LSU. */
  readonly pledged: Decimal
  readonly amount: Decimal
  readonly value: Decimal
  readonly healthValue: Decimal
  readonly liquidationValue: Decimal
  readonly discountedValue: Decimal
  readonly config: CollateralConfig
  readonly configVersion: CollateralConfigVersion
}

export interface NftPosition {
  readonly resource: ResourceAddress
  readonly id: NonFungibleLocalId
  readonly kind: NftKind
  readonly underlying: readonly CollateralPosition[]
  readonly value: Decimal
  readonly discountedValue: Decimal
}

/** The market's judgement of a CDP, computed off-ledger with the ledger's own rounding. */
export interface CdpHealth {
  readonly cdpId: CdpId
  readonly loans: readonly LoanPosition[]
  readonly collaterals: readonly CollateralPosition[]
  readonly nfts: readonly NftPosition[]
  readonly totalLoanValue: Decimal
  readonly totalAdjustedLoanValue: Decimal
  readonly totalCollateralValue: Decimal
  readonly totalHealthValue: Decimal
  readonly totalLiquidationValue: Decimal
  readonly discountedCollateralValue: Decimal
  readonly discountedNftCollateralValue: Decimal
  readonly healthLtv: Decimal
  readonly liquidationLtv: Decimal
}

/** A CDP that cannot be judged is unknown, never healthy. */
export type HealthVerdict =
  | { readonly kind: 'judged'; readonly health: CdpHealth }
  | { readonly kind: 'unjudged'; readonly cdpId: CdpId; readonly why: string }
