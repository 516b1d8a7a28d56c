import { ComponentAddress, type LendingPool, type MarketRules, type PoolLimit, type UnitState } from '@weft/domain'
import { enumOf, option, struct, variant } from '../sbor/composites.ts'
import { type Decoder, mapped } from '../sbor/decode.ts'
import { decimal, instantMs, integer, own, reference, secondsAsMs } from '../sbor/scalars.ts'
import { resource, serviceStatus } from './decode-configs.ts'

/** Shapes of the market's, the pool's and the price feed's component states; see `docs/on-ledger-data.md`. */

const component: Decoder<ComponentAddress> = reference((text) => ComponentAddress.parse(text))
const configManager = struct({ entries: own })

const priceCacheMode: Decoder<MarketRules['priceCacheMode']> = enumOf(
  variant('Hash', [], (): MarketRules['priceCacheMode'] => ({ kind: 'hash' })),
  variant('Debounce', [secondsAsMs], (debounceMs): MarketRules['priceCacheMode'] => ({ kind: 'debounce', debounceMs })),
)

/** The market's state: rules, and where its tables stand. */
export const marketState = struct({
  cdp_res_manager: resource,
  cdp_counter: integer('U64'),
  config: struct({
    cdp_max_positions: integer('U8'),
    price_expiration_period: secondsAsMs,
    price_cache_mode: priceCacheMode,
    default_efficiency_config_id: option(integer('U16')),
    max_claim_nft_value: option(decimal),
  }),
  fee_config: struct({ protocol_liquidation_bonus_fee_rate: decimal }),
  /** *(inferred)* */
  market_service_status: struct({ create_cdp: serviceStatus, update_cdp: serviceStatus, burn_cdp: serviceStatus }),
  /** *(inferred)* */
  price_feed_manager: struct({ default_price_feed: component }),
  loan_service_manager: configManager,
  collateral_service_manager: configManager,
  loan_config_manager: configManager,
  collateral_config_manager: configManager,
  efficiency_group_manager: configManager,
  resource_configs: own,
  nft_collateral_resource_configs: own,
  price_cache: own,
  resource_type_cache: own,
  nft_resource_type_cache: own,
})

/** Only what names the CDP resource, for a reader that needs nothing else of the market. */
export const marketCounter = struct({ cdp_res_manager: resource, cdp_counter: integer('U64') })

/** Field names *(inferred)*. */
export const poolComponentState = struct({ pool_states: own, services: own })

/** The local ledger's feed; on mainnet a feed without this table is read as "no feed" (unverified). */
export const priceFeedState = struct({ prices: own })

const poolLimit: Decoder<PoolLimit> = enumOf(
  variant('None', [], (): PoolLimit => ({ kind: 'none' })),
  variant('Amount', [decimal], (amount): PoolLimit => ({ kind: 'amount', amount })),
  variant('SupplyRatio', [decimal], (ratio): PoolLimit => ({ kind: 'supply-ratio', ratio })),
)

const unitState: Decoder<UnitState> = mapped(
  struct({ divisibility: integer('U8'), total: decimal, total_units: decimal, unit_ratio: decimal }),
  ({ divisibility, total, total_units, unit_ratio }) => ({
    divisibility,
    total,
    totalUnits: total_units,
    unitRatio: unit_ratio,
  }),
)

/** A pool before its vault's balance is known. */
export type StoredPool = Omit<LendingPool, 'liquidity'> & { readonly vault: string }

export const poolState: Decoder<StoredPool> = mapped(
  struct({
    liquidity: own,
    deposit_unit_res_address: resource,
    interest_rate: decimal,
    interest_updated_at: instantMs,
    deposit_state: unitState,
    loan_state: unitState,
    pool_config: struct({
      interest_update_period: secondsAsMs,
      flash_loan_fee_rate: decimal,
      flash_loan_amount_limit: poolLimit,
      utilization_limit: poolLimit,
    }),
  }),
  (pool) => ({
    vault: pool.liquidity,
    depositUnit: pool.deposit_unit_res_address,
    interestRate: pool.interest_rate,
    interestUpdatedAtMs: pool.interest_updated_at,
    interestUpdatePeriodMs: pool.pool_config.interest_update_period,
    flashLoanFeeRate: pool.pool_config.flash_loan_fee_rate,
    flashLoanLimit: pool.pool_config.flash_loan_amount_limit,
    utilisationLimit: pool.pool_config.utilization_limit,
    deposits: pool.deposit_state,
    loans: pool.loan_state,
  }),
)
