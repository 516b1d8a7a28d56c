import { Decimal } from '../decimal.ts'
import type { LiquidationPolicy, ProfitTerms } from './plan.ts'

/**
 * Net XRD of a liquidation: proceeds less debt repaid and every fee. Proceeds are rounded down by their makers, costs up.
 * @see docs/adr/0004-profit-model.md
 */
export function profitTerms(terms: Omit<ProfitTerms, 'profitXrd'>): ProfitTerms {
  const { proceedsXrd, paidXrd, flashLoanFeeXrd, networkFeeXrd, compensationXrd } = terms
  return {
    ...terms,
    profitXrd: proceedsXrd.minus(paidXrd).minus(flashLoanFeeXrd).minus(networkFeeXrd).minus(compensationXrd),
  }
}

export function networkFeeXrd(policy: LiquidationPolicy): Decimal {
  return policy.expectedNetworkFeeXrd ?? policy.lockFeeXrd
}

/** The least profit a plan may have: negative in protocol mode, by the smaller of the CDP's and the day's allowance. */
export function leastProfitXrd(policy: LiquidationPolicy, lossBudgetLeftXrd: Decimal | undefined): Decimal {
  const mode = policy.protocolMode
  if (!mode) return policy.minProfitXrd
  const allowance = Decimal.min(mode.maxLossPerCdpXrd, lossBudgetLeftXrd ?? mode.maxLossPerDayXrd)
  return Decimal.min(policy.minProfitXrd, Decimal.max(allowance, Decimal.ZERO).negated())
}

/**
 * The profit that the guard inside the transaction defends: what the market moves between plan and commit may eat the profit, but it
 * may not make a loss beyond what the policy accepts.
 */
export function guardedProfitXrd(policy: LiquidationPolicy, lossBudgetLeftXrd: Decimal | undefined): Decimal {
  return Decimal.min(Decimal.ZERO, leastProfitXrd(policy, lossBudgetLeftXrd))
}
