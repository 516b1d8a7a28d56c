import { Decimal } from './decimal.ts'
import type { InterestStrategy, LendingPool, MarketSnapshot, UnitState } from './market.ts'
import { marketNowMs } from './market-clock.ts'
import { unitRatioOf } from './unit-ratio.ts'

/** Minutes in the 365 days over which a yearly rate is spread, as the market's predecessor counts *(inferred)*. */
const YEAR_MINUTES = Decimal.fromInteger(525_600)
const MINUTE_MS = 60_000

/** True when the next operation on the pool adds interest first, or may: a pool that does not say when it last did. */
export function isAccrualDue(pool: LendingPool, ledgerTimeMs: number): boolean {
  if (pool.interestUpdatedAtMs === null || pool.interestUpdatePeriodMs === null) return true
  return marketNowMs(ledgerTimeMs) - pool.interestUpdatedAtMs >= pool.interestUpdatePeriodMs
}

/**
 * The pool as its next operation at `ledgerTimeMs` will find it *(inferred)*: interest compounds a minute at a time at the rate that the
 * curve gives now, and the protocol's part of it waits outside the totals. An operation on the ledger may count otherwise, so nothing may
 * be promised tighter than this. Health is judged by the stored pool; this says by how much a debt steps up when the pool is touched. A pool
 * that does not say when it last accrued stays as it is.
 * @see docs/on-ledger-data.md, "Accrual"
 */
export function poolAfterAccrual(
  pool: LendingPool,
  market: Pick<MarketSnapshot, 'interestStrategies' | 'rules'>,
  ledgerTimeMs: number,
): LendingPool {
  const nowMs = marketNowMs(ledgerTimeMs)
  if (pool.interestUpdatedAtMs === null || !isAccrualDue(pool, ledgerTimeMs)) return pool
  const minutes = Math.floor((nowMs - pool.interestUpdatedAtMs) / MINUTE_MS)
  const rate = borrowingRate(pool, market)
  const growth = power(Decimal.ONE.plus(rate.dividedBy(YEAR_MINUTES)), minutes)
  const interest = pool.loans.total.times(growth).minus(pool.loans.total)
  // Without its fee rate nobody knows what depositors gain, and they are promised nothing.
  const protocolShare = interest.times(market.rules.protocolInterestFeeRate ?? Decimal.ONE)
  return {
    ...pool,
    loans: grown(pool.loans, interest),
    deposits: grown(pool.deposits, interest.minus(protocolShare)),
    interestUpdatedAtMs: nowMs,
  }
}

/** The yearly rate by the pool's curve as it is used now; the stored rate where the curve was not read. */
function borrowingRate(pool: LendingPool, { interestStrategies }: Pick<MarketSnapshot, 'interestStrategies'>): Decimal {
  const curve = pool.interestStrategyId === null ? undefined : interestStrategies.get(pool.interestStrategyId)
  return (curve && rateAt(curve, usageOf(pool))) ?? pool.interestRate
}

/** Lent ÷ deposited. It passes 1 where interest of the protocol has been added to what is lent and not to what is deposited. */
function usageOf({ deposits, loans }: LendingPool): Decimal {
  return deposits.total.isPositive() ? loans.total.dividedBy(deposits.total) : Decimal.ZERO
}

/** Rate of the last point at or below `usage`, and its slope for the rest; not capped. `undefined` below the first point. */
export function rateAt(curve: InterestStrategy, usage: Decimal): Decimal | undefined {
  const point = curve.filter((each) => each.usage.lte(usage)).at(-1)
  return point?.rate.plus(usage.minus(point.usage).times(point.slope))
}

/** By repeated squaring, each product truncated. */
function power(base: Decimal, exponent: number): Decimal {
  let [result, square] = [Decimal.ONE, base]
  for (let left = exponent; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result.times(square)
    if (left > 1) square = square.times(square)
  }
  return result
}

/** More behind the same units: each unit is worth more, so the ratio of units to amount falls. */
function grown(state: UnitState, by: Decimal): UnitState {
  const total = state.total.plus(by)
  return total.isPositive() ? { ...state, total, unitRatio: unitRatioOf(state.totalUnits, total) } : state
}
