import type { Cdp, MarketSnapshot, NftContents, ResourceAddress } from '@weft/domain'
import { type GuardVerdict, pass, stop, type UntrustedAsset } from '../outcome.ts'

/** Which prices may not be believed now. */
export interface PriceTrust {
  /** Untrusted resources of `market` with the reason; a resource that is absent may be believed. */
  untrusted(market: MarketSnapshot): Promise<ReadonlyMap<ResourceAddress, string>>
}

/** A candidate is held back exactly when something it owes or pledges hangs on a price that is not believed; others go on. */
export async function pricesPlausible(
  cdp: Cdp,
  market: MarketSnapshot,
  nfts: NftContents,
  trust: PriceTrust,
): Promise<GuardVerdict<undefined>> {
  const untrusted = await trust.untrusted(market)
  const assets: UntrustedAsset[] = []
  for (const resource of pricedAssets(cdp, market, nfts)) {
    const why = untrusted.get(resource)
    if (why !== undefined) assets.push({ resource, why })
  }
  return assets.length > 0 ? stop({ kind: 'quarantined', assets }) : pass(undefined)
}

/**
 * Every resource whose price decides this CDP: a deposit unit stands for its underlying, a registered NFT for what it holds. LSU and
 * claim NFTs redeem for XRD, which is the unit of account, but a pegged LSU may be named itself when its ratio is judged.
 */
export function pricedAssets(cdp: Cdp, market: MarketSnapshot, nfts: NftContents): ReadonlySet<ResourceAddress> {
  const assets = new Set<ResourceAddress>(cdp.loans.keys())
  for (const resource of cdp.collaterals.keys()) {
    const kind = market.collateralKinds.get(resource)
    assets.add(kind?.kind === 'deposit-unit' ? kind.underlying : resource)
  }
  for (const [resource, { ids }] of cdp.nftCollaterals)
    for (const id of ids)
      for (const underlying of nfts.get(resource)?.get(id)?.underlying.keys() ?? []) assets.add(underlying)
  return assets
}
