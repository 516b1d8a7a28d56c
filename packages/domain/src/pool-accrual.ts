import { Decimal } from './decimal.ts'
import type { LendingPool, UnitState } from './market.ts'

/** Seconds in the 365 days over which an annual interest rate is spread *(inferred)*. */
const YEAR_SECONDS = Decimal.fromInteger(31_536_000)
/** Part of the interest that waits for the protocol instead of going to depositors *(inferred from the live parameters)*. */
const PROTOCOL_INTEREST_SHARE = Decimal.parse('0.2')

/** True when the next operation on the pool adds interest first. */
export function isAccrualDue(pool: LendingPool, ledgerTimeMs: number): boolean {
  return ledgerTimeMs - pool.interestUpdatedAtMs >= pool.interestUpdatePeriodMs
}

/**
 * The pool as its next operation at `ledgerTimeMs` will find it *(inferred)*. Until that operation the stored ratios hold, also for
 * `get_cdp`: so health is judged by the stored pool, and this one only says by how much a debt steps up when the pool is touched.
 * The interest rate after the step is not computed: nothing here needs it.
 * @see docs/on-ledger-data.md, "Accrual"
 */
export function poolAfterAccrual(pool: LendingPool, ledgerTimeMs: number): LendingPool {
  if (!isAccrualDue(pool, ledgerTimeMs)) return pool
  const elapsedSeconds = Decimal.fromInteger(Math.floor((ledgerTimeMs - pool.interestUpdatedAtMs) / 1000))
  const interest = pool.loans.total.times(pool.interestRate).times(elapsedSeconds).dividedBy(YEAR_SECONDS)
  const protocolShare = interest.times(PROTOCOL_INTEREST_SHARE)
  return {
    ...pool,
    loans: grown(pool.loans, interest),
    deposits: grown(pool.deposits, interest.minus(protocolShare)),
    interestUpdatedAtMs: ledgerTimeMs,
  }
}

/** More behind the same units: each unit is worth more, so the ratio of units to amount falls. */
function grown(state: UnitState, by: Decimal): UnitState {
  const total = state.total.plus(by)
  return total.isPositive() ? { ...state, total, unitRatio: state.totalUnits.dividedBy(total) } : state
}
