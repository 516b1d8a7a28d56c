import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Execution, ExecutionError } from '../execution/execution.ts'
import { ADMINISTRATOR_ACCOUNT } from '../people.ts'
import type { FeedPrice } from '../records.ts'
import { decimal, instant, option, tuple, UNIT } from '../rendering/build.ts'

/** The default price feed: whoever shows one of its badges in the auth zone may write. */
export function callPriceFeed(execution: Execution, method: string, args: Arguments): SborValue {
  const { market, store, track } = execution
  switch (method) {
    case 'get_price': {
      const resource = args.address()
      args.end()
      return timestampAndPrice(market.feedPrice(ADDRESSES.priceFeed, resource))
    }
    case 'update_prices': {
      if (execution.authZone.idsOf(ADDRESSES.priceUpdaterBadge).length === 0)
        throw new ExecutionError('AuthError(Unauthorized): update_prices needs a proof of the price updater badge')
      const prices = args.amounts()
      args.end()
      for (const [resource, price] of prices) track.set(store.feedPrices, resource, { price, timestampS: market.nowS })
      execution.affected.add(ADDRESSES.priceFeed)
      market.forgetPrices()
      return UNIT
    }
    default:
      throw new ExecutionError(`MethodNotFound: the price feed has no method "${method}"`)
  }
}

/** The feed of LSULP: a valuation made when it is asked, and kept in its state by whatever transaction asked. */
export function callLsulpPriceFeed(execution: Execution, method: string, args: Arguments): SborValue {
  const { market, store, track } = execution
  const resource = args.address()
  switch (method) {
    case 'get_price': {
      args.end()
      const valued = market.feedPrice(ADDRESSES.lsulpPriceFeed, resource)
      if (valued) {
        track.set(store.proxyPrices, resource, valued)
        execution.affected.add(ADDRESSES.lsulpPriceFeed)
      }
      return timestampAndPrice(valued)
    }
    // Stands for the staking pool behind the feed, which is not simulated.
    case 'set_valuation': {
      execution.requireOwner(ADMINISTRATOR_ACCOUNT)
      const price = args.decimal()
      args.end()
      if (price.lt(Decimal.ZERO)) throw new ExecutionError(`A valuation of ${price}.`)
      track.set(store.proxyPrices, resource, { price, timestampS: market.nowS })
      execution.affected.add(ADDRESSES.lsulpPriceFeed)
      market.forgetPrices()
      return UNIT
    }
    default:
      throw new ExecutionError(`MethodNotFound: the price feed of LSULP has no method "${method}"`)
  }
}

/** As the market's configuration says: `OptionTimestampAndPrice`. */
function timestampAndPrice(feed: FeedPrice | undefined): SborValue {
  return option(feed && tuple(instant(feed.timestampS), decimal(feed.price)))
}
