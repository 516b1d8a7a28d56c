import { addressOf, XRD } from './addresses.ts'
import type { LedgerAddresses } from './control.ts'
import { TOKENS, VALIDATORS } from './parameters.ts'

/** Every well-known address of the simulated market. None depends on the seed, so a network configuration can name them. */
export const ADDRESSES: LedgerAddresses = {
  xrd: XRD,
  market: addressOf('component', 'lending-market'),
  pool: addressOf('component', 'lending-pool'),
  cdpResource: addressOf('nonFungible', 'wefty'),
  priceFeed: addressOf('component', 'price-feed'),
  loanTermResource: addressOf('nonFungible', 'loan-term'),
  lsulpPriceFeed: addressOf('component', 'lsulp-price-feed'),
  priceUpdaterBadge: addressOf('nonFungible', 'price-updater-badge'),
  marketTransientResource: addressOf('nonFungible', 'market-transient'),
  nftValuator: addressOf('component', 'nft-valuator'),
  dex: addressOf('component', 'dex'),
  tokens: Object.fromEntries(
    TOKENS.map(({ symbol }) => [symbol, symbol === 'XRD' ? XRD : addressOf('fungible', symbol)]),
  ),
  depositUnits: Object.fromEntries(
    TOKENS.filter((token) => token.pool).map(({ symbol }) => [symbol, addressOf('fungible', `du-${symbol}`)]),
  ),
  validators: VALIDATORS.map(({ symbol }) => ({
    symbol,
    address: addressOf('validator', symbol),
    lsu: addressOf('fungible', `lsu-${symbol}`),
    claimNft: addressOf('nonFungible', `claim-${symbol}`),
  })),
  liquidityReceipt: addressOf('nonFungible', 'liquidity-receipt'),
  priceUpdaterAccount: addressOf('account', 'price-updater'),
  faucetAccount: addressOf('account', 'faucet'),
  competitorAccount: addressOf('account', 'competitor'),
}

export const PACKAGES = {
  weft: addressOf('package', 'weft'),
  priceFeed: addressOf('package', 'price-feed'),
  dex: addressOf('package', 'dex'),
  account: 'package_loc1pkgxxxxxxxxxaccntxxxxxxxxxx000929625493xxxxxxxxxj9yll8',
  validator: 'package_loc1pkgxxxxxxxxxcnsmgrxxxxxxxxx000746305335xxxxxxxxxhwvhuz',
} as const

export const STORES = {
  loanServices: addressOf('keyValueStore', 'market.loan_services'),
  collateralServices: addressOf('keyValueStore', 'market.collateral_services'),
  loanConfigs: addressOf('keyValueStore', 'market.loan_configs'),
  collateralConfigs: addressOf('keyValueStore', 'market.collateral_configs'),
  efficiencyGroups: addressOf('keyValueStore', 'market.efficiency_groups'),
  isolationGroups: addressOf('keyValueStore', 'market.isolation_groups'),
  priceFeeds: addressOf('keyValueStore', 'market.price_feeds'),
  resourceConfigs: addressOf('keyValueStore', 'market.resource_configs'),
  nftResourceConfigs: addressOf('keyValueStore', 'market.nft_collateral_resource_configs'),
  priceCache: addressOf('keyValueStore', 'market.price_cache'),
  resourceTypes: addressOf('keyValueStore', 'market.resource_type_cache'),
  nftTypes: addressOf('keyValueStore', 'market.nft_resource_type_cache'),
  nftValuations: addressOf('keyValueStore', 'market.nft_valuation_cache'),
  collateralAssets: addressOf('keyValueStore', 'market.collateral_assets'),
  nftCollateralAssets: addressOf('keyValueStore', 'market.nft_collateral_assets'),
  liquidationFees: addressOf('keyValueStore', 'market.liquidation_fees'),
  loanUnitRatios: addressOf('keyValueStore', 'market.loan_unit_ratio_cache'),
  depositUnitRatios: addressOf('keyValueStore', 'market.deposit_unit_ratio_cache'),
  poolStates: addressOf('keyValueStore', 'pool.pool_states'),
  interestStrategies: addressOf('keyValueStore', 'pool.interest_strategies'),
  poolServices: addressOf('keyValueStore', 'pool.services'),
  depositUnitLookup: addressOf('keyValueStore', 'pool.deposit_unit_lookup'),
  clientBadges: addressOf('keyValueStore', 'pool.client_badges'),
  feedPrices: addressOf('keyValueStore', 'price-feed.prices'),
  dexPools: addressOf('keyValueStore', 'dex.pools'),
} as const

export type StoreName = keyof typeof STORES
