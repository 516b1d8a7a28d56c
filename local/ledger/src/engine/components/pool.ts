import type { SborValue } from '../../sbor.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { deposit, repayFlashLoan, takeFlashLoan, withdraw } from '../market/pool.ts'
import type { MarketState } from '../market/state.ts'
import type { PoolRecord } from '../records.ts'
import { mapByAddress, option, preciseDecimal, reference } from '../rendering/build.ts'
import { poolConfig, poolStateAnswer } from '../rendering/pool-values.ts'

/** The pool's methods; its getters answer `None` for what has no pool. */
export function callPool(execution: Execution, worktop: Worktop, method: string, args: Arguments): SborValue {
  const { market } = execution
  switch (method) {
    case 'get_pool_state':
      return answers(market, args, (pool) => poolStateAnswer(asked(market, pool)))
    case 'get_pool_config':
      return answers(market, args, (pool) => poolConfig(pool, market.store.answers))
    case 'get_deposit_unit_ratio':
      return answers(market, args, (pool) => preciseDecimal(asked(market, pool).deposits.ratio))
    case 'get_loan_unit_ratio':
      return answers(market, args, (pool) => preciseDecimal(asked(market, pool).loans.ratio))
    case 'get_deposit_unit_address': {
      const unit = market.track.get(market.store.pools, args.address())?.depositUnit
      args.end()
      return option(unit === undefined ? undefined : reference(unit))
    }
    case 'get_deposit_unit_reverse_address': {
      const type = market.resourceType(args.address())
      args.end()
      return option(type.kind === 'deposit-unit' ? reference(type.underlying) : undefined)
    }
    case 'take_flash_loan': {
      const amounts = args.amounts()
      args.end()
      return worktop.putAll(takeFlashLoan(execution, amounts))
    }
    case 'repay_flash_loan': {
      const payments = worktop.take(args.bucketList())
      const term = worktop.takeOne(args.bucket())
      args.end()
      return worktop.putAll(repayFlashLoan(execution, payments, term))
    }
    case 'withdraw': {
      const units = worktop.take(args.bucketList())
      args.end()
      return worktop.putAll(units.map((bucket) => withdraw(execution, bucket)))
    }
    case 'deposit': {
      const payments = worktop.take(args.bucketList())
      args.end()
      return worktop.putAll(payments.map((bucket) => deposit(execution, bucket)))
    }
    default:
      throw new ExecutionError(`MethodNotFound: the lending pool has no method "${method}"`)
  }
}

function answers(market: MarketState, args: Arguments, answer: (pool: PoolRecord) => SborValue): SborValue {
  const resources = args.addresses()
  args.end()
  return mapByAddress('Enum', new Map(resources.map((each) => [each, each])), (resource) => {
    const pool = market.track.get(market.store.pools, resource)
    return option(pool && answer(pool))
  })
}

/** A getter may book the interest that is due before it answers; that is one of the open questions. */
function asked(market: MarketState, pool: PoolRecord): PoolRecord {
  return market.store.answers['get-cdp'] === 'accrued' ? market.accruedPool(pool) : pool
}
