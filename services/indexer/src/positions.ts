import {
  type Cdp,
  type HealthVerdict,
  judgeHealth,
  type MarketSnapshot,
  type NftContents,
  type NonFungibleLocalId,
  type PinnedLedger,
  type ResourceAddress,
  type SyncPoint,
} from '@weft/domain'

/**
 * Where the positions of a range come from. Today every CDP of the range is read from the Gateway at the sync point; a position
 * book that is brought up to date by the run's delta replaces exactly this port.
 */
export type PositionSource = Pick<PinnedLedger, 'cdps' | 'nftContents'>

/** Judges `cdps` at the sync point; reads what pledged non-fungibles stand for first, if there are any. */
export async function judgeAll(
  cdps: readonly Cdp[],
  market: MarketSnapshot,
  at: SyncPoint,
  positions: PositionSource,
): Promise<readonly HealthVerdict[]> {
  const nfts = await nftsOf(cdps, at, positions)
  return cdps.map((cdp) => judgeHealth(cdp, market, nfts))
}

/** What the non-fungibles that `cdps` pledge stand for at `at`. */
export async function nftsOf(cdps: readonly Cdp[], at: SyncPoint, positions: PositionSource): Promise<NftContents> {
  const pledged = pledgedNfts(cdps)
  return pledged.size === 0 ? new Map() : await positions.nftContents(pledged, at)
}

function pledgedNfts(cdps: readonly Cdp[]): ReadonlyMap<ResourceAddress, readonly NonFungibleLocalId[]> {
  const pledged = new Map<ResourceAddress, NonFungibleLocalId[]>()
  for (const cdp of cdps)
    for (const [resource, { ids }] of cdp.nftCollaterals) {
      const known = pledged.get(resource) ?? []
      known.push(...ids)
      pledged.set(resource, known)
    }
  return pledged
}
