import type { SborValue } from '../../sbor.ts'
import { VALUATOR_METHOD } from '../components/nft-valuator.ts'
import type { CdpHealth, CollateralPosition, LoanPosition, NftPosition } from '../market/health.ts'
import { SERVICES, type ServiceComponent } from '../market/services.ts'
import { DEX_FEE_RATE } from '../parameters.ts'
import type {
  CacheEntry,
  CdpRecord,
  CollateralConfig,
  CollateralResourceConfig,
  ConfigEntry,
  DexPool,
  EfficiencyGroup,
  EfficiencyMode,
  FeedPrice,
  LoanConfig,
  LoanResourceConfig,
  NftCollateralConfig,
  NftType,
  NonFungibleRecord,
  PriceFeed,
  RecordedConfig,
  ResourceConfig,
  ResourceType,
  Services,
} from '../records.ts'
import {
  bool,
  decimal,
  hash,
  instant,
  integer,
  list,
  localId,
  map,
  mapByAddress,
  option,
  reference,
  struct,
  text,
  variant,
  wrapper,
} from './build.ts'

/** The market's data as it stands on the ledger; field order and names are those of `docs/on-ledger-data.md`. */

export function cdpData(cdp: CdpRecord): SborValue {
  return struct('CDPData', {
    minted_at: instant(cdp.mintedAtS),
    updated_at: instant(cdp.updatedAtS),
    key_image_url: text('https://weft.example/wefty.png'),
    name: text(cdp.name),
    description: text('A collateralised debt position of the simulated Weft market'),
    loans: mapByAddress('Tuple', cdp.loans, (loan) =>
      struct('LoanInfo', { units: decimal(loan.units), config_version: integer('U64', loan.configVersion) }),
    ),
    collaterals: mapByAddress('Tuple', cdp.collaterals, (collateral) =>
      struct('CollateralInfo', {
        amount: decimal(collateral.amount),
        config_version: collateralConfigVersion(collateral.config),
      }),
    ),
    nft_collaterals: mapByAddress('Tuple', cdp.nftCollaterals, (nfts) =>
      struct('NFTCollateralInfo', {
        nft_ids: list('NonFungibleLocalId', nfts.ids.map(localId)),
        config_version: mapByAddress('Tuple', nfts.configs, collateralConfigVersion),
      }),
    ),
  })
}

export function collateralConfigVersion(config: RecordedConfig): SborValue {
  return struct('CollateralConfigVersion', {
    entry_version: integer('U64', config.version),
    efficiency_mode: efficiencyMode(config.mode),
  })
}

function efficiencyMode(mode: EfficiencyMode): SborValue {
  switch (mode.kind) {
    case 'none':
      return variant('EfficiencyMode', 0, 'None')
    case 'group':
      return variant('EfficiencyMode', 1, 'EfficiencyGroup', integer('U16', mode.group))
    case 'identical':
      return variant('EfficiencyMode', 2, 'IdenticalResource')
  }
}

export function collateralConfig(config: CollateralConfig): SborValue {
  return struct('CollateralConfig', {
    description: text(config.description),
    loan_to_value_ratio: decimal(config.loanToValue),
    liquidation_threshold_spread: decimal(config.thresholdSpread),
    liquidation_bonus_rate: decimal(config.bonusRate),
  })
}

export function loanConfig(config: LoanConfig): SborValue {
  return struct('LoanConfig', {
    description: text(config.description),
    loan_value_factor: decimal(config.valueFactor),
    loan_close_factor: decimal(config.closeFactor),
  })
}

export function efficiencyGroup(group: EfficiencyGroup): SborValue {
  return struct('EfficiencyGroup', {
    description: text(group.description),
    collateral_config_id: integer('U16', group.collateralConfigId),
  })
}

export function configEntry<C>(entry: ConfigEntry<C>, render: (config: C) => SborValue): SborValue {
  return struct('ConfigurationEntry', {
    key: integer('U16', entry.id),
    entry: render(entry.config),
    version: integer('U64', entry.version),
    expiration_time: option(entry.expiresAtS === undefined ? undefined : instant(entry.expiresAtS)),
  })
}

export function resourceConfig({ priceFeedId, loan, collateral }: ResourceConfig): SborValue {
  return struct('ResourceConfig', {
    price_feed_id: integer('U16', priceFeedId),
    loan_config: option(loan && loanResourceConfig(loan)),
    collateral_config: option(collateral && collateralResourceConfig(collateral)),
  })
}

function loanResourceConfig({ configId, efficiencyGroup: group }: LoanResourceConfig): SborValue {
  return struct('LoanResourceConfig', {
    loan_config_id: integer('U16', configId),
    excluded_isolation_group_ids: list('U16', []),
    efficiency_group_id: option(group === undefined ? undefined : integer('U16', group)),
  })
}

function collateralResourceConfig({ configId, efficiencyGroups }: CollateralResourceConfig): SborValue {
  return struct('CollateralResourceConfig', {
    collateral_config_id: integer('U16', configId),
    isolation_group_id: option(undefined),
    efficiency_group_ids: list(
      'U16',
      efficiencyGroups.map((group) => integer('U16', group)),
    ),
  })
}

export function nftCollateralConfig({ valuator, underlying, maxValue }: NftCollateralConfig): SborValue {
  return struct('NFTCollateralConfig', {
    valuator_component: reference(valuator),
    valuator_method: text(VALUATOR_METHOD),
    underlying_resources: list('Reference', underlying.map(reference)),
    max_collateral_value: option(maxValue && decimal(maxValue)),
  })
}

export function priceFeed({ description, source }: PriceFeed): SborValue {
  return struct('PriceFeed', {
    description: text(description),
    price_feed_type:
      source.kind === 'fixed'
        ? variant('PriceFeedType', 0, 'FixedPrice', decimal(source.price))
        : variant(
            'PriceFeedType',
            1,
            'PriceFeedComponent',
            struct('PriceFeedComponentInfo', {
              component_address: reference(source.component),
              method_name: text('get_price'),
              method_signature: variant('PriceFeedComponentSignature', 3, 'OptionTimestampAndPrice'),
            }),
          ),
  })
}

export function priceInfo(feed: FeedPrice): SborValue {
  return struct('PriceInfo', { timestamp: instant(feed.timestampS), price: decimal(feed.price) })
}

export function cacheEntry<T>(entry: CacheEntry<T>, render: (value: T) => SborValue): SborValue {
  return struct('CacheEntry', {
    transaction_hash: hash(entry.transactionHash),
    cached_value: render(entry.value),
    timestamp: instant(entry.timestampS),
  })
}

export function resourceType(type: ResourceType): SborValue {
  switch (type.kind) {
    case 'token':
      return variant('RegisteredResourceType', 0, 'RegisteredToken')
    case 'lsu':
      return variant('RegisteredResourceType', 1, 'LSU', reference(type.validator))
    case 'deposit-unit':
      return variant('RegisteredResourceType', 2, 'DepositUnit', reference(type.underlying))
  }
}

export function nftType(type: NftType): SborValue {
  return type.kind === 'registered'
    ? variant('RegisteredNFTResourceType', 0, 'RegisteredNFT')
    : variant('RegisteredNFTResourceType', 1, 'ClaimNFT', reference(type.validator))
}

/** All switches under one key. */
export function serviceStatus(component: ServiceComponent, services: Services): SborValue {
  return wrapper(
    'ServiceStatus',
    map(
      'Enum',
      'Tuple',
      [...services].map(([service, { enabled, locked }]) => [
        serviceName(component, service),
        struct('OperatingStatus', { enabled: bool(enabled), locked: bool(locked) }),
      ]),
    ),
  )
}

const SERVICE_TYPES = {
  market: 'MarketService',
  collateral: 'CollateralService',
  loan: 'LoanService',
  pool: 'LendingService',
} as const

export function serviceName(component: ServiceComponent, service: string): SborValue {
  const names: readonly string[] = SERVICES[component]
  return variant(SERVICE_TYPES[component], names.indexOf(service), service)
}

export function healthChecker(health: CdpHealth): SborValue {
  return struct('CDPHealthChecker', {
    total_loan_value: decimal(health.totalLoanValue),
    total_adjusted_loan_value: decimal(health.totalAdjustedLoanValue),
    total_collateral_value: decimal(health.totalCollateralValue),
    total_health_collateral_value: decimal(health.totalHealthValue),
    total_liquidation_collateral_value: decimal(health.totalLiquidationValue),
    collateral_isolation_groups: list('U16', []),
    loan_excluded_isolation_groups: list('U16', []),
    health_ltv: decimal(health.healthLtv),
    liquidation_ltv: decimal(health.liquidationLtv),
    discounted_nft_collateral_value: decimal(health.discountedNftValue),
    discounted_collateral_value: decimal(health.discountedCollateralValue),
    loan_positions: mapByAddress('Tuple', health.loans, loanPosition),
    collateral_positions: mapByAddress('Tuple', health.collaterals, collateralPosition),
    nft_collateral_positions: nftPositions(health.nfts),
  })
}

function loanPosition(position: LoanPosition): SborValue {
  return struct('LoanPositionData', {
    price: decimal(position.price),
    units: decimal(position.units),
    amount: decimal(position.amount),
    value: decimal(position.value),
    adjusted_value: decimal(position.adjustedValue),
    config: loanConfig(position.config),
    config_version: integer('U64', position.configVersion),
    resource_config: loanResourceConfig(position.resourceConfig),
  })
}

function collateralPosition(position: CollateralPosition): SborValue {
  return struct('CollateralPositionData', {
    price: decimal(position.price),
    amount: decimal(position.amount),
    value: decimal(position.value),
    health_value: decimal(position.healthValue),
    liquidation_value: decimal(position.liquidationValue),
    discounted_value: decimal(position.discountedValue),
    config: collateralConfig(position.config),
    config_version: collateralConfigVersion(position.recorded),
    resource_config: collateralResourceConfig(position.resourceConfig),
    is_from_nft: bool(position.isFromNft),
    resource_type: resourceType(position.type),
  })
}

function nftPositions(nfts: CdpHealth['nfts'], render = nftPosition): SborValue {
  return mapByAddress('Map', nfts, (byId) =>
    map(
      'NonFungibleLocalId',
      'Tuple',
      [...byId].map(([id, position]) => [localId(id), render(position)] as const),
    ),
  )
}

/** What `get_nft_value` returns: nothing for a CDP without NFTs. */
export function nftValues(nfts: CdpHealth['nfts']): SborValue {
  return option(nfts.size === 0 ? undefined : nftPositions(nfts, nftLiquidationValue))
}

function nftPosition(position: NftPosition): SborValue {
  return struct('NFTCollateralPositionData', {
    underlying_positions: mapByAddress('Tuple', position.underlying, collateralPosition),
    value: nftLiquidationValue(position),
    max_allowed_discounted_value: decimal(position.maxAllowedDiscountedValue),
  })
}

function nftLiquidationValue(position: NftPosition): SborValue {
  return struct('NFTLiquidationValue', {
    value: decimal(position.value),
    discounted_value: decimal(position.discountedValue),
    loan_payment_value: decimal(position.loanPaymentValue),
    compensation_value: decimal(position.compensationValue),
    liquidation_fee: decimal(position.liquidationFee),
    resource_type: nftType(position.type),
  })
}

export function dexPool(pool: DexPool): SborValue {
  return struct('DexPool', {
    token_reserve: decimal(pool.token),
    xrd_reserve: decimal(pool.xrd),
    fee_rate: decimal(DEX_FEE_RATE),
  })
}

export function nonFungibleData(record: NonFungibleRecord): SborValue {
  if (record.kind === 'claim')
    return struct('UnstakeData', {
      name: text(record.name),
      claim_epoch: { ...integer('U64', record.claimEpoch), typeName: 'Epoch' },
      claim_amount: decimal(record.claimAmount),
    })
  if (record.kind === 'badge') return struct('PriceUpdaterBadgeData', { active: bool(true) })
  return struct('LiquidityReceipt', {
    name: text(record.name),
    underlying: mapByAddress('Decimal', record.underlying, decimal),
  })
}
