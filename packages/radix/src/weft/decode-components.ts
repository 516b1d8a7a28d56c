import type { LendingPool, MarketRules, PoolLimit, UnitState, UtilisationLimit } from '@weft/domain'
import { enumOf, fieldByField, option, positional, struct, variant } from '../sbor/composites.ts'
import { type Attempt, attempted, type Decoder, isJsonObject, mapped } from '../sbor/decode.ts'
import { bool, count, decimal, instantMs, own, preciseDecimal, secondsAsMs } from '../sbor/scalars.ts'
import { component, marketSwitches, resource } from './decode-configs.ts'

/** Shapes of the market's and the pool's component states; see `docs/on-ledger-data.md`. */

const configManager = struct({ entries: own })

/** One whose versions CDPs record. A manager that does not say whether it keeps them is taken at its table. */
const versionedManager = struct({ entries: own, track_history: bool })

const priceCacheMode: Decoder<MarketRules['priceCacheMode']> = enumOf(
  variant('Hash', [], (): MarketRules['priceCacheMode'] => ({ kind: 'hash' })),
  variant('Debounce', [secondsAsMs], (debounceMs): MarketRules['priceCacheMode'] => ({ kind: 'debounce', debounceMs })),
)

/** Without these there is nothing to look at. */
export const marketCounter = struct({ cdp_res_manager: resource, cdp_counter: count })

/** All else that is read of the market's state: rules, and where its tables stand. */
export const marketFields = fieldByField({
  config: fieldByField({
    price_expiration_period: secondsAsMs,
    price_cache_mode: priceCacheMode,
    default_efficiency_config_id: option(count),
    max_claim_nft_value: option(decimal),
  }),
  fee_config: struct({ protocol_liquidation_bonus_fee_rate: decimal }),
  market_service_status: marketSwitches,
  price_feed_manager: configManager,
  loan_service_manager: configManager,
  collateral_service_manager: configManager,
  loan_config_manager: versionedManager,
  collateral_config_manager: versionedManager,
  efficiency_group_manager: configManager,
  resource_configs: own,
  nft_collateral_resource_configs: own,
  price_cache: own,
  resource_type_cache: own,
  nft_resource_type_cache: own,
})

/** The pool that the market uses. A market of a later generation has several, under other names. */
export const usedPool = struct({ lending_pool_proxy: struct({ lending_pool: component }) })

/** What is read of the lending pool's state beside its tables. */
export const poolFields = fieldByField({
  transient_res_manager: resource,
  fee_config: struct({ protocol_interest_fee_rate: decimal }),
})

const depositLimit: Decoder<PoolLimit> = enumOf(
  variant('None', [], (): PoolLimit => ({ kind: 'none' })),
  variant('Amount', [decimal], (amount): PoolLimit => ({ kind: 'amount', amount })),
  variant('SupplyRatio', [decimal], (ratio): PoolLimit => ({ kind: 'supply-ratio', ratio })),
)

const utilisationLimit: Decoder<UtilisationLimit> = mapped(option(decimal), (ratio) =>
  ratio === null ? { kind: 'none' } : { kind: 'ratio', ratio },
)

const unitState: Decoder<UnitState> = mapped(
  struct({ divisibility: count, total: decimal, total_units: decimal, unit_ratio: preciseDecimal }),
  ({ divisibility, total, total_units, unit_ratio }) => ({
    divisibility,
    total,
    totalUnits: total_units,
    unitRatio: unit_ratio,
  }),
)

/** The six fields in the ledger's order: their names are a third party's, so a state with other names is read by position. */
const POOL_CONFIG = {
  interest_update_period: attempted(secondsAsMs),
  loan_fee_rate: attempted(decimal),
  flash_loan_fee_rate: attempted(decimal),
  deposit_limit: attempted(depositLimit),
  utilization_limit: attempted(utilisationLimit),
  flash_loan_amount_limit: attempted(depositLimit),
}
const poolConfigByName = struct(POOL_CONFIG)
const poolConfig: typeof poolConfigByName = (value, path) => {
  const named = attempted(poolConfigByName)(value, path)
  return named.kind === 'decoded' ? named.value : positional(POOL_CONFIG)(value, path)
}

/** A pool before its vault's balance and the supply of its resource are known. */
export type StoredPool = Omit<LendingPool, 'liquidity' | 'supply'> & { readonly vault: string | null }

const declaredOnly = fieldByField({
  liquidity: own,
  interest_updated_at: instantMs,
  interest_strategy_id: count,
  pool_config: poolConfig,
})

const readByAll = struct({
  deposit_unit_res_address: resource,
  interest_rate: decimal,
  deposit_state: unitState,
  loan_state: unitState,
})

/** One resource's pool. What clients only declare may be missing or of another shape; the totals and ratios may not. */
export const poolState: Decoder<StoredPool> = (value, path) => {
  const pool = readByAll(value, path)
  const { liquidity, interest_updated_at, interest_strategy_id, pool_config } = declaredOnly(value, path)
  const config = decodedOrNull(pool_config)
  const unknown = (attempt: Attempt<unknown> | undefined) => ({
    kind: 'unknown' as const,
    why: whyOf(attempt) ?? whyOf(pool_config) ?? 'it was not read',
  })
  return {
    vault: decodedOrNull(liquidity),
    depositUnit: pool.deposit_unit_res_address,
    interestRate: pool.interest_rate,
    interestUpdatedAtMs: decodedOrNull(interest_updated_at),
    interestUpdatePeriodMs: config && decodedOrNull(config.interest_update_period),
    interestStrategyId: decodedOrNull(interest_strategy_id),
    flashLoanFeeRate: config && decodedOrNull(config.flash_loan_fee_rate),
    flashLoanLimit:
      (config && decodedOrNull(config.flash_loan_amount_limit)) ?? unknown(config?.flash_loan_amount_limit),
    utilisationLimit: (config && decodedOrNull(config.utilization_limit)) ?? unknown(config?.utilization_limit),
    deposits: pool.deposit_state,
    loans: pool.loan_state,
  }
}

/** What an attempt gave; `null` when it gave nothing. */
export function decodedOrNull<T>(attempt: Attempt<T>): T | null {
  return attempt.kind === 'decoded' ? attempt.value : null
}

function whyOf(attempt: Attempt<unknown> | undefined): string | undefined {
  return attempt?.kind === 'unreadable' ? attempt.why : undefined
}

/** A feed keeps its prices inline or in a store; which one, no source says. */
export type FeedPrices =
  | { readonly kind: 'store'; readonly store: string }
  | { readonly kind: 'inline'; readonly entries: readonly { readonly key: unknown; readonly value: unknown }[] }

const inlineEntries: Decoder<FeedPrices> = (value) => ({
  kind: 'inline',
  entries:
    isJsonObject(value) && Array.isArray(value.entries)
      ? value.entries.map((entry) =>
          isJsonObject(entry) ? { key: entry.key, value: entry.value } : { key: entry, value: entry },
        )
      : [],
})

export const priceFeedState = struct({
  prices: (value, path): FeedPrices =>
    isJsonObject(value) && value.kind === 'Map'
      ? inlineEntries(value, path)
      : { kind: 'store', store: own(value, path) },
})

/** A feed with this field computes its price when it is asked: what its state holds is only the last answer it gave. */
export const COMPUTED_FEED_FIELD = 'lsu_pool_component_address'

/** All stores that stand anywhere in a component's state. */
export function storesIn(state: unknown): ReadonlySet<string> {
  const found = new Set<string>()
  const look = (value: unknown): void => {
    if (Array.isArray(value)) for (const each of value) look(each)
    if (!isJsonObject(value)) return
    if (value.kind === 'Own' && typeof value.value === 'string' && value.value.startsWith('internal_keyvaluestore_'))
      found.add(value.value)
    for (const each of [value.fields, value.elements]) look(each)
  }
  look(state)
  return found
}
