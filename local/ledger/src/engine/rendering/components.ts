import type { SborValue } from '../../sbor.ts'
import { ADDRESSES, STORES } from '../addressbook.ts'
import { addressOf } from '../addresses.ts'
import { serviceKey } from '../market/services.ts'
import type { Store } from '../store.ts'
import { bool, decimal, integer, option, own, reference, struct, variant } from './build.ts'

/** State of the Scrypto components at a version; field order and names are those of `docs/on-ledger-data.md`. */

export function marketState(store: Store, at: number): SborValue | undefined {
  const settings = store.settings.at('market', at)
  if (!settings) return undefined
  return struct('LendingMarket', {
    lending_pool_proxy: struct('LendingPoolProxy', {
      lending_pool: reference(ADDRESSES.pool),
      client_badge: own(addressOf('nonFungibleVault', 'market.client_badge')),
      loan_unit_ratio_cache: own(STORES.loanUnitRatios),
      deposit_unit_ratio_cache: own(STORES.depositUnitRatios),
    }),
    cdp_res_manager: reference(ADDRESSES.cdpResource),
    transient_res_manager: reference(ADDRESSES.loanTermResource),
    cdp_counter: integer('U64', store.cdpCounter.at('counter', at) ?? 0),
    config: struct('MarketConfig', {
      cdp_max_positions: integer('U8', settings.maxPositions),
      cdp_with_nft_collateral_max_positions: integer('U8', settings.maxPositionsWithNft),
      price_expiration_period: integer('I64', settings.priceExpirationS),
      price_cache_mode: variant('PriceCacheMode', 1, 'Debounce', integer('I64', settings.priceDebounceS)),
      default_efficiency_config_id: option(integer('U16', settings.defaultEfficiencyConfigId)),
      max_claim_nft_value: option(decimal(settings.maxClaimNftValue)),
    }),
    fee_config: struct('FeeConfig', {
      protocol_cdp_creation_fee: decimal(settings.cdpCreationFee),
      protocol_liquidation_bonus_fee_rate: decimal(settings.bonusFeeRate),
    }),
    market_service_status: struct('MarketServiceStatus', {
      create_cdp: marketService(store, 'CreateCDP', at),
      update_cdp: marketService(store, 'UpdateCDP', at),
      burn_cdp: marketService(store, 'BurnCDP', at),
    }),
    loan_service_manager: struct('ServiceManager', { entries: own(STORES.loanServices) }),
    collateral_service_manager: struct('ServiceManager', { entries: own(STORES.collateralServices) }),
    price_feed_manager: struct('PriceFeedManager', { default_price_feed: reference(ADDRESSES.priceFeed) }),
    loan_config_manager: configManager(store.loanConfigs, at, STORES.loanConfigs),
    collateral_config_manager: configManager(store.collateralConfigs, at, STORES.collateralConfigs),
    efficiency_group_manager: configManager(store.efficiencyGroups, at, STORES.efficiencyGroups),
    isolation_group_manager: configManager(undefined, at, STORES.isolationGroups),
    resource_configs: own(STORES.resourceConfigs),
    nft_collateral_resource_configs: own(STORES.nftResourceConfigs),
    price_cache: own(STORES.priceCache),
    resource_type_cache: own(STORES.resourceTypes),
    nft_resource_type_cache: own(STORES.nftTypes),
    nft_valuation_cache: own(STORES.nftValuations),
    collateral_assets: own(STORES.collateralAssets),
    nft_collateral_assets: own(STORES.nftCollateralAssets),
    cdp_creation_fees: own(STORES.cdpCreationFees),
    liquidation_fees: own(STORES.liquidationFees),
    nft_liquidation_fees: own(STORES.nftLiquidationFees),
  })
}

function marketService(store: Store, service: string, at: number): SborValue {
  const status = store.services.at(serviceKey('market', service, 'Global'), at) ?? { enabled: true, locked: false }
  return struct('ServiceStatus', { enabled: bool(status.enabled), locked: bool(status.locked) })
}

function configManager(
  table: { keys(): Iterable<string>; at(key: string, version: number): unknown } | undefined,
  at: number,
  entries: string,
): SborValue {
  const keys = table ? [...table.keys()].filter((key) => table.at(key, at) !== undefined) : []
  return struct('ConfigurationManager', {
    track_history: bool(true),
    default_expiration_time: option(undefined),
    version_count: integer('U64', keys.length),
    entry_count: integer('U64', keys.filter((key) => key.startsWith('current:')).length),
    entries: own(entries),
  })
}

export function poolComponentState(): SborValue {
  return struct('LendingPool', {
    pool_states: own(STORES.poolStates),
    interest_strategies: own(STORES.interestStrategies),
    services: own(STORES.poolServices),
    loan_term_resource: reference(ADDRESSES.loanTermResource),
  })
}

export function priceFeedState(): SborValue {
  return struct('PriceFeed', { prices: own(STORES.feedPrices) })
}

export function dexState(): SborValue {
  return struct('Dex', { pools: own(STORES.dexPools) })
}
