import type { Cdp } from '../cdp.ts'
import type { Decimal } from '../decimal.ts'
import { isLiquidatable, judgeHealth } from '../health.ts'
import type { ResourceAddress } from '../ids.ts'
import type { MarketSnapshot, NftContents } from '../market.ts'
import { dependsOn } from './depends-on.ts'
import type { LiquidatableCensus } from './mass-liquidation-breaker.ts'

/**
 * Assets whose move since `formerPrices` made this CDP liquidatable: at the former price of that one asset, all others as they are now, it
 * would not be. None when it is healthy now, or would be liquidatable whichever price had stood still.
 * @param formerPrices in XRD, by resource; an asset without one is taken not to have moved.
 */
export function causesOfLiquidation(
  cdp: Cdp,
  market: MarketSnapshot,
  nfts: NftContents,
  formerPrices: ReadonlyMap<ResourceAddress, Decimal>,
): readonly ResourceAddress[] {
  if (!isLiquidatableAt(cdp, market, nfts)) return []
  return [...dependsOn(cdp, market, nfts)].filter((resource) => {
    const former = formerPrices.get(resource)
    return former !== undefined && !isLiquidatableAt(cdp, atPrice(market, resource, former), nfts)
  })
}

/** Counts the causes of many CDPs; a CDP with two causes counts for both, for each alone would have spared it. */
export function censusOf(liveCdps: number, causes: Iterable<readonly ResourceAddress[]>): LiquidatableCensus {
  const causedBy = new Map<ResourceAddress, number>()
  for (const each of causes) for (const resource of each) causedBy.set(resource, (causedBy.get(resource) ?? 0) + 1)
  return { liveCdps, causedBy }
}

/** The sum of the censuses of disjoint ranges of CDPs. */
export function censusOfAll(censuses: Iterable<LiquidatableCensus>): LiquidatableCensus {
  const causedBy = new Map<ResourceAddress, number>()
  let liveCdps = 0
  for (const census of censuses) {
    liveCdps += census.liveCdps
    for (const [resource, cdps] of census.causedBy) causedBy.set(resource, (causedBy.get(resource) ?? 0) + cdps)
  }
  return { liveCdps, causedBy }
}

function isLiquidatableAt(cdp: Cdp, market: MarketSnapshot, nfts: NftContents): boolean {
  const verdict = judgeHealth(cdp, market, nfts)
  return verdict.kind === 'judged' && isLiquidatable(verdict.health)
}

function atPrice(market: MarketSnapshot, resource: ResourceAddress, value: Decimal): MarketSnapshot {
  const quoted = { value, atMs: market.syncPoint.ledgerTimeMs }
  return { ...market, prices: new Map([...market.prices, [resource, { cached: quoted, feed: quoted }]]) }
}
