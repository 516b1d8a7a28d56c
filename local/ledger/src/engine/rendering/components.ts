import type { SborValue } from '../../sbor.ts'
import { ADDRESSES, STORES } from '../addressbook.ts'
import { addressOf, XRD } from '../addresses.ts'
import { allEnabled, servicesKey } from '../market/services.ts'
import type { FeedPrice } from '../records.ts'
import { type Store, vaultKey } from '../store.ts'
import type { Table } from '../table.ts'
import {
  bool,
  decimal,
  duration,
  integer,
  mapByAddress,
  option,
  own,
  reference,
  struct,
  text,
  variant,
} from './build.ts'
import { priceInfo, serviceStatus } from './market-values.ts'

/** State of the Scrypto components at a version; field order and names are those of `docs/on-ledger-data.md`. */

/** Roles of the market's own vaults. */
export const CREATION_FEE_ROLE = 'cdp-creation-fee'
export const NFT_FEE_ROLE = 'nft-liquidation-fee'

export function marketState(store: Store, at: number): SborValue | undefined {
  const settings = store.settings.at('market', at)
  if (!settings) return undefined
  const { answers } = store
  const ownVault = (role: string) => own(store.vaultAddress(vaultKey(ADDRESSES.market, XRD, role)))
  return struct('LendingMarket', {
    lending_pool_proxy: struct('LendingPoolProxy', {
      lending_pool: reference(ADDRESSES.pool),
      client_badge: own(addressOf('nonFungibleVault', 'market.client_badge')),
      loan_unit_ratio_cache: own(STORES.loanUnitRatios),
      deposit_unit_ratio_cache: own(STORES.depositUnitRatios),
    }),
    cdp_res_manager: reference(ADDRESSES.cdpResource),
    transient_res_manager: reference(ADDRESSES.marketTransientResource),
    cdp_counter: duration(store.cdpCounter.at('counter', at) ?? 0, answers),
    config: struct('MarketConfig', {
      cdp_max_positions: integer('U8', settings.maxPositions),
      cdp_with_nft_collateral_max_positions: integer('U8', settings.maxPositionsWithNft),
      price_expiration_period: duration(settings.priceExpirationS, answers),
      price_cache_mode: variant('PriceCacheMode', 1, 'Debounce', duration(settings.priceDebounceS, answers)),
      default_efficiency_config_id: option(integer('U16', settings.defaultEfficiencyConfigId)),
      max_claim_nft_value: option(decimal(settings.maxClaimNftValue)),
    }),
    fee_config: struct('MarketProtocolFeeConfig', {
      protocol_cdp_creation_fee: decimal(settings.cdpCreationFee),
      protocol_liquidation_bonus_fee_rate: decimal(settings.bonusFeeRate),
    }),
    market_service_status: serviceStatus(
      'market',
      store.services.at(servicesKey('market', 'Global'), at) ?? allEnabled('market'),
    ),
    loan_service_manager: struct('ServiceManager', { entries: own(STORES.loanServices) }),
    collateral_service_manager: struct('ServiceManager', { entries: own(STORES.collateralServices) }),
    price_feed_manager: configManager('Price feed', store.priceFeeds, at, STORES.priceFeeds),
    loan_config_manager: configManager('Loan config', store.loanConfigs, at, STORES.loanConfigs),
    collateral_config_manager: configManager(
      'Collateral config',
      store.collateralConfigs,
      at,
      STORES.collateralConfigs,
    ),
    isolation_group_manager: configManager('Isolation group', undefined, at, STORES.isolationGroups),
    efficiency_group_manager: configManager('Efficiency group', store.efficiencyGroups, at, STORES.efficiencyGroups),
    resource_configs: own(STORES.resourceConfigs),
    nft_collateral_resource_configs: own(STORES.nftResourceConfigs),
    price_cache: own(STORES.priceCache),
    resource_type_cache: own(STORES.resourceTypes),
    nft_resource_type_cache: own(STORES.nftTypes),
    nft_valuation_cache: own(STORES.nftValuations),
    collateral_assets: own(STORES.collateralAssets),
    nft_collateral_assets: own(STORES.nftCollateralAssets),
    cdp_creation_fees: ownVault(CREATION_FEE_ROLE),
    liquidation_fees: own(STORES.liquidationFees),
    nft_liquidation_fees: ownVault(NFT_FEE_ROLE),
  })
}

/** The number of versions counts only where they are kept. */
function configManager(
  what: string,
  table: Pick<Table<string, unknown>, 'keys' | 'at'> | undefined,
  at: number,
  entries: string,
): SborValue {
  const keys = table ? [...table.keys()].filter((key) => table.at(key, at) !== undefined) : []
  const ids = keys.filter((key) => key.startsWith('current:')).length
  return struct('ConfigurationManager', {
    track_history: bool(keys.length > ids),
    get_config_error_message: text(`${what} not found`),
    default_expiration_time: option(undefined),
    version_count: integer('U64', keys.length - ids),
    entry_count: integer('U16', ids),
    entries: own(entries),
    phantom_data: option(undefined),
  })
}

export function poolComponentState(store: Store, at: number): SborValue | undefined {
  const settings = store.settings.at('market', at)
  if (!settings) return undefined
  const { loan, flashLoan, interest } = settings.poolFees
  return struct('LendingPool', {
    lending_service_manager: struct('ServiceManager', { entries: own(STORES.poolServices) }),
    transient_res_manager: reference(ADDRESSES.loanTermResource),
    resource_pools: own(STORES.poolStates),
    deposit_unit_lookup: own(STORES.depositUnitLookup),
    fee_config: struct('LendingPoolProtocolFeeConfig', {
      protocol_loan_fee_rate: decimal(loan),
      protocol_flash_loan_fee_rate: decimal(flashLoan),
      protocol_interest_fee_rate: decimal(interest),
    }),
    interest_strategy_manager: configManager('Interest strategy', store.strategies, at, STORES.interestStrategies),
    internal_auth_badge: own(addressOf('fungibleVault', 'pool.internal_auth_badge')),
    client_badge_activation_delay: duration(CLIENT_BADGE_DELAY_S, store.answers),
    client_badge_res_manager: reference(addressOf('nonFungible', 'pool-client-badge')),
    client_badges: own(STORES.clientBadges),
  })
}

const CLIENT_BADGE_DELAY_S = 604_800

export function priceFeedState(store: Store, at: number): SborValue {
  const prices = store.answers['feed-state'] === 'store' ? own(STORES.feedPrices) : inlinePrices(store.feedPrices, at)
  return struct('PriceFeed', {
    prices,
    updater_badge_manager: reference(ADDRESSES.priceUpdaterBadge),
    updater_counter: integer('U64', PRICE_UPDATER_BADGES),
  })
}

/** How many badges were made; the updater holds the newest. */
export const PRICE_UPDATER_BADGES = 3

export function lsulpPriceFeedState(store: Store, at: number): SborValue {
  return struct('CaviarLsuPriceFeedProxy', {
    prices: inlinePrices(store.proxyPrices, at),
    lsu_resource_address: reference(ADDRESSES.tokens.LSULP ?? ''),
    lsu_pool_component_address: reference(addressOf('component', 'lsu-pool')),
  })
}

function inlinePrices(table: Table<string, FeedPrice>, at: number): SborValue {
  const prices = new Map<string, FeedPrice>()
  for (const resource of table.keys()) {
    const price = table.at(resource, at)
    if (price) prices.set(resource, price)
  }
  return mapByAddress('Tuple', prices, priceInfo)
}

/** The valuator of registered NFTs keeps nothing. */
export function nftValuatorState(): SborValue {
  return struct('NftValuator', {})
}

export function dexState(): SborValue {
  return struct('Dex', { pools: own(STORES.dexPools) })
}
