import type { Cdp } from '../cdp.ts'
import type { ResourceAddress } from '../ids.ts'
import { type MarketSnapshot, type NftContents, nftContentOf } from '../market.ts'

/**
 * Resources whose price decides this CDP: a deposit unit stands for its underlying, an NFT for what it holds. XRD is the unit of account
 * and has no price to doubt; an LSU is named itself, for its ratio to XRD can be judged.
 */
export function dependsOn(cdp: Cdp, market: MarketSnapshot, nfts: NftContents): ReadonlySet<ResourceAddress> {
  const resources = new Set<ResourceAddress>()
  const add = (resource: ResourceAddress) => {
    const kind = market.collateralKinds.get(resource)
    resources.add(kind?.kind === 'deposit-unit' ? kind.underlying : resource)
  }
  for (const resource of cdp.loans.keys()) add(resource)
  for (const resource of cdp.collaterals.keys()) add(resource)
  for (const [resource, { ids }] of cdp.nftCollaterals)
    for (const id of ids)
      for (const underlying of nftContentOf(nfts, resource, id)?.underlying.keys() ?? []) add(underlying)
  resources.delete(market.xrd)
  return resources
}
