import type { StackReport } from '@weft/stack'

/** What the local stack holds to as AWS does; a figure without them would say little of AWS. */
export const LIMITS_OF_AWS = {
  concurrentBatchesAtFirst: 5,
  concurrentBatchesAddedPerMinute: 300,
  writeUnitsPerPartitionAndSecond: 1_000,
} as const

/** Our own liquidations that the ledger has and the liquidator's log does not. */
export function unreported({ ledger, liquidations }: StackReport): number {
  return ledger.liquidationsCommitted - ledger.liquidationsByOthers - liquidations.committed
}
