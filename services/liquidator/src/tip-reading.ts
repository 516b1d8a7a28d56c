import type {
  Cdp,
  CdpId,
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
}

export interface TipReadingDeps {
  readonly ledger: Pick<LedgerTip, 'findCdp'>
  readonly pinned: Pick<PinnedLedger, 'nftContents'>
  readonly market: MarketAtTip
}

/**
 * Re-reads even a seconds-old candidate. @param market `recent` accepts a market remembered for a few seconds, `exact` does not.
 * @returns `undefined` once the CDP is burned. @throws {LedgerUnavailableError} @throws {LedgerDataError}
 */
export async function readAtTip(
  cdpId: CdpId,
  tip: SyncPoint,
  market: 'recent' | 'exact',
  deps: TipReadingDeps,
): Promise<TipReading | undefined> {
  const [cdp, snapshot] = await Promise.all([
    deps.ledger.findCdp(cdpId, tip),
    market === 'recent' ? deps.market.at(tip) : deps.market.exactlyAt(tip),
  ])
  if (!cdp) return undefined
  const wanted = new Map<ResourceAddress, readonly NonFungibleLocalId[]>(
    [...cdp.nftCollaterals].map(([resource, { ids }]) => [resource, ids]),
  )
  const nfts: NftContents = wanted.size === 0 ? new Map() : await deps.pinned.nftContents(wanted, tip)
  return { tip, cdp, market: snapshot, nfts }
}
