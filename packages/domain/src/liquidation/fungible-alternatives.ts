import { Decimal } from '../decimal.ts'
import { dividedByUp, roundedUp, timesUp } from '../rounding.ts'
import { type Alternative, netChanges } from './alternative.ts'
import { owedFor } from './funding.ts'
import { lsuFinanceAlternatives } from './lsu-finance.ts'
import type { PlanningInput, ProfitTerms } from './plan.ts'
import { fundingSteps, liquidateStep, plannedPayment, plannedSeizures, repaymentSteps } from './plan-steps.ts'
import { type Proposal, proposalsFor } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { guardedProfitXrd, networkFeeXrd, profitTerms } from './terms.ts'
import { type WayOut, waysOut } from './way-out.ts'

/** Every way to liquidate against tokens, deposit units and LSU. */
export function fungibleAlternatives(input: PlanningInput, quotes: QuoteBook): readonly Alternative[] {
  const { proposals, ruledOut } = proposalsFor(input)
  const alternatives = proposals.flatMap((proposal) => {
    const costs = costsOf(proposal, input)
    return [
      ...waysOut(proposal, input, quotes).map((way) => alternativeOf(proposal, way, costs, input)),
      ...lsuFinanceAlternatives(proposal, input, quotes),
    ]
  })
  return [...alternatives, ...ruledOut]
}

/** Looks up every quote that pricing these alternatives takes. */
export function askForFungibleQuotes(input: PlanningInput, quotes: QuoteBook): void {
  for (const proposal of proposalsFor(input).proposals) {
    waysOut(proposal, input, quotes)
    lsuFinanceAlternatives(proposal, input, quotes)
  }
}

type Costs = Omit<ProfitTerms, 'proceedsXrd' | 'profitXrd'>

/** Whatever becomes of the collateral. */
function costsOf({ amounts: { debt, accepted }, funding }: Proposal, { policy }: PlanningInput): Costs {
  return {
    paidXrd: timesUp(accepted, debt.price),
    flashLoanFeeXrd: timesUp(funding.flashLoanFee, debt.price),
    networkFeeXrd: networkFeeXrd(policy),
    compensationXrd: Decimal.ZERO,
  }
}

function alternativeOf(proposal: Proposal, way: WayOut, costs: Costs, input: PlanningInput): Alternative {
  const { amounts, funding } = proposal
  const debt = amounts.debt
  const label = () => `${proposal.label()}, ${way.label()}`
  const owed = owedFor(funding)
  if (way.inDebtResource.lt(owed)) return { label, why: 'what the exit returns does not repay the flash loan' }

  const inVault = input.market.pools.get(debt.resource)?.liquidity ?? Decimal.ZERO
  if (way.redeemedFromDebtPool.gt(inVault.minus(funding.fromFlashLoan).plus(amounts.accepted)))
    return { label, why: 'the flash loan leaves the pool too little to redeem its deposit units' }

  const keptValueXrd = Decimal.sum(way.kept.map((each) => each.valueXrd))
  const terms = profitTerms({ proceedsXrd: way.inDebtResource.times(debt.price).plus(keptValueXrd), ...costs })
  return {
    label,
    terms,
    plan: () => {
      const guard = Decimal.max(owed, way.leastInDebtResource(), breakEven(proposal, way, costs, keptValueXrd, input))
      return {
        cdpId: input.cdp.id,
        payment: plannedPayment(proposal),
        seizures: plannedSeizures(proposal),
        exit: way.exit,
        steps: [
          ...fundingSteps(funding, debt.resource),
          liquidateStep(proposal, input),
          ...way.steps(),
          ...(guard.isPositive() ? [{ kind: 'assert-at-least', resource: debt.resource, amount: guard } as const] : []),
          ...repaymentSteps(funding, debt.resource),
        ],
        terms,
        expectedChanges: netChanges([
          [debt.resource, way.inDebtResource.minus(funding.fromWallet).minus(owed)],
          ...way.kept.map(({ resource, amount }) => [resource, amount] as const),
        ]),
      }
    },
  }
}

/** The debt's resource that must come out for the profit that is defended, at most what is expected. */
function breakEven(
  { amounts: { debt } }: Proposal,
  way: WayOut,
  costs: Costs,
  keptValueXrd: Decimal,
  input: PlanningInput,
): Decimal {
  const neededXrd = Decimal.sum(Object.values(costs))
    .plus(guardedProfitXrd(input.policy, input.lossBudgetLeftXrd))
    .minus(keptValueXrd)
  if (!neededXrd.isPositive()) return Decimal.ZERO
  return Decimal.min(roundedUp(input.market, debt.resource, dividedByUp(neededXrd, debt.price)), way.inDebtResource)
}
