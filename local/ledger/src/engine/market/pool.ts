import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import type { Bucket, Execution } from '../execution/execution.ts'
import { PROTOCOL_INTEREST_SHARE, SECONDS_PER_YEAR } from '../parameters.ts'
import type { InterestStrategy, PoolRecord, UnitState } from '../records.ts'
import { requirePoolService } from './services.ts'
import { MarketError } from './state.ts'

/**
 * The lending pool: vault balance = deposits + pending protocol fee − loans, but for amounts below a resource's divisibility.
 * Every operation on a pool first accrues what is due.
 */

/** The pool after the interest due by now, if its update period has passed. */
export function accrued(pool: PoolRecord, strategy: InterestStrategy, nowS: number): PoolRecord {
  const elapsedS = nowS - pool.interestUpdatedAtS
  if (elapsedS < pool.updatePeriodS) return pool
  const interest = pool.loans.total
    .times(pool.interestRate)
    .times(Decimal.fromInteger(elapsedS))
    .dividedBy(SECONDS_PER_YEAR)
  const protocolShare = interest.times(PROTOCOL_INTEREST_SHARE)
  const loans = withTotal(pool.loans, pool.loans.total.plus(interest))
  const deposits = withTotal(pool.deposits, pool.deposits.total.plus(interest).minus(protocolShare))
  const usage = deposits.total.isZero() ? Decimal.ZERO : loans.total.dividedBy(deposits.total)
  return {
    ...pool,
    loans,
    deposits,
    pendingProtocolFee: pool.pendingProtocolFee.plus(protocolShare),
    interestRate: rateAt(strategy, usage),
    interestUpdatedAtS: nowS,
  }
}

function withTotal(state: UnitState, total: Decimal): UnitState {
  return { ...state, total, ratio: total.isZero() ? state.ratio : state.units.dividedBy(total) }
}

/** Yearly rate at a usage, on the straight line between the two breakpoints around it. */
export function rateAt(strategy: InterestStrategy, usage: Decimal): Decimal {
  let below = strategy.breakpoints[0]
  if (!below) return Decimal.ZERO
  for (const above of strategy.breakpoints) {
    if (usage.lte(above.usage)) {
      const span = above.usage.minus(below.usage)
      if (span.isZero()) return above.rate
      return below.rate.plus(usage.minus(below.usage).times(above.rate.minus(below.rate)).dividedBy(span))
    }
    below = above
  }
  return below.rate
}

/** Accrues and stores. */
export function openPool(execution: Execution, resource: string): PoolRecord {
  const { market, store, track } = execution
  const pool = market.pool(resource)
  const strategy = track.get(store.strategies, pool.strategyId)
  if (!strategy) throw new MarketError(`InterestStrategyNotFound: ${pool.strategyId}`)
  const now = accrued(pool, strategy, market.nowS)
  if (now !== pool) track.set(store.pools, resource, now)
  return now
}

function save(execution: Execution, resource: string, pool: PoolRecord): void {
  execution.track.set(execution.store.pools, resource, pool)
  execution.affected.add(ADDRESSES.pool)
}

/** Lends `amount` out of the pool. @returns the money and the loan units owed for it, rounded up. */
export function lend(execution: Execution, resource: string, amount: Decimal): { bucket: Bucket; units: Decimal } {
  requirePoolService(execution.market, 'ProtectedBorrow', resource)
  execution.requireAmount(resource, amount)
  const pool = openPool(execution, resource)
  const units = timesRoundedUp(amount, pool.loans.ratio)
  const total = pool.loans.total.plus(amount)
  if (total.gt(pool.deposits.total.times(pool.utilisationLimit)))
    throw new MarketError(`UtilizationLimitReached: ${resource}`)
  save(execution, resource, { ...pool, loans: { ...pool.loans, total, units: pool.loans.units.plus(units) } })
  return { bucket: takeFromPool(execution, resource, amount), units }
}

/** Takes a loan repayment in. @returns the loan units it settles, at most `owedUnits`. */
export function repay(execution: Execution, payment: Bucket & { kind: 'fungible' }, owedUnits: Decimal): Decimal {
  const { resource, amount } = payment
  requirePoolService(execution.market, 'ProtectedRepay', resource)
  const pool = openPool(execution, resource)
  const units = Decimal.min(timesRoundedUp(amount, pool.loans.ratio), owedUnits)
  save(execution, resource, {
    ...pool,
    loans: {
      ...pool.loans,
      total: Decimal.max(pool.loans.total.minus(amount), Decimal.ZERO),
      units: Decimal.max(pool.loans.units.minus(units), Decimal.ZERO),
    },
  })
  execution.put(ADDRESSES.pool, payment)
  return units
}

/** Turns the underlying into deposit units. */
export function deposit(execution: Execution, payment: Bucket): Bucket {
  if (payment.kind !== 'fungible') throw new MarketError(`PoolNotFound: ${payment.resource}`)
  requirePoolService(execution.market, 'Deposit', payment.resource)
  const pool = openPool(execution, payment.resource)
  const units = payment.amount.times(pool.deposits.ratio)
  save(execution, payment.resource, {
    ...pool,
    deposits: {
      ...pool.deposits,
      total: pool.deposits.total.plus(payment.amount),
      units: pool.deposits.units.plus(units),
    },
  })
  execution.put(ADDRESSES.pool, payment)
  return execution.mint(pool.depositUnit, units)
}

/** Turns deposit units into the underlying. @throws {MarketError} when the pool's vault is short. */
export function withdraw(execution: Execution, units: Bucket): Bucket {
  const type = execution.market.resourceType(units.resource)
  if (units.kind !== 'fungible' || type.kind !== 'deposit-unit')
    throw new MarketError(`NotADepositUnit: ${units.resource}`)
  requirePoolService(execution.market, 'Withdraw', type.underlying)
  const pool = openPool(execution, type.underlying)
  const amount = units.amount.dividedBy(pool.deposits.ratio).round(pool.deposits.divisibility, 'ToZero')
  save(execution, type.underlying, {
    ...pool,
    deposits: {
      ...pool.deposits,
      total: Decimal.max(pool.deposits.total.minus(amount), Decimal.ZERO),
      units: Decimal.max(pool.deposits.units.minus(units.amount), Decimal.ZERO),
    },
  })
  execution.burn(units)
  return takeFromPool(execution, type.underlying, amount)
}

/** The loans of one call and the term NFT that must come back with them. */
export function takeFlashLoan(execution: Execution, amounts: ReadonlyMap<string, Decimal>): Bucket[] {
  const owed = new Map<string, Decimal>()
  const loans = [...amounts].map(([resource, amount]) => {
    requirePoolService(execution.market, 'FlashLoan', resource)
    execution.requireAmount(resource, amount)
    const pool = openPool(execution, resource)
    const fee = timesRoundedUp(amount, pool.flashLoanFeeRate).round(pool.loans.divisibility, 'AwayFromZero')
    owed.set(resource, amount.plus(fee))
    save(execution, resource, { ...pool, pendingProtocolFee: pool.pendingProtocolFee.plus(fee) })
    return takeFromPool(execution, resource, amount)
  })
  const id = `#${execution.flashLoans.size + 1}#`
  execution.flashLoans.set(id, owed)
  return [...loans, { kind: 'non-fungible', resource: ADDRESSES.loanTermResource, ids: [id] }]
}

/** @returns the change. @throws {MarketError} when the payments do not cover loan and fee. */
export function repayFlashLoan(execution: Execution, payments: readonly Bucket[], term: Bucket): Bucket[] {
  if (term.kind !== 'non-fungible' || term.resource !== ADDRESSES.loanTermResource || term.ids.length !== 1)
    throw new MarketError('InvalidFlashLoanTerm: one loan term NFT is needed')
  const [id = ''] = term.ids
  const owed = execution.flashLoans.get(id)
  if (!owed) throw new MarketError(`InvalidFlashLoanTerm: ${id}`)
  execution.flashLoans.delete(id)
  const left = totals(payments)
  for (const [resource, amount] of owed) {
    const paid = left.get(resource) ?? Decimal.ZERO
    if (paid.lt(amount)) throw new MarketError(`FlashLoanNotRepaid: ${paid} of ${amount} ${resource}`)
    left.set(resource, paid.minus(amount))
    execution.put(ADDRESSES.pool, { kind: 'fungible', resource, amount })
  }
  return [...left].map(([resource, amount]) => ({ kind: 'fungible', resource, amount }))
}

/** Amounts by resource. @throws {MarketError} for a non-fungible bucket. */
export function totals(buckets: readonly Bucket[]): Map<string, Decimal> {
  const sums = new Map<string, Decimal>()
  for (const bucket of buckets) {
    if (bucket.kind !== 'fungible') throw new MarketError(`UnexpectedNonFungible: ${bucket.resource}`)
    sums.set(bucket.resource, (sums.get(bucket.resource) ?? Decimal.ZERO).plus(bucket.amount))
  }
  return sums
}

function takeFromPool(execution: Execution, resource: string, amount: Decimal): Bucket {
  const liquidity = execution.balance(ADDRESSES.pool, resource)
  if (amount.gt(liquidity)) throw new MarketError(`PoolLiquidityShort: ${liquidity} of ${resource}, not ${amount}`)
  return execution.takeAmount(ADDRESSES.pool, resource, amount)
}

/** `first × second`, rounded up at the 18th digit. */
export function timesRoundedUp(first: Decimal, second: Decimal): Decimal {
  const down = first.times(second)
  const exact = first.attos * second.attos === down.attos * Decimal.ONE.attos
  return exact ? down : Decimal.fromAttos(down.attos + 1n)
}
