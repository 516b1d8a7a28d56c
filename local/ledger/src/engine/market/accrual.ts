import { Decimal } from '@weft/domain/decimal'
import type { InterestStrategy, PoolRecord, UnitState } from '../records.ts'
import { UnitRatio } from '../unit-ratio.ts'
import type { MarketAnswers } from './answers.ts'

const SECONDS_PER_MINUTE = 60
const MINUTES_PER_YEAR = 525_600n
/** One at 36 digits. */
const ONE = 10n ** 36n
/** What turns attos into 36 digits. */
const ATTO = 10n ** 18n

/**
 * The pool after the interest due by `nowS`, if its update period has passed. The protocol's share of it waits beside both totals, so
 * usage can pass 1. How V2 reckons is not published: see the answers `interest`, `rate` and `period`.
 */
export function accrued(
  pool: PoolRecord,
  strategy: InterestStrategy,
  protocolShareRate: Decimal,
  nowS: number,
  answers: MarketAnswers,
): PoolRecord {
  const elapsedS = nowS - pool.interestUpdatedAtS
  if (elapsedS < pool.updatePeriodS) return pool
  const minutes = BigInt(Math.floor(elapsedS / SECONDS_PER_MINUTE))
  const charged = answers.rate === 'end' ? rateAt(strategy, usageOf(pool.loans, pool.deposits)) : pool.interestRate
  const growth = answers.interest === 'simple' ? simple(charged, minutes) : compounded(charged, minutes)
  const interest = Decimal.fromAttos((pool.loans.total.attos * growth) / ONE)
  const protocolShare = interest.times(protocolShareRate)
  const loans = withTotals(pool.loans, pool.loans.total.plus(interest), pool.loans.units)
  const deposits = withTotals(
    pool.deposits,
    pool.deposits.total.plus(interest).minus(protocolShare),
    pool.deposits.units,
  )
  return {
    ...pool,
    loans,
    deposits,
    pendingProtocolFee: pool.pendingProtocolFee.plus(protocolShare),
    interestRate: answers.rate === 'end' ? charged : rateAt(strategy, usageOf(loans, deposits)),
    interestUpdatedAtS: nowS,
  }
}

/** The state with new totals, and the ratio that follows; without a total the former ratio stays. */
export function withTotals(state: UnitState, total: Decimal, units: Decimal): UnitState {
  const known = { ...state, total: positive(total), units: positive(units) }
  return {
    ...known,
    ratio: known.total.isZero() || known.units.isZero() ? state.ratio : UnitRatio.of(known.units, known.total),
  }
}

function positive(amount: Decimal): Decimal {
  return Decimal.max(amount, Decimal.ZERO)
}

function usageOf(loans: UnitState, deposits: UnitState): Decimal {
  return deposits.total.isZero() ? Decimal.ZERO : loans.total.dividedBy(deposits.total)
}

/** Yearly rate at a usage: along the slope of the last point at or below it, also past a usage of 1. */
export function rateAt(strategy: InterestStrategy, usage: Decimal): Decimal {
  const point = strategy.breakPoints.findLast((each) => each.usage.lte(usage))
  return point ? point.rate.plus(usage.minus(point.usage).times(point.slope)) : Decimal.ZERO
}

/** What one grows by, at 36 digits. */
function simple(yearlyRate: Decimal, minutes: bigint): bigint {
  return (yearlyRate.attos * ATTO * minutes) / MINUTES_PER_YEAR
}

/** `(1 + rate ÷ 525 600)^minutes − 1`, every product truncated at 36 digits. */
function compounded(yearlyRate: Decimal, minutes: bigint): bigint {
  let power = ONE + (yearlyRate.attos * ATTO) / MINUTES_PER_YEAR
  let result = ONE
  for (let rest = minutes; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * power) / ONE
    power = (power * power) / ONE
  }
  return result - ONE
}
