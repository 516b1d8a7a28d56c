import type { Cdp, CdpId, NftContent, ResourceAddress } from '@weft/domain'
import { array, mapOf, struct } from '../sbor/composites.ts'
import { type Decoder, mapped } from '../sbor/decode.ts'
import { count, decimal, nonFungibleLocalId, string } from '../sbor/scalars.ts'
import { collateralConfigVersion, resource } from './decode-configs.ts'

/** Shapes of non-fungible data: CDPs and claim NFTs; see `docs/on-ledger-data.md`. */

const loan = mapped(struct({ units: decimal, config_version: count }), ({ units, config_version }) => ({
  units,
  configVersion: config_version,
}))

const collateral = mapped(
  struct({ amount: decimal, config_version: collateralConfigVersion }),
  ({ amount, config_version }) => ({ amount, configVersion: config_version }),
)

const nftCollateral = mapped(
  struct({ nft_ids: array(nonFungibleLocalId), config_version: mapOf(resource, collateralConfigVersion) }),
  ({ nft_ids, config_version }) => ({ ids: [...nft_ids], configVersions: config_version }),
)

const cdpData = struct({
  loans: mapOf(resource, loan),
  collaterals: mapOf(resource, collateral),
  nft_collaterals: mapOf(resource, nftCollateral),
})

/** A CDP from its data; id and last update stand beside the data in the Gateway's answer. */
export function cdp(id: CdpId, lastUpdatedAtStateVersion: number): Decoder<Cdp> {
  return mapped(cdpData, ({ loans, collaterals, nft_collaterals }) => ({
    id,
    lastUpdatedAtStateVersion,
    loans,
    collaterals,
    nftCollaterals: nft_collaterals,
  }))
}

/** Data of a claim NFT as the native validator mints it: XRD, claimable from an epoch on. */
export function unstakeData(xrd: ResourceAddress): Decoder<NftContent> {
  return mapped(
    struct({ name: string, claim_epoch: count, claim_amount: decimal }),
    ({ claim_epoch, claim_amount }) => ({ underlying: new Map([[xrd, claim_amount]]), claimEpoch: claim_epoch }),
  )
}

/** The field by which unstake data is told from other non-fungible data. */
export const CLAIM_FIELD = 'claim_amount'

/** Data of a liquidity receipt of the local ledger; registered NFTs on mainnet have no shape known here. */
export const receiptData: Decoder<NftContent> = mapped(
  struct({ underlying: mapOf(resource, decimal) }),
  ({ underlying }) => ({
    underlying,
  }),
)
