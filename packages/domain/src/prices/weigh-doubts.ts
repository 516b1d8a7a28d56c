import type { Cdp } from '../cdp.ts'
import { judgeHealth } from '../health.ts'
import type { CdpHealth } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import type { CollateralKind, MarketSnapshot, NftContents } from '../market.ts'
import { dependsOn } from './depends-on.ts'
import type { PlausibleRange } from './plausible-range.ts'

/** Why a price is not believed, for a person, and what it may honestly be. */
export interface Doubt extends PlausibleRange {
  readonly why: string
}

export type Doubts = ReadonlyMap<ResourceAddress, Doubt>

export type WeighedDoubts =
  /** Nothing that the CDP owes or pledges is doubted. */
  | { readonly kind: 'none' }
  /** Liquidatable whatever the doubted prices are, with something left to pay and to seize beside them. */
  | { readonly kind: 'irrelevant'; readonly doubted: Doubts }
  /** Whether it may be liquidated, or with what, hangs on a price that is not believed. */
  | { readonly kind: 'decisive'; readonly doubted: Doubts }

/**
 * Whether doubted prices decide about a CDP. They do not when it is liquidatable even at the plausible prices that are friendliest to
 * its owner: the lowest for what it owes, the highest for what it pledges. An asset on both sides is taken at both ends at once, which
 * is friendlier than any one price. So dust of a doubted asset shields nobody, and the doubted asset itself need not be touched.
 */
export function weighDoubts(cdp: Cdp, market: MarketSnapshot, nfts: NftContents, doubts: Doubts): WeighedDoubts {
  const doubted = new Map(
    [...dependsOn(cdp, market, nfts)].flatMap((resource) => {
      const doubt = doubts.get(resource)
      return doubt ? [[resource, doubt] as const] : []
    }),
  )
  if (doubted.size === 0) return { kind: 'none' }
  const now = judgeHealth(cdp, market, nfts)
  const owed = judgeHealth(cdp, atPrices(market, doubted, 'lowestXrd'), nfts)
  const pledged = judgeHealth(cdp, atPrices(market, doubted, 'highestXrd'), nfts)
  // Where the market itself has no price, its call would fail.
  if (now.kind !== 'judged' || owed.kind !== 'judged' || pledged.kind !== 'judged') return { kind: 'decisive', doubted }
  const isLiquidatable = owed.health.totalAdjustedLoanValue.gt(pledged.health.totalLiquidationValue)
  return { kind: isLiquidatable && hasOthers(now.health, doubted) ? 'irrelevant' : 'decisive', doubted }
}

/** Whether the price of this is doubted; that of a deposit unit is its underlying's. A loan has no kind. */
export function isDoubted(position: Priced, doubted: Doubts): boolean {
  const { resource, kind } = position
  return doubted.has(kind?.kind === 'deposit-unit' ? kind.underlying : resource)
}

export interface Priced {
  readonly resource: ResourceAddress
  readonly kind?: CollateralKind
}

function hasOthers({ loans, collaterals, nfts }: CdpHealth, doubted: Doubts): boolean {
  const pledged = [
    ...collaterals.filter((position) => !isDoubted(position, doubted)),
    ...nfts.filter(({ underlying }) => !underlying.some((position) => isDoubted(position, doubted))),
  ]
  return (
    loans.some(({ resource, value }) => !doubted.has(resource) && value.isPositive()) &&
    pledged.some(({ value }) => value.isPositive())
  )
}

function atPrices(market: MarketSnapshot, doubted: Doubts, end: keyof PlausibleRange): MarketSnapshot {
  const atMs = market.syncPoint.ledgerTimeMs
  const prices = new Map(market.prices)
  for (const [resource, doubt] of doubted) {
    const quoted = { value: doubt[end], atMs }
    // As if the market itself had said so: its word stands above its cache and its feed.
    prices.set(resource, { cached: quoted, feed: quoted, asked: quoted })
  }
  return { ...market, prices }
}
