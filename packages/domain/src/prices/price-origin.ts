import * as z from 'zod'
import { ComponentAddress, type ResourceAddress } from '../ids.ts'
import type { MarketSnapshot } from '../market.ts'

/** Where the market takes an asset's price from: a component, or a fixed price, under a feed id. */
export const PriceOrigin = z.object({
  /** Absent: a fixed price. */
  feed: ComponentAddress.optional(),
  /** The asset's `price_feed_id`. */
  feedId: z.int().nonnegative(),
})
export type PriceOrigin = z.infer<typeof PriceOrigin>

/** @returns `undefined` when the market has no configuration of the asset, or its feed was not readable. */
export function priceOrigin(market: MarketSnapshot, resource: ResourceAddress): PriceOrigin | undefined {
  const feedId = market.resources.get(resource)?.priceFeedId
  const feed = feedId === undefined ? undefined : market.priceFeeds.get(feedId)
  if (feedId === undefined || !feed) return undefined
  return feed.kind === 'component' ? { feed: feed.component, feedId } : { feedId }
}

/** Whether the asset went over to another feed, or its feed to another component. */
export function isOtherOrigin(from: PriceOrigin, to: PriceOrigin): boolean {
  return from.feedId !== to.feedId || from.feed !== to.feed
}

export function describeOrigin({ feed, feedId }: PriceOrigin): string {
  return `${feed ?? 'a fixed price'} (feed id ${feedId})`
}
