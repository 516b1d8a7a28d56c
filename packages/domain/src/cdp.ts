import * as z from 'zod'
import { CdpId, NonFungibleLocalId, ResourceAddress } from './ids.ts'
import { decimalText, mapOf } from './wire.ts'

/** Under which rule a collateral's configuration was recorded; see `docs/on-ledger-data.md`. */
export const EfficiencyMode = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({ kind: z.literal('efficiency-group'), groupId: z.int().nonnegative() }),
  z.object({ kind: z.literal('identical-resource') }),
])
export type EfficiencyMode = z.infer<typeof EfficiencyMode>

export const CollateralConfigVersion = z.object({
  entryVersion: z.int().nonnegative(),
  efficiencyMode: EfficiencyMode,
})
export type CollateralConfigVersion = z.infer<typeof CollateralConfigVersion>

/** Borrowed side: `units ÷ unitRatio` of the pool is the amount owed. */
export const Loan = z.object({ units: decimalText, configVersion: z.int().nonnegative() })
export type Loan = z.infer<typeof Loan>

/** Pledged side: an amount of a token, of deposit units or of LSU. */
export const Collateral = z.object({ amount: decimalText, configVersion: CollateralConfigVersion })
export type Collateral = z.infer<typeof Collateral>

/** Pledged non-fungibles of one resource; each underlying resource has its own recorded configuration. */
export const NftCollateral = z.object({
  ids: z.array(NonFungibleLocalId),
  configVersions: mapOf(ResourceAddress, CollateralConfigVersion),
})
export type NftCollateral = z.infer<typeof NftCollateral>

/** A collateralised debt position as the ledger stores it. Maps keep the ledger's order: seizure follows it. */
export const Cdp = z.object({
  id: CdpId,
  lastUpdatedAtStateVersion: z.int().positive(),
  loans: mapOf(ResourceAddress, Loan),
  collaterals: mapOf(ResourceAddress, Collateral),
  nftCollaterals: mapOf(ResourceAddress, NftCollateral),
})
export type Cdp = z.infer<typeof Cdp>

/**
 * What the ledger said about one id of a range. Burned ids stay listed for ever; a missing id was never minted. An unreadable one is
 * live, but its data is not of the shape we know: it is unknown, never healthy.
 */
export type CdpReading =
  | { readonly kind: 'live'; readonly cdp: Cdp }
  | { readonly kind: 'burned'; readonly id: CdpId }
  | { readonly kind: 'missing'; readonly id: CdpId }
  | {
      readonly kind: 'unreadable'
      readonly id: CdpId
      readonly lastUpdatedAtStateVersion: number
      /** Path into the data and what was wrong there. */
      readonly why: string
    }
