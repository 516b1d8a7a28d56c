import { Decimal } from '../decimal.ts'
import type { CollateralPosition } from '../health-types.ts'
import type { ValidatorAddress } from '../ids.ts'
import type { ValidatorStake } from '../market.ts'
import { roundedDown, timesUp } from '../rounding.ts'
import { type Alternative, netChanges } from './alternative.ts'
import { financeClaim } from './claim-finance.ts'
import type { Funding } from './funding.ts'
import type { LiquidationStep, PlanningInput } from './plan.ts'
import { fundingSteps, liquidateStep, plannedPayment, plannedSeizures, repaymentSteps } from './plan-steps.ts'
import type { Proposal } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { networkFeeXrd, profitTerms } from './terms.ts'
import { waitingCostXrd } from './unstaking.ts'
import { xrdForDebt } from './xrd-for-debt.ts'

/**
 * Unstakes seized LSU. Paid with own funds the claim NFT is simply kept; a flash loan is repaid with XRD borrowed against it in a new
 * CDP. Only where the policy says `finance`, and for one LSU at a time: each has its own claim NFT.
 */
export function lsuFinanceAlternatives(
  proposal: Proposal,
  funding: Funding,
  input: PlanningInput,
  quotes: QuoteBook,
): readonly Alternative[] {
  const [position] = proposal.order
  const unstaked = position && proposal.order.length === 1 ? validatorOf(position, input) : undefined
  if (input.policy.lsuExit !== 'finance' || !unstaked) return []
  return [
    funding.fromFlashLoan.isPositive()
      ? financed(proposal, funding, unstaked, input, quotes)
      : keptClaim(proposal, funding, unstaked, input),
  ]
}

interface Unstaking {
  readonly validator: ValidatorAddress
  readonly stake: ValidatorStake
}

function validatorOf({ kind }: CollateralPosition, { market }: PlanningInput): Unstaking | undefined {
  const stake = kind.kind === 'lsu' ? market.validators.get(kind.validator) : undefined
  return kind.kind === 'lsu' && stake ? { validator: kind.validator, stake } : undefined
}

function keptClaim(proposal: Proposal, funding: Funding, unstaking: Unstaking, input: PlanningInput): Alternative {
  const { debt, accepted } = proposal.amounts
  const claimXrd = claimOf(proposal)
  return {
    label: `${proposal.label}, ${funding.kind}, unstake and wait`,
    plan: {
      cdpId: input.cdp.id,
      payment: plannedPayment(proposal, funding),
      seizures: plannedSeizures(proposal),
      exit: 'unstake',
      steps: [
        ...fundingSteps(funding, debt.resource),
        liquidateStep(proposal, input),
        ...unstakeSteps(proposal, unstaking, input),
      ],
      terms: profitTerms({
        proceedsXrd: claimXrd.minus(waitingCostXrd(claimXrd, input.market)),
        paidXrd: timesUp(accepted, debt.price),
        flashLoanFeeXrd: Decimal.ZERO,
        networkFeeXrd: networkFeeXrd(input.policy),
        compensationXrd: Decimal.ZERO,
      }),
      expectedChanges: netChanges([
        [debt.resource, funding.fromWallet.negated()],
        [unstaking.stake.claimNft, Decimal.ONE],
      ]),
    },
  }
}

function financed(
  proposal: Proposal,
  funding: Funding,
  unstaking: Unstaking,
  input: PlanningInput,
  quotes: QuoteBook,
): Alternative {
  const { debt, accepted } = proposal.amounts
  const { xrd } = input.market
  const label = `${proposal.label}, ${funding.kind}, unstake and finance`
  const owed = funding.fromFlashLoan.plus(funding.flashLoanFee)
  const bought = xrdForDebt(input, debt, owed, quotes)
  if (!bought)
    return { label, why: `no venue sells ${owed} of the debt's resource for XRD within the allowed slippage` }
  const isXrd = debt.resource === xrd
  const claimXrd = claimOf(proposal)
  const finance = financeClaim(
    input,
    { nft: unstaking.stake.claimNft, xrd: claimXrd },
    bought.xrd,
    isXrd ? funding.fromWallet : Decimal.ZERO,
    isXrd ? accepted.minus(funding.fromFlashLoan) : Decimal.ZERO,
  )
  if (typeof finance === 'string') return { label, why: finance }
  return {
    label,
    plan: {
      cdpId: input.cdp.id,
      payment: plannedPayment(proposal, funding),
      seizures: plannedSeizures(proposal),
      exit: 'unstake',
      steps: [
        ...fundingSteps(funding, debt.resource),
        liquidateStep(proposal, input),
        ...unstakeSteps(proposal, unstaking, input),
        ...finance.steps,
        ...bought.swap,
        { kind: 'assert-at-least', resource: debt.resource, amount: owed },
        ...repaymentSteps(funding, debt.resource),
      ],
      terms: profitTerms({
        // What the exit brings, less the own XRD that it takes.
        proceedsXrd: finance.equityXrd.plus(bought.bought.times(debt.price)).minus(finance.ownXrd),
        paidXrd: timesUp(accepted, debt.price),
        flashLoanFeeXrd: timesUp(funding.flashLoanFee, debt.price),
        networkFeeXrd: networkFeeXrd(input.policy),
        compensationXrd: Decimal.ZERO,
      }),
      expectedChanges: netChanges([
        [debt.resource, bought.bought.minus(owed).minus(funding.fromWallet)],
        [xrd, finance.ownXrd.negated()],
        ...finance.opened,
      ]),
    },
  }
}

/** The claim is for what the LSU redeem for when they are unstaked, truncated *(inferred)*. */
function claimOf({ amounts }: Proposal): Decimal {
  return Decimal.sum(amounts.seizures.map((seizure) => seizure.receivedValueXrd))
}

function unstakeSteps(
  { amounts }: Proposal,
  { validator, stake }: Unstaking,
  { market, policy }: PlanningInput,
): readonly LiquidationStep[] {
  const received = Decimal.sum(amounts.seizures.map((seizure) => seizure.received))
  const least = roundedDown(market, stake.lsu, received.times(Decimal.ONE.minus(policy.maxSlippage)))
  return [
    { kind: 'assert-at-least', resource: stake.lsu, amount: least },
    { kind: 'unstake', validator, lsu: stake.lsu },
  ]
}
