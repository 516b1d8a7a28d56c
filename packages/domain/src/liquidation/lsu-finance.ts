import { Decimal } from '../decimal.ts'
import type { CollateralPosition } from '../health-types.ts'
import type { ResourceAddress, ValidatorAddress } from '../ids.ts'
import type { ValidatorStake } from '../market.ts'
import { roundedDown, timesUp } from '../rounding.ts'
import { type Alternative, netChanges } from './alternative.ts'
import { financeClaim } from './claim-finance.ts'
import { owedFor } from './funding.ts'
import type { LiquidationStep, PlanningInput } from './plan.ts'
import { fundingSteps, liquidateSteps, plannedPayment, plannedSeizures, repaymentSteps } from './plan-steps.ts'
import type { Proposal } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { networkFeeXrd, profitTerms } from './terms.ts'
import { mayFinance, waitingCostXrd } from './unstaking.ts'
import { xrdForDebt } from './xrd-for-debt.ts'

/**
 * Unstakes seized LSU. Paid with own funds the claim NFT is simply kept; a flash loan is repaid with XRD borrowed against it in a new
 * CDP. Only where the policy lets it, and for one LSU at a time: each has its own claim NFT.
 */
export function lsuFinanceAlternatives(
  proposal: Proposal,
  input: PlanningInput,
  quotes: QuoteBook,
): readonly Alternative[] {
  const [position] = proposal.order
  const unstaked = position && proposal.order.length === 1 ? validatorOf(position, input) : undefined
  if (!mayFinance(input.policy) || !unstaked) return []
  return [
    proposal.funding.fromFlashLoan.isPositive()
      ? financed(proposal, unstaked, input, quotes)
      : keptClaim(proposal, unstaked, input),
  ]
}

interface Unstaking {
  readonly validator: ValidatorAddress
  readonly stake: ValidatorStake & { readonly claimNft: ResourceAddress }
}

function validatorOf({ kind }: CollateralPosition, { market }: PlanningInput): Unstaking | undefined {
  const stake = kind.kind === 'lsu' ? market.validators.get(kind.validator) : undefined
  const claimNft = stake?.claimNft
  return kind.kind === 'lsu' && claimNft ? { validator: kind.validator, stake: { ...stake, claimNft } } : undefined
}

function keptClaim(proposal: Proposal, unstaking: Unstaking, input: PlanningInput): Alternative {
  const { funding } = proposal
  const { debt, accepted } = proposal.amounts
  const claimXrd = claimOf(proposal)
  const terms = profitTerms({
    proceedsXrd: claimXrd.minus(waitingCostXrd(claimXrd, input.market)),
    paidXrd: timesUp(accepted, debt.price),
    flashLoanFeeXrd: Decimal.ZERO,
    networkFeeXrd: networkFeeXrd(input.policy),
    compensationXrd: Decimal.ZERO,
  })
  return {
    label: () => `${proposal.label()}, unstake and wait`,
    terms,
    repaidXrd: terms.paidXrd,
    plan: () => ({
      cdpId: input.cdp.id,
      payment: plannedPayment(proposal),
      seizures: plannedSeizures(proposal),
      exit: 'unstake',
      steps: [
        ...fundingSteps(funding, debt.resource),
        ...liquidateSteps(proposal, input),
        ...unstakeSteps(proposal, unstaking, input),
      ],
      terms,
      expectedChanges: netChanges([
        [debt.resource, funding.fromWallet.negated()],
        [unstaking.stake.claimNft, Decimal.ONE],
      ]),
    }),
  }
}

function financed(proposal: Proposal, unstaking: Unstaking, input: PlanningInput, quotes: QuoteBook): Alternative {
  const { funding } = proposal
  const { debt, accepted } = proposal.amounts
  const { xrd } = input.market
  const label = () => `${proposal.label()}, unstake and finance`
  const owed = owedFor(funding)
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
  const terms = profitTerms({
    // What the exit brings, less the own XRD that it takes.
    proceedsXrd: finance.equityXrd.plus(bought.bought.times(debt.price)).minus(finance.ownXrd),
    paidXrd: timesUp(accepted, debt.price),
    flashLoanFeeXrd: timesUp(funding.flashLoanFee, debt.price),
    networkFeeXrd: networkFeeXrd(input.policy),
    compensationXrd: Decimal.ZERO,
  })
  return {
    label,
    terms,
    repaidXrd: terms.paidXrd,
    plan: () => ({
      cdpId: input.cdp.id,
      payment: plannedPayment(proposal),
      seizures: plannedSeizures(proposal),
      exit: 'unstake',
      steps: [
        ...fundingSteps(funding, debt.resource),
        ...liquidateSteps(proposal, input),
        ...unstakeSteps(proposal, unstaking, input),
        ...finance.steps,
        ...bought.swap,
        { kind: 'assert-at-least', resource: debt.resource, amount: owed },
        ...repaymentSteps(funding, debt.resource, input),
      ],
      terms,
      expectedChanges: netChanges([
        [debt.resource, bought.bought.minus(owed).minus(funding.fromWallet)],
        [xrd, finance.ownXrd.negated()],
        ...finance.opened,
      ]),
    }),
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
