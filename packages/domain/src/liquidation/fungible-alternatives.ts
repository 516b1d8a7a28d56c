import { Decimal } from '../decimal.ts'
import { dividedByUp, roundedUp, timesUp } from '../rounding.ts'
import { type Alternative, isPriced, netChanges } from './alternative.ts'
import { owedFor } from './funding.ts'
import { lsuFinanceAlternatives } from './lsu-finance.ts'
import type { PlanningInput, ProfitTerms } from './plan.ts'
import { fundingSteps, liquidateSteps, plannedPayment, plannedSeizures, repaymentSteps } from './plan-steps.ts'
import type { Proposal } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { sizesBetween } from './sizes-between.ts'
import { guardedProfitXrd, networkFeeXrd, profitTerms } from './terms.ts'
import { type Part, partsOf, type WayOut, waysOut } from './way-out.ts'

/** A proposal and the parts that it seizes: the same in every look at the quotes. */
export interface FungibleCandidate {
  readonly proposal: Proposal
  readonly parts: readonly Part[]
}

export interface TriedCandidate {
  readonly proposal: Proposal
  readonly alternatives: readonly Alternative[]
  /** The best of them; none when nothing can be done so. */
  readonly profitXrd: Decimal | undefined
}

export function candidateOf(proposal: Proposal, input: PlanningInput): FungibleCandidate {
  return { proposal, parts: partsOf(proposal, input) }
}

/** Every way out of one proposal, at the quotes known. */
export function priced(
  { proposal, parts }: FungibleCandidate,
  input: PlanningInput,
  quotes: QuoteBook,
): TriedCandidate {
  const costs = costsOf(proposal, input)
  const alternatives = [
    ...waysOut(proposal.amounts.debt, parts, input, quotes).map((way) => alternativeOf(proposal, way, costs, input)),
    ...lsuFinanceAlternatives(proposal, input, quotes),
  ]
  const [first, ...others] = alternatives.filter(isPriced).map(({ terms }) => terms.profitXrd)
  return { proposal, alternatives, profitXrd: first && Decimal.max(first, ...others) }
}

/** Looks up every quote that {@link priced} will, without pricing anything. */
export function askFor({ proposal, parts }: FungibleCandidate, input: PlanningInput, quotes: QuoteBook): void {
  waysOut(proposal.amounts.debt, parts, input, quotes)
  lsuFinanceAlternatives(proposal, input, quotes)
}

/** Debts and orders whose sizes in between are looked at: one that comes off second best at the sizes tried may be the best at another. */
const MAX_REFINED = 3
const HALF = Decimal.parse('0.5')

/**
 * The best so far, each debt and order at sizes in between. What is below the minimum profit at the sizes tried may be above it there;
 * but where the least of all sizes loses least, nothing pays.
 */
export function between(tried: readonly TriedCandidate[]): readonly Proposal[] {
  const bestOf = new Map<Proposal['order'], { readonly proposal: Proposal; readonly profitXrd: Decimal }>()
  for (const { proposal, profitXrd } of tried) {
    const known = bestOf.get(proposal.order)
    if (profitXrd && !known?.profitXrd.gte(profitXrd)) bestOf.set(proposal.order, { proposal, profitXrd })
  }
  const bests = [...bestOf.values()].sort((a, b) => b.profitXrd.compareTo(a.profitXrd))
  const bestXrd = bests[0]?.profitXrd
  return bests
    .slice(0, MAX_REFINED)
    .filter(({ proposal, profitXrd }) =>
      bestXrd?.isPositive() ? profitXrd.gte(bestXrd.times(HALF)) : !isSmallest(proposal, tried),
    )
    .flatMap(({ proposal: { order, resized } }) => {
      const sizes = tried
        .filter(({ proposal }) => proposal.order === order)
        .map(({ proposal, profitXrd }) => ({ size: proposal.amounts.accepted, profitXrd }))
      return sizesBetween(sizes).flatMap((size) => resized(size) ?? [])
    })
}

function isSmallest({ order, amounts }: Proposal, tried: readonly TriedCandidate[]): boolean {
  return !tried.some(({ proposal }) => proposal.order === order && proposal.amounts.accepted.lt(amounts.accepted))
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
    repaidXrd: costs.paidXrd,
    plan: () => {
      const guard = Decimal.max(owed, way.leastInDebtResource(), breakEven(proposal, way, costs, keptValueXrd, input))
      return {
        cdpId: input.cdp.id,
        payment: plannedPayment(proposal),
        seizures: plannedSeizures(proposal),
        exit: way.exit,
        steps: [
          ...fundingSteps(funding, debt.resource),
          ...liquidateSteps(proposal, input),
          ...way.steps(),
          ...(guard.isPositive() ? [{ kind: 'assert-at-least', resource: debt.resource, amount: guard } as const] : []),
          ...repaymentSteps(funding, debt.resource, input),
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
  const neededXrd = Decimal.sum(Object.values(costs)).plus(guardedProfitXrd(input)).minus(keptValueXrd)
  if (!neededXrd.isPositive()) return Decimal.ZERO
  return Decimal.min(roundedUp(input.market, debt.resource, dividedByUp(neededXrd, debt.price)), way.inDebtResource)
}
