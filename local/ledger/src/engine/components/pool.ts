import type { SborValue } from '../../sbor.ts'
import type { Arguments } from '../execution/arguments.ts'
import { type Execution, ExecutionError } from '../execution/execution.ts'
import type { Worktop } from '../execution/worktop.ts'
import { deposit, repayFlashLoan, takeFlashLoan, withdraw } from '../market/pool.ts'
import { decimal, mapByAddress } from '../rendering/build.ts'
import { poolConfig, poolState } from '../rendering/market-values.ts'

export function callPool(execution: Execution, worktop: Worktop, method: string, args: Arguments): SborValue {
  const { market } = execution
  switch (method) {
    case 'get_pool_state': {
      const resources = args.addresses()
      args.end()
      return mapByAddress('Tuple', new Map(resources.map((each) => [each, each])), (each) =>
        poolState(market.pool(each), decimal(market.poolLiquidity(each))),
      )
    }
    case 'get_pool_config': {
      const resources = args.addresses()
      args.end()
      return mapByAddress('Tuple', new Map(resources.map((each) => [each, market.pool(each)])), poolConfig)
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
