import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { LendingPool, MarketSnapshot } from '../market.ts'
import { roundedDown, roundedUp, timesUp } from '../rounding.ts'
import { whyUnreadable } from '../unreadable.ts'
import type { PlanningInput } from './plan.ts'
import { flashLoanService, serviceOff } from './services-off.ts'

/** How one payment is raised; `fromWallet + fromFlashLoan` is the payment. */
export interface Funding {
  readonly kind: 'own' | 'flash-loan' | 'mix'
  readonly fromWallet: Decimal
  readonly fromFlashLoan: Decimal
  readonly flashLoanFee: Decimal
}

/** What can be raised of one resource, and why not more. */
export interface FundingLimits {
  readonly own: Decimal
  readonly flashLoan: Decimal
  readonly why: string
}

/** Own funds of a resource that one liquidation may spend: the policy's share, XRD only above what fees need, and what the signer's caps leave. */
export function ownFunds({ market, balances, policy, spendable }: PlanningInput, resource: ResourceAddress): Decimal {
  const balance = balances.get(resource) ?? Decimal.ZERO
  const spare = resource === market.xrd ? balance.minus(policy.feeReserveXrd).minus(policy.lockFeeXrd) : balance
  if (!spare.isPositive()) return Decimal.ZERO
  const share = spare.times(policy.ownFundsShare ?? Decimal.ONE)
  const cap = spendable && (spendable.get(resource) ?? Decimal.ZERO)
  return roundedDown(market, resource, cap ? Decimal.min(share, cap) : share)
}

export function fundingLimits(input: PlanningInput, resource: ResourceAddress): FundingLimits {
  const own = ownFunds(input, resource)
  const pool = input.market.pools.get(resource)
  const off = whyNoFlashLoan(input.market, pool, resource)
  const flashLoan = pool && !off ? roundedDown(input.market, resource, flashLoanCapacity(pool)) : Decimal.ZERO
  return { own, flashLoan, why: `own funds ${own}, flash loan up to ${flashLoan}${off ? ` (${off})` : ''}` }
}

/** What rules a flash loan out altogether; a resource without a pool has none to begin with. */
export function whyNoFlashLoan(
  market: MarketSnapshot,
  pool: LendingPool | undefined,
  resource: ResourceAddress,
): string | undefined {
  if (market.flashLoanTerm === null)
    return whyUnreadable(market, 'pool', 'transient_res_manager') ?? 'the pool names no receipt of flash loans'
  if (pool?.flashLoanFeeRate === null) return 'the fee of a flash loan is unknown'
  if (pool?.liquidity === null) return "what lies in the pool's vault is unknown"
  if (pool?.flashLoanLimit.kind === 'unknown') return `the limit of flash loans is unknown: ${pool.flashLoanLimit.why}`
  return serviceOff(market, [flashLoanService(resource)])
}

/**
 * The best way to raise `amount` within the limits: own funds as far as they go, a flash loan for the rest. Others are not looked at, for
 * they cannot be better: what is lent costs a fee, must come back within the transaction and draws on the pool's vault, and what the
 * payment buys is the same.
 */
export function bestFunding(
  market: MarketSnapshot,
  resource: ResourceAddress,
  amount: Decimal,
  limits: FundingLimits,
): Funding | undefined {
  const fromWallet = Decimal.min(limits.own, amount)
  const fromFlashLoan = amount.minus(fromWallet)
  if (fromFlashLoan.gt(limits.flashLoan)) return undefined
  const kind = fromFlashLoan.isZero() ? 'own' : fromWallet.isZero() ? 'flash-loan' : 'mix'
  return { kind, fromWallet, fromFlashLoan, flashLoanFee: flashLoanFee(market, resource, fromFlashLoan) }
}

/** What a flash loan wants back, fee included. */
export function owedFor({ fromFlashLoan, flashLoanFee }: Funding): Decimal {
  return fromFlashLoan.isPositive() ? fromFlashLoan.plus(flashLoanFee) : Decimal.ZERO
}

/** Fee of a flash loan, rounded up to the resource's divisibility *(rounding inferred; up can only make us repay too much)*. */
export function flashLoanFee(market: MarketSnapshot, resource: ResourceAddress, amount: Decimal): Decimal {
  const rate = market.pools.get(resource)?.flashLoanFeeRate ?? Decimal.ZERO
  return roundedUp(market, resource, timesUp(amount, rate))
}

/** What can still be borrowed of a pool: its vault, and the part of the deposits that may be lent out *(inferred)*. */
export function borrowable({ liquidity, utilisationLimit: limit, deposits, loans }: LendingPool): Decimal {
  const inVault = liquidity ?? Decimal.ZERO
  switch (limit.kind) {
    case 'none':
      return inVault
    case 'ratio':
      return Decimal.min(inVault, deposits.total.times(limit.ratio).minus(loans.total))
    case 'unknown':
      return Decimal.ZERO
  }
}

/**
 * The vault bounds a flash loan even without a limit: a pool can be lent out almost whole. A share of a supply is counted of the smaller
 * reading, the lent resource's own and the pool's deposits, while the first is known; the dry run decides.
 */
function flashLoanCapacity({ liquidity, flashLoanLimit: limit, deposits, supply }: LendingPool): Decimal {
  const inVault = liquidity ?? Decimal.ZERO
  switch (limit.kind) {
    case 'none':
      return inVault
    case 'amount':
      return Decimal.min(inVault, limit.amount)
    case 'supply-ratio':
      return supply === null ? inVault : Decimal.min(inVault, Decimal.min(supply, deposits.total).times(limit.ratio))
    case 'unknown':
      return Decimal.ZERO
  }
}
