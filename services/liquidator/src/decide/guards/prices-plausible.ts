import {
  type Clock,
  type Decimal,
  type Doubts,
  type MarketSnapshot,
  pricesAtOnce,
  type QuarantineEntry,
  type QuarantineStore,
  weighDoubts,
} from '@weft/domain'
import { type GuardVerdict, pass, stop, type UntrustedAsset } from '../../outcome/outcome.ts'
import type { TipReading } from '../../reading/tip-reading.ts'
import type { Subject } from '../facts.ts'

/** Which prices may not be believed now. */
export interface PriceTrust {
  /** Untrusted resources of `market`, why, and what their price may honestly be; a resource that is absent may be believed. */
  untrusted(market: MarketSnapshot): Promise<Doubts>
}

/** An operator's decision on one CDP counts this long, and for the prices that he saw; then prices must speak for themselves again. */
const DECISION_COUNTS_MS = 3_600_000

export interface PlausibilityDeps {
  readonly prices: PriceTrust
  readonly quarantine: Pick<QuarantineStore, 'find'>
  readonly clock: Clock
}

/**
 * A candidate is held back when what may be done with it hangs on a price that is not believed; others go on, those with a doubted price
 * that decides nothing without touching that asset. What is held waits for an operator: released, it passes for an hour as long as the
 * prices are exactly those that were held; dropped, it is not held again for as long.
 * @returns the reading with what may not be touched.
 */
export async function pricesPlausible<T extends PlausibleReading>(
  subject: Pick<Subject, 'holdBack'>,
  reading: T,
  deps: PlausibilityDeps,
): Promise<GuardVerdict<T & { readonly doubted: Doubts }>> {
  const { assets, isDropped, untouchable, entry } = await doubts(reading, deps)
  if (assets.length === 0) return pass({ ...reading, doubted: untouchable })
  if (!isDropped) await subject.holdBack(assets, entry)
  return stop({ kind: 'quarantined', assets })
}

type PlausibleReading = Pick<TipReading, 'cdp' | 'market' | 'nfts'>

interface Doubtful {
  /** What holds the CDP back now; nothing does that an operator has released. */
  readonly assets: readonly UntrustedAsset[]
  /** An operator has dropped the CDP. */
  readonly isDropped: boolean
  /** What the quarantine held when it was asked. */
  readonly entry: QuarantineEntry | undefined
  /** Doubted, but without weight for the decision: goes on, without these. */
  readonly untouchable: Doubts
}

async function doubts({ cdp, market, nfts }: PlausibleReading, deps: PlausibilityDeps): Promise<Doubtful> {
  const weighed = weighDoubts(cdp, market, nfts, await deps.prices.untrusted(market))
  if (weighed.kind === 'none') return { assets: [], isDropped: false, untouchable: new Map(), entry: undefined }
  const entry = await deps.quarantine.find(cdp.id)
  const decision = entry && deps.clock.now() - (entry.decidedAtMs ?? 0) < DECISION_COUNTS_MS ? entry.state : 'held'
  const isDropped = decision === 'dropped'
  const assets = untrustedAssets(market, weighed.doubted)
  if (entry && decision === 'released' && assets.every((asset) => wasSeen(asset, entry)))
    return { assets: [], isDropped, untouchable: new Map(), entry }
  if (weighed.kind === 'irrelevant' && !isDropped) return { assets: [], isDropped, untouchable: weighed.doubted, entry }
  return { assets, isDropped, untouchable: new Map(), entry }
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

function untrustedAssets(market: MarketSnapshot, doubted: Doubts): readonly UntrustedAsset[] {
  const reading = pricesAtOnce(market).prices
  return [...doubted].map(([resource, { why }]) => {
    const { priceXrd, pendingXrd } = reading.get(resource) ?? {}
    return { resource, why, ...(priceXrd ? { priceXrd } : {}), ...(pendingXrd ? { pendingXrd } : {}) }
  })
}
