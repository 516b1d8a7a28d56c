import { Decimal } from '../decimal.ts'
import { dividedByUp, roundedUp, timesUp } from '../rounding.ts'
import { type Alternative, netChanges } from './alternative.ts'
import { type Funding, fundingsOf } from './funding.ts'
import { lsuFinanceAlternatives } from './lsu-finance.ts'
import type { PlanningInput } from './plan.ts'
import { fundingSteps, liquidateStep, plannedPayment, plannedSeizures, repaymentSteps } from './plan-steps.ts'
import { type Proposal, proposalsFor } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { guardedProfitXrd, networkFeeXrd, profitTerms } from './terms.ts'
import { type WayOut, waysOut } from './way-out.ts'

/** Every way to liquidate against tokens, deposit units and LSU. */
export function fungibleAlternatives(input: PlanningInput, quotes: QuoteBook): readonly Alternative[] {
  const { proposals, ruledOut } = proposalsFor(input)
  return [
    ...proposals.flatMap((proposal) => [
      ...waysOut(proposal, input, quotes).flatMap((way) =>
        fundingsFor(proposal, input).map((funding) => alternativeOf(proposal, way, funding, input)),
      ),
      ...fundingsFor(proposal, input).flatMap((funding) => lsuFinanceAlternatives(proposal, funding, input, quotes)),
    ]),
    ...ruledOut,
  ]
}

function fundingsFor({ amounts, limits }: Proposal, { market }: PlanningInput): readonly Funding[] {
  return fundingsOf(market, amounts.debt.resource, amounts.accepted, limits)
}

function alternativeOf(proposal: Proposal, way: WayOut, funding: Funding, input: PlanningInput): Alternative {
  const { amounts } = proposal
  const debt = amounts.debt
  const label = `${proposal.label}, ${funding.kind}, ${way.label}`
  const owed = funding.fromFlashLoan.isPositive() ? funding.fromFlashLoan.plus(funding.flashLoanFee) : Decimal.ZERO
  if (way.inDebtResource.lt(owed)) return { label, why: 'what the exit returns does not repay the flash loan' }

  const inVault = input.market.pools.get(debt.resource)?.liquidity ?? Decimal.ZERO
  if (way.redeemedFromDebtPool.gt(inVault.minus(funding.fromFlashLoan).plus(amounts.accepted)))
    return { label, why: 'the flash loan leaves the pool too little to redeem its deposit units' }

  const keptValueXrd = Decimal.sum(way.kept.map((each) => each.valueXrd))
  const costs = {
    paidXrd: timesUp(amounts.accepted, debt.price),
    flashLoanFeeXrd: timesUp(funding.flashLoanFee, debt.price),
    networkFeeXrd: networkFeeXrd(input.policy),
    compensationXrd: Decimal.ZERO,
  }
  const terms = profitTerms({ proceedsXrd: way.inDebtResource.times(debt.price).plus(keptValueXrd), ...costs })
  const breakEven = Decimal.sum(Object.values(costs))
    .plus(guardedProfitXrd(input.policy, input.lossBudgetLeftXrd))
    .minus(keptValueXrd)
  const breakEvenInDebt = breakEven.isPositive()
    ? roundedUp(input.market, debt.resource, dividedByUp(breakEven, debt.price))
    : Decimal.ZERO
  const guard = Decimal.max(owed, way.leastInDebtResource, Decimal.min(breakEvenInDebt, way.inDebtResource))
  return {
    label,
    plan: {
      cdpId: input.cdp.id,
      payment: plannedPayment(proposal, funding),
      seizures: plannedSeizures(proposal),
      exit: way.exit,
      steps: [
        ...fundingSteps(funding, debt.resource),
        liquidateStep(proposal, input),
        ...way.steps,
        ...(guard.isPositive() ? [{ kind: 'assert-at-least', resource: debt.resource, amount: guard } as const] : []),
        ...repaymentSteps(funding, debt.resource),
      ],
      terms,
      expectedChanges: netChanges([
        [debt.resource, way.inDebtResource.minus(funding.fromWallet).minus(owed)],
        ...way.kept.map(({ resource, amount }) => [resource, amount] as const),
      ]),
    },
  }
}
