import type { MarketSnapshot } from '@weft/domain'
import type { Finding } from './row.ts'
import { settledAccrual } from './settle-accrual.ts'
import { settledBonusShare } from './settle-bonus-share.ts'
import { settledEvents } from './settle-events.ts'
import { settledUnits } from './settle-units.ts'
import type { TransactionFacts } from './transaction-facts.ts'
import type { TransactionRowId } from './transaction-rows.ts'

/** Which open question a transaction answers, and how. */
export interface Settlement {
  readonly row: TransactionRowId
  readonly finding: Finding
}

/** What the market was when it was read; curves and configurations of an earlier day may have been others. */
export type MarketOfToday = Pick<MarketSnapshot, 'interestStrategies' | 'collateralConfigs' | 'rules'>

/** All open questions on which one transaction throws light. */
export function settledBy(facts: TransactionFacts, market: MarketOfToday): readonly Settlement[] {
  return [
    ...settledEvents(facts),
    ...settledAccrual(facts, market),
    ...settledUnits(facts),
    ...settledBonusShare(facts, market),
  ]
}
