import type { SborValue } from '../../sbor.ts'
import type { CdpHealth, CollateralPosition, LoanPosition, NftPosition } from '../market/health.ts'
import { DEX_FEE_RATE } from '../parameters.ts'
import type {
  CdpRecord,
  CollateralConfig,
  ConfigEntry,
  DexPool,
  EfficiencyGroup,
  EfficiencyMode,
  LoanConfig,
  NftType,
  NonFungibleRecord,
  PoolRecord,
  RecordedConfig,
  ResourceConfig,
  ResourceType,
  ServiceStatus,
  UnitState,
} from '../records.ts'
import {
  bool,
  decimal,
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
  return struct('ConfigEntry', {
    key: integer('U16', entry.id),
    entry: render(entry.config),
    version: integer('U64', entry.version),
    expiration_time: option(entry.expiresAtS === undefined ? undefined : instant(entry.expiresAtS)),
  })
}

export function resourceConfig(config: ResourceConfig): SborValue {
  const { loan, collateral } = config
  return struct('ResourceConfig', {
    price_feed_id: integer('U16', config.priceFeedId),
    loan_config: option(
      loan &&
        struct('LoanResourceConfig', {
          loan_config_id: integer('U16', loan.configId),
          excluded_isolation_group_ids: list('U16', []),
          efficiency_group_id: option(
            loan.efficiencyGroup === undefined ? undefined : integer('U16', loan.efficiencyGroup),
          ),
        }),
    ),
    collateral_config: option(
      collateral &&
        struct('CollateralResourceConfig', {
          collateral_config_id: integer('U16', collateral.configId),
          isolation_group_id: option(undefined),
          efficiency_group_ids: list(
            'U16',
            collateral.efficiencyGroups.map((group) => integer('U16', group)),
          ),
        }),
    ),
  })
}

export function resourceType(type: ResourceType): SborValue {
  switch (type.kind) {
    case 'token':
      return variant('ResourceType', 0, 'RegisteredToken')
    case 'lsu':
      return variant('ResourceType', 1, 'LSU', reference(type.validator))
    case 'deposit-unit':
      return variant('ResourceType', 2, 'DepositUnit', reference(type.underlying))
  }
}

export function nftType(type: NftType): SborValue {
  return type.kind === 'registered'
    ? variant('NFTResourceType', 0, 'RegisteredNFT')
    : variant('NFTResourceType', 1, 'ClaimNFT', reference(type.validator))
}

export function serviceStatus(status: ServiceStatus): SborValue {
  return struct('ServiceStatus', { enabled: bool(status.enabled), locked: bool(status.locked) })
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
    resource_config: resourceConfig(position.resourceConfig),
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
    resource_config: resourceConfig(position.resourceConfig),
    is_from_nft: bool(position.isFromNft),
    resource_type: resourceType(position.type),
  })
}

/** `Map<Reference, Map<NonFungibleLocalId, NFTCollateralPositionData>>`, also what `get_nft_value` returns. */
export function nftPositions(nfts: CdpHealth['nfts']): SborValue {
  return mapByAddress('Map', nfts, (byId) =>
    map(
      'NonFungibleLocalId',
      'Tuple',
      [...byId].map(([id, position]) => [localId(id), nftPosition(position)] as const),
    ),
  )
}

function nftPosition(position: NftPosition): SborValue {
  return struct('NFTCollateralPositionData', {
    underlying_positions: mapByAddress('Tuple', position.underlying, collateralPosition),
    value: struct('NFTLiquidationValue', {
      value: decimal(position.value),
      discounted_value: decimal(position.discountedValue),
      loan_payment_value: decimal(position.loanPaymentValue),
      compensation_value: decimal(position.compensationValue),
      liquidation_fee: decimal(position.liquidationFee),
      resource_type: nftType(position.type),
    }),
    max_allowed_discounted_value: decimal(position.maxAllowedDiscountedValue),
  })
}

/** `liquidity` is the vault in state, the amount in `get_pool_state`. */
export function poolState(pool: PoolRecord, liquidity: SborValue): SborValue {
  return struct('PoolState', {
    liquidity,
    deposit_unit_res_address: reference(pool.depositUnit),
    interest_rate: decimal(pool.interestRate),
    interest_updated_at: instant(pool.interestUpdatedAtS),
    pending_protocol_fee_amount: decimal(pool.pendingProtocolFee),
    deposit_state: unitState(pool.deposits),
    loan_state: unitState(pool.loans),
    interest_strategy_id: integer('U16', pool.strategyId),
    pool_config: poolConfig(pool),
  })
}

export function poolConfig(pool: PoolRecord): SborValue {
  return struct('PoolConfig', {
    interest_update_period: integer('I64', pool.updatePeriodS),
    loan_fee_rate: decimal(pool.loanFeeRate),
    flash_loan_fee_rate: decimal(pool.flashLoanFeeRate),
    deposit_limit: variant('LimitType', 0, 'None'),
    utilization_limit: variant('LimitType', 2, 'SupplyRatio', decimal(pool.utilisationLimit)),
    flash_loan_amount_limit: variant('LimitType', 0, 'None'),
  })
}

function unitState(state: UnitState): SborValue {
  return struct('UnitState', {
    divisibility: integer('U8', state.divisibility),
    total: decimal(state.total),
    total_units: decimal(state.units),
    unit_ratio: decimal(state.ratio),
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
  return struct('LiquidityReceipt', {
    name: text(record.name),
    underlying: mapByAddress('Decimal', record.underlying, decimal),
  })
}
