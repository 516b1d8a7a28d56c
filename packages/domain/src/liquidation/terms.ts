import { Decimal } from '../decimal.ts'
import type { CdpHealth } from '../health-types.ts'
import type { LiquidationPolicy, PlanningInput, ProfitTerms } from './plan.ts'

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

/** A loss is worth at most this part of the debt that it repays: more of it would hardly ever turn bad (judgement, ADR 4). */
const MOST_LOSS_OF_REPAID = Decimal.parse('0.1')

/**
 * The least profit that a plan may have which repays this much. Protocol mode accepts a loss, by the smallest of the CDP's and the
 * day's allowance and what the effect is worth; but none where seizing makes the bad debt of today's prices larger.
 */
export function leastProfitXrd(
  input: Pick<PlanningInput, 'policy' | 'health' | 'lossBudgetLeftXrd'>,
  repaidXrd?: Decimal,
) {
  const { policy, health, lossBudgetLeftXrd } = input
  const mode = policy.protocolMode
  if (!mode || isBeyondBonus(health)) return policy.minProfitXrd
  const allowance = Decimal.min(mode.maxLossPerCdpXrd, lossBudgetLeftXrd ?? mode.maxLossPerDayXrd)
  const worth = repaidXrd ? Decimal.min(allowance, repaidXrd.times(MOST_LOSS_OF_REPAID)) : allowance
  return Decimal.min(policy.minProfitXrd, Decimal.max(worth, Decimal.ZERO).negated())
}

/**
 * Whether debt ÷ collateral is above 1 ÷ (1 + bonus): the collateral no longer covers the debt and the bonuses, so that each seizure takes
 * more from the lenders than it repays at today's prices.
 * @see docs/adr/0004-profit-model.md, "The band above the bonus"
 */
export function isBeyondBonus({ loans, collaterals, nfts }: CdpHealth): boolean {
  const owed = Decimal.sum(loans.map(({ value }) => value))
  return Decimal.sum([...collaterals, ...nfts].map(({ discountedValue }) => discountedValue)).lt(owed)
}

/**
 * The profit that the guard inside the transaction defends: what the market moves between plan and commit may eat the profit, but it
 * may not make a loss beyond what the policy accepts.
 */
export function guardedProfitXrd(input: PlanningInput): Decimal {
  return Decimal.min(Decimal.ZERO, leastProfitXrd(input))
}
