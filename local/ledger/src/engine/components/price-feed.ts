import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Execution, ExecutionError } from '../execution/execution.ts'
import { decimal, mapByAddress, struct, UNIT } from '../rendering/build.ts'

/** The price feed; only its updater's account may write. */
export function callPriceFeed(execution: Execution, method: string, args: Arguments): SborValue {
  if (method !== 'update_prices') throw new ExecutionError(`MethodNotFound: the price feed has no method "${method}"`)
  execution.requireOwner(ADDRESSES.priceUpdaterAccount)
  const prices = args.amounts()
  args.end()
  for (const [resource, price] of prices)
    execution.track.set(execution.store.feedPrices, resource, { price, timestampS: execution.market.nowS })
  execution.affected.add(ADDRESSES.priceFeed)
  execution.market.forgetPrices()
  execution.emit(
    'price-feed',
    'PricesUpdatedEvent',
    struct('PricesUpdatedEvent', { prices: mapByAddress('Decimal', prices, decimal) }),
  )
  return UNIT
}
