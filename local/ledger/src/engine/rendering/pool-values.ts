import type { SborValue } from '../../sbor.ts'
import type { MarketAnswers } from '../market/answers.ts'
import type { InterestStrategy, Limit, PoolRecord, UnitState } from '../records.ts'
import {
  decimal,
  duration,
  instant,
  integer,
  list,
  option,
  preciseDecimal,
  reference,
  struct,
  text,
  tuple,
  variant,
} from './build.ts'

/** The lending pool's data as it stands on the ledger. */

/** @param liquidity the pool's vault of this resource */
export function poolState(pool: PoolRecord, liquidity: SborValue, answers: MarketAnswers): SborValue {
  return struct('ResourcePoolState', {
    liquidity,
    deposit_unit_res_address: reference(pool.depositUnit),
    interest_rate: decimal(pool.interestRate),
    interest_updated_at: instant(pool.interestUpdatedAtS),
    pending_protocol_fee_amount: decimal(pool.pendingProtocolFee),
    deposit_state: unitState(pool.deposits),
    loan_state: unitState(pool.loans),
    interest_strategy_id: integer('U16', pool.strategyId),
    pool_config: poolConfig(pool, answers),
  })
}

/** What `get_pool_state` says of one pool; on the ledger more fields follow, which are not known. */
export function poolStateAnswer(pool: PoolRecord): SborValue {
  return tuple(decimal(pool.interestRate), unitState(pool.deposits), unitState(pool.loans))
}

export function poolConfig(pool: PoolRecord, answers: MarketAnswers): SborValue {
  return struct('ResourcePoolConfig', {
    interest_update_period: duration(pool.updatePeriodS, answers),
    loan_fee_rate: decimal(pool.loanFeeRate),
    flash_loan_fee_rate: decimal(pool.flashLoanFeeRate),
    deposit_limit: limit(pool.depositLimit),
    utilization_limit: option(pool.utilisationLimit && decimal(pool.utilisationLimit)),
    flash_loan_amount_limit: limit({ kind: 'none' }),
  })
}

function limit(value: Limit): SborValue {
  return value.kind === 'none'
    ? variant('DepositLimitType', 0, 'None')
    : variant('DepositLimitType', 2, 'SupplyRatio', decimal(value.ratio))
}

function unitState(state: UnitState): SborValue {
  return struct('ContributionState', {
    divisibility: integer('U8', state.divisibility),
    total: decimal(state.total),
    total_units: decimal(state.units),
    unit_ratio: preciseDecimal(state.ratio),
  })
}

export function interestStrategy({ description, breakPoints }: InterestStrategy): SborValue {
  return struct('InterestStrategy', {
    description: text(description),
    break_points: list(
      'Tuple',
      breakPoints.map(({ usage, rate, slope }) =>
        // The ledger spells it so.
        struct('ISInternalBreakPoint', { usage: decimal(usage), rate: decimal(rate), slop: decimal(slope) }),
      ),
    ),
  })
}
