import type { ResourceAddress } from '../ids.ts'
import type { Funding } from './funding.ts'
import type { LiquidationStep, PlannedPayment, PlannedSeizure, PlanningInput } from './plan.ts'
import type { Proposal } from './proposals.ts'

/** The parts that every liquidation of fungible collateral shares, in the order in which they stand in the manifest. */

export function plannedPayment({ amounts, funding: { fromFlashLoan, fromWallet } }: Proposal): PlannedPayment {
  return { resource: amounts.debt.resource, amount: amounts.accepted, fromFlashLoan, fromWallet }
}

export function plannedSeizures({ amounts }: Proposal): readonly PlannedSeizure[] {
  return amounts.seizures.map(({ position, received, receivedValueXrd }) => ({
    resource: position.resource,
    shape: position.kind.kind,
    amount: received,
    valueXrd: receivedValueXrd,
  }))
}

export function fundingSteps(funding: Funding, resource: ResourceAddress): readonly LiquidationStep[] {
  const steps: LiquidationStep[] = []
  if (funding.fromFlashLoan.isPositive()) steps.push({ kind: 'flash-loan', resource, amount: funding.fromFlashLoan })
  if (funding.fromWallet.isPositive()) steps.push({ kind: 'withdraw-own', resource, amount: funding.fromWallet })
  return steps
}

/**
 * One step for each call. Each hands over all of the payment that is on the worktop and the market returns what it does not take; where
 * the debt's own resource is seized, that must not be taken for payment.
 */
export function liquidateSteps(
  { amounts, calls, order }: Proposal,
  { cdp }: PlanningInput,
): readonly LiquidationStep[] {
  const { resource } = amounts.debt
  const isMixed = calls.length > 1 && order.some((position) => position.resource === resource)
  return calls.map((call) => ({
    kind: 'liquidate',
    cdpId: cdp.id,
    payments: [resource],
    collaterals: call.collaterals,
    ...(isMixed ? { amount: call.amounts.accepted } : {}),
  }))
}

/** Without a receipt that the pool's state names, nothing is lent in the first place: `fundingLimits` sees to that. */
export function repaymentSteps(
  funding: Funding,
  resource: ResourceAddress,
  { market: { flashLoanTerm: term } }: PlanningInput,
): readonly LiquidationStep[] {
  return funding.fromFlashLoan.isPositive() && term !== null ? [{ kind: 'repay-flash-loan', resource, term }] : []
}
