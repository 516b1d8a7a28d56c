import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import type { Bucket, Execution } from '../execution/execution.ts'
import type { PoolRecord } from '../records.ts'
import { totalSupply } from '../store.ts'
import { withTotals } from './accrual.ts'
import { requirePoolService } from './services.ts'
import { MarketError } from './state.ts'

/**
 * The lending pool: vault balance = deposits + pending protocol fee − loans, but for amounts below a resource's divisibility.
 * Every operation on a pool first accrues what is due, and works the ratios of both sides out anew.
 */

/** Accrues and stores. */
function openPool(execution: Execution, resource: string): PoolRecord {
  const { market, store, track } = execution
  const pool = market.pool(resource)
  const now = market.accruedPool(pool)
  if (now !== pool) track.set(store.pools, resource, now)
  return now
}

function save(execution: Execution, resource: string, pool: PoolRecord): void {
  execution.track.set(execution.store.pools, resource, pool)
  execution.affected.add(ADDRESSES.pool)
}

/** Lends `amount` out of the pool. @returns the money and the loan units owed for it. */
export function lend(execution: Execution, resource: string, amount: Decimal): { bucket: Bucket; units: Decimal } {
  requirePoolService(execution.market, 'ProtectedBorrow', resource)
  execution.requireAmount(resource, amount)
  const pool = openPool(execution, resource)
  const units = pool.loans.ratio.unitsOf(amount)
  const total = pool.loans.total.plus(amount)
  if (pool.utilisationLimit && total.gt(pool.deposits.total.times(pool.utilisationLimit)))
    throw new MarketError(`UtilizationLimitReached: ${resource}`)
  save(execution, resource, { ...pool, loans: withTotals(pool.loans, total, pool.loans.units.plus(units)) })
  return { bucket: takeFromPool(execution, resource, amount), units }
}

/** Takes a loan repayment in. @returns the loan units it settles, at most `owedUnits`. */
export function repay(execution: Execution, payment: Bucket & { kind: 'fungible' }, owedUnits: Decimal): Decimal {
  const { resource, amount } = payment
  requirePoolService(execution.market, 'ProtectedRepay', resource)
  const pool = openPool(execution, resource)
  const settlesAll = amount.gte(pool.loans.ratio.amountOf(owedUnits))
  const units = settlesAll ? owedUnits : Decimal.min(pool.loans.ratio.unitsOf(amount), owedUnits)
  save(execution, resource, {
    ...pool,
    loans: withTotals(pool.loans, pool.loans.total.minus(amount), pool.loans.units.minus(units)),
  })
  execution.put(ADDRESSES.pool, payment)
  return units
}

/** Turns the underlying into deposit units. */
export function deposit(execution: Execution, payment: Bucket): Bucket {
  if (payment.kind !== 'fungible') throw new MarketError(`PoolNotFound: ${payment.resource}`)
  requirePoolService(execution.market, 'Deposit', payment.resource)
  const pool = openPool(execution, payment.resource)
  const units = pool.deposits.ratio.unitsOf(payment.amount)
  const total = pool.deposits.total.plus(payment.amount)
  requireRoom(execution, payment.resource, pool, total)
  save(execution, payment.resource, {
    ...pool,
    deposits: withTotals(pool.deposits, total, pool.deposits.units.plus(units)),
  })
  execution.put(ADDRESSES.pool, payment)
  return execution.mint(pool.depositUnit, units)
}

/** The limit is a share of all there is of the underlying **(inferred: which resource's supply is meant is not published)**. */
function requireRoom({ store, track }: Execution, resource: string, pool: PoolRecord, deposits: Decimal): void {
  const record = track.get(store.resources, resource)
  if (pool.depositLimit.kind === 'none' || !record) return
  if (deposits.gt(totalSupply(record).times(pool.depositLimit.ratio)))
    throw new MarketError(`DepositLimitReached: ${resource}`)
}

/** Turns deposit units into the underlying. @throws {MarketError} when the pool's vault is short. */
export function withdraw(execution: Execution, units: Bucket): Bucket {
  const type = execution.market.resourceType(units.resource)
  if (units.kind !== 'fungible' || type.kind !== 'deposit-unit')
    throw new MarketError(`NotADepositUnit: ${units.resource}`)
  requirePoolService(execution.market, 'Withdraw', type.underlying)
  const pool = openPool(execution, type.underlying)
  const amount = pool.deposits.ratio.amountOf(units.amount).round(pool.deposits.divisibility, 'ToZero')
  save(execution, type.underlying, {
    ...pool,
    deposits: withTotals(pool.deposits, pool.deposits.total.minus(amount), pool.deposits.units.minus(units.amount)),
  })
  execution.burn(units)
  return takeFromPool(execution, type.underlying, amount)
}

/** The loans of one call and the term NFT that must come back with them. */
export function takeFlashLoan(execution: Execution, amounts: ReadonlyMap<string, Decimal>): Bucket[] {
  const owed = new Map<string, Decimal>()
  const protocolShareRate = execution.market.settings().poolFees.flashLoan
  const loans = [...amounts].map(([resource, amount]) => {
    requirePoolService(execution.market, 'FlashLoan', resource)
    execution.requireAmount(resource, amount)
    const pool = openPool(execution, resource)
    const fee = timesRoundedUp(amount, pool.flashLoanFeeRate).round(pool.loans.divisibility, 'AwayFromZero')
    owed.set(resource, amount.plus(fee))
    const protocolShare = fee.times(protocolShareRate)
    save(execution, resource, {
      ...pool,
      deposits: withTotals(pool.deposits, pool.deposits.total.plus(fee).minus(protocolShare), pool.deposits.units),
      pendingProtocolFee: pool.pendingProtocolFee.plus(protocolShare),
    })
    return takeFromPool(execution, resource, amount)
  })
  const id = `#${execution.flashLoans.size + 1}#`
  execution.flashLoans.set(id, owed)
  return [...loans, { kind: 'non-fungible', resource: ADDRESSES.loanTermResource, ids: [id] }]
}

/** @returns the change; and, unless everything is paid, the term, which must come back before the transaction ends. */
export function repayFlashLoan(execution: Execution, payments: readonly Bucket[], term: Bucket): Bucket[] {
  if (term.kind !== 'non-fungible' || term.resource !== ADDRESSES.loanTermResource || term.ids.length !== 1)
    throw new MarketError('InvalidFlashLoanTerm: one loan term NFT is needed')
  const [id = ''] = term.ids
  const owed = execution.flashLoans.get(id)
  if (!owed) throw new MarketError(`InvalidFlashLoanTerm: ${id}`)
  const left = totals(payments)
  const unpaid = new Map<string, Decimal>()
  for (const [resource, amount] of owed) {
    const offered = left.get(resource) ?? Decimal.ZERO
    const paid = Decimal.min(offered, amount)
    left.set(resource, offered.minus(paid))
    execution.put(ADDRESSES.pool, { kind: 'fungible', resource, amount: paid })
    if (paid.lt(amount)) unpaid.set(resource, amount.minus(paid))
  }
  const change = [...left].map(([resource, amount]): Bucket => ({ kind: 'fungible', resource, amount }))
  if (unpaid.size === 0) {
    execution.flashLoans.delete(id)
    return change
  }
  execution.flashLoans.set(id, unpaid)
  return [...change, term]
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
