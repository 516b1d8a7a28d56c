import type {
  CandidateMessage,
  Cdp,
  Clock,
  Decimal,
  MarketSnapshot,
  NftContents,
  QuarantineEntry,
  QuarantineStore,
  ResourceAddress,
} from '@weft/domain'
import { dependsOn, pricesAtOnce } from '@weft/domain'
import { type GuardVerdict, pass, stop, type UntrustedAsset } from '../../outcome/outcome.ts'
import type { TipReading } from '../../reading/tip-reading.ts'

/** Which prices may not be believed now. */
export interface PriceTrust {
  /** Untrusted resources of `market` with the reason; a resource that is absent may be believed. */
  untrusted(market: MarketSnapshot): Promise<ReadonlyMap<ResourceAddress, string>>
}

/** An operator's decision on one CDP counts this long, and for the prices that he saw; then prices must speak for themselves again. */
const DECISION_COUNTS_MS = 3_600_000

export interface PlausibilityDeps {
  readonly prices: PriceTrust
  readonly quarantine: Pick<QuarantineStore, 'find' | 'hold'>
  readonly clock: Clock
}

/**
 * A candidate is held back exactly when something it owes or pledges hangs on a price that is not believed; others go on. What is held
 * waits for an operator: released, it passes for an hour as long as the prices are exactly those that were held; dropped, it is not held
 * again for as long.
 */
export async function pricesPlausible(
  candidate: CandidateMessage,
  reading: PlausibleReading,
  deps: PlausibilityDeps,
): Promise<GuardVerdict<undefined>> {
  const { assets, isDropped } = await doubts(reading, deps)
  if (assets.length === 0) return pass(undefined)
  if (!isDropped) await deps.quarantine.hold(candidate, [...assets], deps.clock.now())
  return stop({ kind: 'quarantined', assets })
}

type PlausibleReading = Pick<TipReading, 'cdp' | 'market' | 'nfts'>

/** What holds this CDP back now, and whether an operator has dropped it; nothing holds back what an operator has released. */
export async function doubts(
  { cdp, market, nfts }: PlausibleReading,
  deps: Pick<PlausibilityDeps, 'prices' | 'clock'> & { readonly quarantine: Pick<QuarantineStore, 'find'> },
): Promise<{ readonly assets: readonly UntrustedAsset[]; readonly isDropped: boolean }> {
  const assets = await untrustedAssets(cdp, market, nfts, deps.prices)
  if (assets.length === 0) return { assets, isDropped: false }
  const entry = await deps.quarantine.find(cdp.id)
  const decision = entry && deps.clock.now() - (entry.decidedAtMs ?? 0) < DECISION_COUNTS_MS ? entry.state : 'held'
  if (entry && decision === 'released' && assets.every((asset) => wasSeen(asset, entry)))
    return { assets: [], isDropped: false }
  return { assets, isDropped: decision === 'dropped' }
}

/** Whether the operator who decided had this very reading before him. */
function wasSeen(asset: UntrustedAsset, { assets }: QuarantineEntry): boolean {
  const isSame = (now: Decimal | undefined, then: Decimal | undefined) => now?.attos === then?.attos
  return assets.some(
    (seen) =>
      seen.resource === asset.resource &&
      isSame(asset.priceXrd, seen.priceXrd) &&
      isSame(asset.pendingXrd, seen.pendingXrd),
  )
}

/** What of this CDP hangs on a price that is not believed now. */
async function untrustedAssets(
  cdp: Cdp,
  market: MarketSnapshot,
  nfts: NftContents,
  prices: PriceTrust,
): Promise<readonly UntrustedAsset[]> {
  const untrusted = await prices.untrusted(market)
  const reading = pricesAtOnce(market).prices
  return [...dependsOn(cdp, market, nfts)].flatMap((resource) => {
    const why = untrusted.get(resource)
    if (why === undefined) return []
    const { priceXrd, pendingXrd } = reading.get(resource) ?? {}
    return [{ resource, why, ...(priceXrd ? { priceXrd } : {}), ...(pendingXrd ? { pendingXrd } : {}) }]
  })
}
