import { judgeHealth } from '../health.ts'
import type { CdpHealth } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import type { LendingPool, MarketSnapshot } from '../market.ts'
import { isAccrualDue, poolAfterAccrual } from '../pool-accrual.ts'
import type { PlanningInput } from './plan.ts'

export interface AtExecution {
  readonly health: CdpHealth
  readonly market: MarketSnapshot
}

/**
 * The CDP and the market as the liquidation itself will find them once it has touched the pools of `resources`: interest that is due is
 * added by the first operation on a pool, before anything is counted *(inferred)*. Whether a CDP is liquidatable is judged without it.
 */
export function afterInterest(input: PlanningInput, resources: readonly ResourceAddress[]): AtExecution {
  const { cdp, health, market, nftContents } = input
  const due = resources.flatMap((resource) => {
    const pool = market.pools.get(resource)
    return pool && isAccrualDue(pool, market.syncPoint.ledgerTimeMs) ? [[resource, touched(pool, market)] as const] : []
  })
  if (due.length === 0) return { health, market }
  const marketThen = { ...market, pools: new Map([...market.pools, ...due]) }
  const verdict = judgeHealth(cdp, marketThen, nftContents)
  return verdict.kind === 'judged' ? { health: verdict.health, market: marketThen } : { health, market }
}

/** The pool as its next operation will find it. */
export function touched(pool: LendingPool, market: MarketSnapshot): LendingPool {
  return poolAfterAccrual(pool, market, market.syncPoint.ledgerTimeMs)
}
