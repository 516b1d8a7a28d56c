import * as z from 'zod'
import { ComponentAddress, type ResourceAddress } from '../ids.ts'
import type { MarketSnapshot } from '../market.ts'

/**
 * Which feed an asset's price comes from. The market's own word is kept beside the feed that we read, because a configured feed would
 * else hide that the market went over to another one.
 */
export const PriceOrigin = z.object({
  /** The feed that was read. */
  feed: ComponentAddress,
  /** The feed that the market's state names *(inferred: its `default_price_feed` serves every asset)*. */
  marketFeed: ComponentAddress,
  /** The asset's `price_feed_id`; absent when the market has no configuration of the asset, or it was not read. */
  feedId: z.int().nonnegative().optional(),
})
export type PriceOrigin = z.infer<typeof PriceOrigin>

/** @returns `undefined` for a snapshot that did not read it. */
export function priceOrigin(market: MarketSnapshot, resource: ResourceAddress): PriceOrigin | undefined {
  if (!market.priceFeed) return undefined
  const { read, named } = market.priceFeed
  const feedId = market.resources.get(resource)?.priceFeedId
  return { feed: read, marketFeed: named, ...(feedId === undefined ? {} : { feedId }) }
}

/** Whether a feed differs, or the asset's id where both say it. */
export function isOtherOrigin(from: PriceOrigin, to: PriceOrigin): boolean {
  const hasOtherId = from.feedId !== undefined && to.feedId !== undefined && from.feedId !== to.feedId
  return hasOtherId || from.feed !== to.feed || from.marketFeed !== to.marketFeed
}

export function describeOrigin({ feed, marketFeed, feedId }: PriceOrigin): string {
  const id = feedId === undefined ? '' : ` (feed id ${feedId})`
  return `${feed}${id}${feed === marketFeed ? '' : `, while the market names ${marketFeed}`}`
}
