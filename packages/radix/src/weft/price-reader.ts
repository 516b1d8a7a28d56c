import type {
  ComponentAddress,
  MarketRules,
  MarketSnapshot,
  PriceFeed,
  PriceReading,
  ResourceAddress,
  SyncPoint,
} from '@weft/domain'
import { marketNowMs, whyUnreadable } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import { fieldNames } from '../sbor/composites.ts'
import { type Attempt, attempted } from '../sbor/decode.ts'
import { COMPUTED_FEED_FIELD, priceFeedState } from './decode-components.ts'
import { cachedPrice, feedPrice, resource } from './decode-configs.ts'
import type { TolerantReads } from './tolerant-reads.ts'

/** Asks the market itself, at the tip. */
export type AskPrices = (resources: readonly ResourceAddress[]) => Promise<ReadonlyMap<ResourceAddress, Decimal>>

type Quote = NonNullable<PriceReading['feed']>
type CachedPrices = ReadonlyMap<ResourceAddress, Quote>

/** The last price of each asset that the market took. */
export async function readCachedPrices(store: Attempt<string>, reads: TolerantReads): Promise<CachedPrices> {
  return new Map(await reads.table('price_cache', store, resource, cachedPrice))
}

/**
 * All that may be the price in force, `priceInForce` of the domain decides. An asset's feed is what the market's configuration names: a
 * fixed price, a component that keeps prices inline or in a store, or one that computes them. Where the price in force does not follow
 * from what can be read, the market is asked.
 */
export async function readPrices(
  cached: CachedPrices,
  { resources, priceFeeds }: Pick<MarketSnapshot, 'resources' | 'priceFeeds'>,
  rules: MarketRules,
  reads: TolerantReads,
  ask: AskPrices,
  at: SyncPoint,
): Promise<Map<ResourceAddress, PriceReading>> {
  const kept = await readFeeds(componentsOf(priceFeeds), reads)
  const feedOf = (asset: ResourceAddress): Quote | null => {
    const feed = priceFeeds.get(resources.get(asset)?.priceFeedId ?? -1)
    if (feed?.kind === 'fixed') return { value: feed.price, atMs: at.ledgerTimeMs }
    return (feed && kept.get(feed.component)?.get(asset)) ?? null
  }
  const readings = new Map<ResourceAddress, PriceReading>(
    [...new Set([...resources.keys(), ...cached.keys()])].map((asset) => [
      asset,
      { cached: cached.get(asset) ?? null, feed: feedOf(asset) },
    ]),
  )
  const open = [...readings].flatMap(([asset, reading]) => (isOpen(asset, reading, rules, reads, at) ? [asset] : []))
  if (open.length > 0)
    for (const [asset, value] of await ask(open)) {
      const reading = readings.get(asset)
      if (reading) readings.set(asset, { ...reading, asked: { value, atMs: at.ledgerTimeMs } })
    }
  return readings
}

function componentsOf(feeds: ReadonlyMap<number, PriceFeed>): readonly ComponentAddress[] {
  return [...new Set([...feeds.values()].flatMap((feed) => (feed.kind === 'component' ? [feed.component] : [])))]
}

/** Whether only the market can say which price is in force. */
function isOpen(
  asset: ResourceAddress,
  { cached, feed }: PriceReading,
  { priceCacheMode: mode }: MarketRules,
  { unreadable }: TolerantReads,
  at: SyncPoint,
): boolean {
  if (mode.kind === 'unknown') return true
  if (mode.kind === 'debounce') {
    if (whyUnreadable({ unreadable }, 'price_cache', asset) !== undefined) return true
    if (cached && marketNowMs(at.ledgerTimeMs) - cached.atMs < mode.debounceMs) return false
  }
  return feed === null
}

/** Prices that feeds keep in their state. A feed that keeps none there is absent: its assets are asked of the market. */
async function readFeeds(feeds: readonly ComponentAddress[], reads: TolerantReads) {
  reads.begin('price_feed')
  const entities = await reads.entities(feeds)
  const kept = await Promise.all(
    feeds.map(async (feed): Promise<readonly (readonly [ComponentAddress, CachedPrices])[]> => {
      const details = entities.get(feed)?.details
      const state = details?.type === 'Component' ? details.state : undefined
      if (fieldNames(state).includes(COMPUTED_FEED_FIELD)) return []
      const decoded = attempted(priceFeedState)(state, '')
      if (decoded.kind === 'unreadable') return []
      const { prices } = decoded.value
      const rows =
        prices.kind === 'store'
          ? await reads.table('price_feed', { kind: 'decoded', value: prices.store }, resource, feedPrice)
          : reads.inline('price_feed', prices.entries, resource, feedPrice)
      return [[feed, new Map(rows)]]
    }),
  )
  return new Map(kept.flat())
}
