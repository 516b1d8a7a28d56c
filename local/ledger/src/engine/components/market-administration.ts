import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import { wholeMinute } from '../clock.ts'
import type { Arguments } from '../execution/arguments.ts'
import type { Execution } from '../execution/execution.ts'
import { DEFAULT_PRICE_FEED } from '../genesis/market.ts'
import { allEnabled, SERVICES, servicesKey } from '../market/services.ts'
import { currentKey, historyKey, MarketError } from '../market/state.ts'
import { ADMINISTRATOR_ACCOUNT } from '../people.ts'
import { integer, reference, UNIT } from '../rendering/build.ts'
import { configEvent, priceFeedCreatedEvent, serviceEvent } from '../rendering/events.ts'
import { serviceName } from '../rendering/market-values.ts'
import { servicesScope } from '../rendering/stores.ts'

/** What the market's operators may change; the real methods are not public, the effects and event names are Weft's. */
export function administrate(execution: Execution, method: string, args: Arguments): SborValue {
  execution.requireOwner(ADMINISTRATOR_ACCOUNT)
  execution.affected.add(ADDRESSES.market)
  if (method === 'set_service') setService(execution, args)
  else if (method === 'set_price_feed_id') setPriceFeedId(execution, args)
  else updateCollateralConfig(execution, args)
  return UNIT
}

function setService(execution: Execution, args: Arguments): void {
  const component = args.string()
  const service = args.string()
  const scope = args.string()
  const enabled = args.bool()
  args.end()
  if (!isComponent(component)) throw new MarketError(`ServiceNotFound: ${component}`)
  const key = servicesKey(component, scope)
  const services = execution.track.get(execution.store.services, key) ?? allEnabled(component)
  execution.track.set(
    execution.store.services,
    key,
    new Map([...services, [service, { enabled, locked: services.get(service)?.locked ?? false }]]),
  )
  if (component === 'pool') {
    // The pool's events are not published.
    execution.affected.add(ADDRESSES.pool)
    return
  }
  const keyValue = component === 'market' ? undefined : servicesScope(component, scope, execution.store)
  execution.emit('market', serviceEvent(component, serviceName(component, service), enabled, keyValue))
}

/** An id without a feed gets the default one: for whoever keeps prices by feed it is another feed with the same prices. */
function setPriceFeedId(execution: Execution, args: Arguments): void {
  const { store, track } = execution
  const resource = args.address()
  const priceFeedId = Number(args.integer())
  args.end()
  const config = track.get(store.resourceConfigs, resource)
  if (!config) throw new MarketError(`ResourceNotFound: ${resource}`)
  if (!track.get(store.priceFeeds, currentKey(priceFeedId))) {
    track.set(store.priceFeeds, currentKey(priceFeedId), {
      id: priceFeedId,
      version: 0,
      config: DEFAULT_PRICE_FEED,
      expiresAtS: undefined,
    })
    execution.emit('market', priceFeedCreatedEvent(priceFeedId))
  }
  track.set(store.resourceConfigs, resource, { ...config, priceFeedId })
  execution.emit('market', configEvent('UpdatePriceFeedId', reference(resource), integer('U16', priceFeedId)))
}

function isComponent(name: string): name is keyof typeof SERVICES {
  return Object.hasOwn(SERVICES, name)
}

/** The former version stays valid for the CDPs that recorded it, until it expires. */
function updateCollateralConfig(execution: Execution, args: Arguments): void {
  const { market, store, track } = execution
  const id = Number(args.integer())
  const loanToValue = args.decimal()
  const thresholdSpread = args.decimal()
  const bonusRate = args.decimal()
  const formerValidS = Number(args.integer())
  args.end()
  const former = track.get(store.collateralConfigs, currentKey(id))
  if (!former) throw new MarketError(`ConfigNotFound: ${id}`)
  for (const [what, value] of Object.entries({ loanToValue, thresholdSpread, bonusRate }))
    if (value.isNegative() || value.gt(Decimal.ONE)) throw new MarketError(`InvalidConfig: ${what} ${value}`)
  const version = [...store.collateralConfigs.keys()].filter((key) => key.startsWith('history:')).length
  track.set(store.collateralConfigs, historyKey(former.version), {
    ...former,
    expiresAtS: wholeMinute(market.nowS + formerValidS),
  })
  const entry = {
    id,
    version,
    config: { description: former.config.description, loanToValue, thresholdSpread, bonusRate },
    expiresAtS: undefined,
  }
  track.set(store.collateralConfigs, currentKey(id), entry)
  track.set(store.collateralConfigs, historyKey(version), entry)
  execution.emit('market', configEvent('UpdateCollateralConfig', integer('U16', id)))
  execution.emit('market', configEvent('MarkCollateralConfigExpired', integer('U64', former.version)))
}
