import type { ResourceAddress } from '../ids.ts'
import type { MarketSnapshot } from '../market.ts'
import { priceInForce } from '../price-in-force.ts'
import { UnjudgeableError } from '../unjudgeable.ts'
import type { PriceAtOnce, PricesAtOnce } from './judge-prices.ts'
import { priceOrigin } from './price-origin.ts'

/**
 * The prices in force at a snapshot's sync point, ready to be judged. An asset whose price the market itself would refuse is left
 * out, and so counts as missing. XRD is the unit of account and is not judged.
 */
export function pricesAtOnce(market: MarketSnapshot): PricesAtOnce {
  const atMs = market.syncPoint.ledgerTimeMs
  const prices = new Map<ResourceAddress, PriceAtOnce>()
  for (const resource of market.prices.keys()) {
    const price = resource === market.xrd ? undefined : priceAtOnce(market, resource, atMs)
    if (price) prices.set(resource, price)
  }
  return { unit: market.xrd, atMs, prices, secondSource: market.secondSourcePrices }
}

function priceAtOnce(market: MarketSnapshot, resource: ResourceAddress, atMs: number): PriceAtOnce | undefined {
  try {
    const priceXrd = priceInForce(market, resource, atMs)
    const feed = market.prices.get(resource)?.feed
    const origin = priceOrigin(market, resource)
    const known = { priceXrd, ...(origin ? { origin } : {}) }
    if (feed === undefined || feed === null || feed.value.eq(priceXrd))
      return { ...known, source: feed ? 'feed' : 'cache' }
    return { ...known, source: 'cache', pendingXrd: feed.value }
  } catch (error) {
    if (error instanceof UnjudgeableError) return undefined
    throw error
  }
}
