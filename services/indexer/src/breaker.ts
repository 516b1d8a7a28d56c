import {
  type BreakerHold,
  type Cdp,
  type CdpId,
  causesOfLiquidation,
  censusOf,
  confirmedAssets,
  DEFAULT_BREAKER,
  DEFAULT_PLAUSIBILITY,
  type IndexRangeJob,
  type MarketSnapshot,
  massLiquidationHolds,
  type NftContents,
  pricesAtOnce,
  type ResourceAddress,
  SnapshotMissingError,
  type SnapshotStore,
} from '@weft/domain'

export interface BreakerFindings {
  /** Resource → CDPs of the range that its move since the run before made liquidatable; the dispatcher sums the ranges. */
  readonly causedBy: ReadonlyMap<ResourceAddress, number>
  readonly holds: readonly BreakerHold[]
  /** Not queued in this run: each hangs on a held asset. From the next run on the trust in prices decides. */
  readonly heldCdps: ReadonlySet<CdpId>
  /** Where the former market snapshot should be and is not any more: nothing could be compared, as in a first run. */
  readonly missingFormerKey?: string
}

/**
 * Whether one asset's move since the run before alone makes an implausible share of this range liquidatable while no second source
 * agrees with its price. A range stands for the market here: waiting for all ranges would let the first ones through.
 * @param liquidatable CDPs of the range that are liquidatable at the sync point
 */
export async function tripBreaker(
  job: IndexRangeJob,
  liveCdps: number,
  liquidatable: readonly Cdp[],
  market: MarketSnapshot,
  nfts: NftContents,
  snapshots: Pick<SnapshotStore, 'market'>,
): Promise<BreakerFindings> {
  const nothing = { causedBy: new Map(), holds: [], heldCdps: new Set<CdpId>() }
  const formerKey = job.formerMarketSnapshotKey
  if (formerKey === undefined || liquidatable.length === 0) return nothing
  const former = await storedMarket(formerKey, snapshots)
  if (former === undefined) return { ...nothing, missingFormerKey: formerKey }
  const formerPrices = new Map([...pricesAtOnce(former).prices].map(([asset, { priceXrd }]) => [asset, priceXrd]))
  const causes = new Map(liquidatable.map((cdp) => [cdp.id, causesOfLiquidation(cdp, market, nfts, formerPrices)]))
  const census = censusOf(liveCdps, causes.values())
  const confirmed = confirmedAssets(pricesAtOnce(market), DEFAULT_PLAUSIBILITY)
  const holds = massLiquidationHolds(census, confirmed, DEFAULT_BREAKER)
  const held = new Set(holds.map((hold) => hold.resource))
  const heldCdps = [...causes].flatMap(([id, resources]) => (resources.some((each) => held.has(each)) ? [id] : []))
  return { causedBy: census.causedBy, holds, heldCdps: new Set(heldCdps) }
}

/** Snapshots are derived state: deleting them must not keep ranges from being worked off. */
async function storedMarket(
  key: string,
  snapshots: Pick<SnapshotStore, 'market'>,
): Promise<MarketSnapshot | undefined> {
  try {
    return await snapshots.market(key)
  } catch (error) {
    if (error instanceof SnapshotMissingError) return undefined
    throw error
  }
}
