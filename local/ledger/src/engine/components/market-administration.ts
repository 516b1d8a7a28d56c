import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import { ADDRESSES } from '../addressbook.ts'
import type { Arguments } from '../execution/arguments.ts'
import type { Execution } from '../execution/execution.ts'
import { SERVICES, serviceKey } from '../market/services.ts'
import { currentKey, historicalKey, MarketError } from '../market/state.ts'
import { ADMINISTRATOR_ACCOUNT } from '../people.ts'
import { bool, integer, struct, text, UNIT } from '../rendering/build.ts'

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
  const key = serviceKey(component, service, scope)
  execution.track.set(execution.store.services, key, { enabled, locked: false })
  execution.emit(
    component === 'pool' ? 'pool' : 'market',
    'ServiceStatusUpdateEvent',
    struct('ServiceStatusUpdateEvent', { service: text(service), scope: text(scope), enabled: bool(enabled) }),
  )
}

/** What the feed calls the asset; this ledger's feed keeps prices by resource, so the price stays the same. */
function setPriceFeedId({ store, track }: Execution, args: Arguments): void {
  const resource = args.address()
  const priceFeedId = Number(args.integer())
  args.end()
  const config = track.get(store.resourceConfigs, resource)
  if (!config) throw new MarketError(`ResourceNotFound: ${resource}`)
  track.set(store.resourceConfigs, resource, { ...config, priceFeedId })
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
  const version = Math.max(...[...store.collateralConfigs.keys()].map((key) => latestVersion(execution, key))) + 1
  track.set(store.collateralConfigs, historicalKey(id, former.version), {
    ...former,
    expiresAtS: market.nowS + formerValidS,
  })
  track.set(store.collateralConfigs, currentKey(id), {
    id,
    version,
    config: { description: former.config.description, loanToValue, thresholdSpread, bonusRate },
    expiresAtS: undefined,
  })
  execution.emit(
    'market',
    'ConfigItemUpdateEvent',
    struct('ConfigItemUpdateEvent', { id: integer('U16', id), version: integer('U64', version) }),
  )
}

function latestVersion({ track, store }: Execution, key: string): number {
  return track.get(store.collateralConfigs, key)?.version ?? 0
}
