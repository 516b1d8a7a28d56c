import type {
  Cdp,
  CdpId,
  Doubts,
  LedgerTip,
  MarketSnapshot,
  NftContents,
  NonFungibleLocalId,
  PinnedLedger,
  ResourceAddress,
  SyncPoint,
} from '@weft/domain'
import type { MarketAtTip } from './market-at-tip.ts'

/** One CDP and the market around it, as the ledger has them now. */
export interface TipReading {
  readonly tip: SyncPoint
  readonly cdp: Cdp
  readonly market: MarketSnapshot
  readonly nfts: NftContents
  /** Prices that are not believed, though they decide nothing about this CDP: what hangs on them is not touched. */
  readonly doubted?: Doubts
}

/** What a look at a CDP found; one of whose data we know only that it does not decode can be judged by nobody here. */
export type TipLook =
  | { readonly kind: 'read'; readonly reading: TipReading }
  | { readonly kind: 'burned' }
  | { readonly kind: 'unreadable'; readonly why: string }

export interface TipReadingDeps {
  readonly ledger: Pick<LedgerTip, 'findCdp'>
  readonly pinned: Pick<PinnedLedger, 'nftContents'>
  readonly market: MarketAtTip
}

const MARKETS = {
  recent: (market: MarketAtTip, tip: SyncPoint) => market.at(tip),
  fresh: (market: MarketAtTip, tip: SyncPoint) => market.freshAt(tip),
  exact: (market: MarketAtTip, tip: SyncPoint) => market.exactlyAt(tip),
} as const

/**
 * Re-reads even a seconds-old candidate. @param market `recent` accepts a market remembered for a few seconds; `fresh` has all that moves from the
 * tip, `exact` the configurations too.
 * @throws {LedgerUnavailableError} @throws {LedgerDataError} when the market does not decode.
 */
export async function readAtTip(
  cdpId: CdpId,
  tip: SyncPoint,
  market: 'recent' | 'fresh' | 'exact',
  deps: TipReadingDeps,
): Promise<TipLook> {
  const [found, snapshot] = await Promise.all([deps.ledger.findCdp(cdpId, tip), MARKETS[market](deps.market, tip)])
  if (found.kind === 'unreadable') return { kind: 'unreadable', why: found.why }
  if (found.kind !== 'live') return { kind: 'burned' }
  const { cdp } = found
  const wanted = new Map<ResourceAddress, readonly NonFungibleLocalId[]>(
    [...cdp.nftCollaterals].map(([resource, { ids }]) => [resource, ids]),
  )
  const nfts: NftContents = wanted.size === 0 ? new Map() : await deps.pinned.nftContents(wanted, tip)
  return { kind: 'read', reading: { tip, cdp, market: snapshot, nfts } }
}
