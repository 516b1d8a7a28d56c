import type { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import {
  bool,
  decimal,
  integer,
  localId,
  map,
  mapByAddress,
  reference,
  struct,
  tuple,
  variant,
  wrapper,
} from './build.ts'

/** The market's events: each a struct of one nameless field, but for the compensation. */

export function amountEvent(name: string, cdpId: string, resource: string, amount: Decimal): SborValue {
  return wrapper(
    name,
    struct('CDPEventData', { cdp_id: localId(cdpId), res_address: reference(resource), amount: decimal(amount) }),
  )
}

export function nftEvent(
  name: string,
  cdpId: string,
  resource: string,
  nftId: string,
  contents: ReadonlyMap<string, Decimal>,
): SborValue {
  return wrapper(
    name,
    struct('CDPEventNFTData', {
      cdp_id: localId(cdpId),
      res_address: reference(resource),
      nft_id: localId(nftId),
      underlying_resources: mapByAddress('Decimal', contents, decimal),
    }),
  )
}

export function feeEvent(name: string, resource: string, fee: Decimal): SborValue {
  return wrapper(
    name,
    struct('FeeEventData', {
      res_address: reference(resource),
      fee_amount: decimal(fee),
      protocol_fee_amount: decimal(fee),
    }),
  )
}

export function compensationEvent(cdpId: string, amount: Decimal): SborValue {
  return struct('CDPNFTCollateralCompensation', { cdp_id: localId(cdpId), compensation_amount: decimal(amount) })
}

const SERVICE_STATUS = {
  market: [0, 'MarketServiceStatus'],
  loan: [1, 'LoanServiceStatus'],
  collateral: [2, 'CollateralServiceStatus'],
} as const

/** @param key of the entry; the market's own switches have none. The payload's shape is inferred, the names are not. */
export function serviceEvent(
  component: keyof typeof SERVICE_STATUS,
  service: SborValue,
  enabled: boolean,
  key: SborValue | undefined,
): SborValue {
  const [number, name] = SERVICE_STATUS[component]
  const services = map('Enum', 'Bool', [[service, bool(enabled)]])
  const status = variant('ServiceStatusUpdate', number, name, ...(key ? [key, services] : [services]))
  return wrapper('ServiceStatusUpdateEvent', tuple(status, variant('ServiceStatusSetter', 2, 'ModeratorSet')))
}

/** Numbers of the configuration updates that this ledger makes. */
const CONFIG_UPDATES = {
  UpdateCollateralConfig: 5,
  MarkCollateralConfigExpired: 7,
  UpdatePriceFeedId: 10,
} as const

/** @param fields inferred; only the name of the update is published */
export function configEvent(update: keyof typeof CONFIG_UPDATES, ...fields: SborValue[]): SborValue {
  return wrapper('ConfigItemUpdateEvent', variant('ConfigItemUpdate', CONFIG_UPDATES[update], update, ...fields))
}

/** @param feedId of the new price feed */
export function priceFeedCreatedEvent(feedId: number): SborValue {
  return wrapper('ConfigItemCreationEvent', variant('ConfigItemCreation', 0, 'PriceFeed', integer('U16', feedId)))
}
