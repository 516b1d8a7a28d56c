import { Decimal } from '../decimal.ts'
import type { LoanPosition, NftPosition } from '../health-types.ts'
import { timesUp } from '../rounding.ts'
import { type Alternative, netChanges } from './alternative.ts'
import { bestFunding, type Funding, fundingLimits, owedFor, ownFunds } from './funding.ts'
import { afterInterest } from './interest-due.ts'
import { type NftAmounts, nftAmounts } from './nft-amounts.ts'
import { claimSteps, type NftWayOut, nftRepayment, nftWayOut } from './nft-way-out.ts'
import { priceDoubted, resourceForbidden } from './permission.ts'
import type { LiquidationPlan, LiquidationStep, PlanningInput } from './plan.ts'
import { fundingSteps, repaymentSteps } from './plan-steps.ts'
import type { QuoteBook } from './quote-book.ts'
import { liquidateNftServices, serviceOff } from './services-off.ts'
import { networkFeeXrd, profitTerms } from './terms.ts'
import { type XrdForDebt, xrdForDebt } from './xrd-for-debt.ts'

/**
 * Every way to liquidate one pledged NFT: one a transaction, compensation and fee in XRD. Paid from own funds, or from XRD that buys the
 * debt's resource, as in Weft's sample; that XRD may be a flash loan when the NFT turns into XRD within the transaction.
 */
export function nftAlternatives(input: PlanningInput, quotes: QuoteBook): readonly Alternative[] {
  if (input.health.nfts.length === 0) return []
  // A payment that falls short is refused, so the debt counts with the interest that is due.
  const { health } = afterInterest(input, [...input.cdp.loans.keys()])
  return health.nfts.flatMap((nft) =>
    health.loans.flatMap((debt) => {
      const label = () => `repay ${debt.resource}, seize NFT ${nft.id} of ${nft.resource}`
      const why = whyNot(input, nft, debt)
      if (why) return [{ label, why }]
      const amounts = nftAmounts(health, input.market, nft, debt)
      if (typeof amounts === 'string') return [{ label, why: amounts }]
      const wayOut = nftWayOut(nft, input)
      return [fromOwnDebtResource(label, amounts, wayOut, input), ...fromXrd(label, amounts, wayOut, input, quotes)]
    }),
  )
}

function whyNot(input: PlanningInput, nft: NftPosition, debt: LoanPosition): string | undefined {
  return (
    resourceForbidden(input.policy, debt.resource, input.nowMs) ??
    resourceForbidden(input.policy, nft.resource, input.nowMs) ??
    priceDoubted(input, [{ resource: debt.resource }, ...nft.underlying]) ??
    serviceOff(input.market, liquidateNftServices(debt.resource, nft.resource, nft.kind.kind === 'claim-nft'))
  )
}

/** Debt, compensation and fee from the wallet as they are. */
function fromOwnDebtResource(
  nftLabel: () => string,
  amounts: NftAmounts,
  wayOut: NftWayOut,
  input: PlanningInput,
): Alternative {
  const { xrd } = input.market
  const { debt, payment, handedOver } = amounts
  const label = () => `${nftLabel()}, own`
  const dueXrd = amounts.compensationXrd.plus(amounts.feeXrd)
  const isXrd = debt.resource === xrd
  const neededXrd = isXrd ? handedOver.plus(amounts.setAsideXrd) : amounts.setAsideXrd
  if (ownFunds(input, xrd).lt(neededXrd)) return { label, why: `${neededXrd} own XRD are needed` }
  if (!isXrd && ownFunds(input, debt.resource).lt(handedOver))
    return { label, why: `${handedOver} own funds are needed` }
  const withdrawals: LiquidationStep[] = isXrd
    ? []
    : [{ kind: 'withdraw-own', resource: debt.resource, amount: handedOver }]
  if (neededXrd.isPositive()) withdrawals.push({ kind: 'withdraw-own', resource: xrd, amount: neededXrd })
  const claimed = wayOut.kind === 'claim' ? wayOut.xrd : Decimal.ZERO
  const terms = profitTerms({
    proceedsXrd: wayOut.kind === 'claim' ? wayOut.xrd : wayOut.keptValueXrd,
    paidXrd: timesUp(payment, debt.price),
    flashLoanFeeXrd: Decimal.ZERO,
    networkFeeXrd: networkFeeXrd(input.policy),
    compensationXrd: dueXrd,
  })
  return {
    label,
    terms,
    repaidXrd: timesUp(payment, debt.price),
    plan: () => ({
      ...common(amounts, input),
      payment: { resource: debt.resource, amount: payment, fromFlashLoan: Decimal.ZERO, fromWallet: payment },
      exit: wayOut.kind === 'claim' ? 'unstake' : 'hold',
      steps: [...withdrawals, liquidateNftStep(amounts, input), ...claimSteps(amounts, wayOut)],
      terms,
      expectedChanges: netChanges([
        [debt.resource, payment.negated()],
        [xrd, claimed.minus(dueXrd)],
        ...(wayOut.kind === 'claim' ? [] : [[amounts.nft.resource, Decimal.ONE] as const]),
      ]),
    }),
  }
}

/** XRD, own or lent, buys the debt's resource; what is lent comes back from the claim, or from a loan against it. */
function fromXrd(
  nftLabel: () => string,
  amounts: NftAmounts,
  wayOut: NftWayOut,
  input: PlanningInput,
  quotes: QuoteBook,
): readonly Alternative[] {
  const { xrd } = input.market
  const label = () => `${nftLabel()}, from XRD`
  const bought = xrdForDebt(input, amounts.debt, amounts.handedOver, quotes)
  if (!bought)
    return [{ label, why: 'no venue sells enough of the debt’s resource for XRD within the allowed slippage' }]
  const neededXrd = bought.xrd.plus(amounts.setAsideXrd)
  const limits = fundingLimits(input, xrd)
  const funding = bestFunding(input.market, xrd, neededXrd, limits)
  if (!funding) return [{ label, why: `${neededXrd} XRD are needed: ${limits.why}` }]
  // Own funds that pay in the debt's own resource are the other way's business.
  if (funding.kind === 'own' && amounts.debt.resource === xrd) return []
  return [xrdFunded(() => `${label()}, ${funding.kind}`, amounts, bought, funding, wayOut, input)]
}

function xrdFunded(
  label: () => string,
  amounts: NftAmounts,
  bought: XrdForDebt,
  funding: Funding,
  wayOut: NftWayOut,
  input: PlanningInput,
): Alternative {
  const { xrd } = input.market
  const { debt, payment } = amounts
  const owed = owedFor(funding)
  const back = nftRepayment(amounts, owed, funding, wayOut, input)
  if (typeof back === 'string') return { label, why: back }
  const dueXrd = amounts.compensationXrd.plus(amounts.feeXrd)
  const change = bought.bought.minus(payment)
  const terms = profitTerms({
    proceedsXrd: back.proceedsXrd.plus(change.times(debt.price)),
    // What buying the payment costs, price impact included; what of it comes back is among the proceeds.
    paidXrd: bought.xrd,
    flashLoanFeeXrd: funding.flashLoanFee,
    networkFeeXrd: networkFeeXrd(input.policy),
    compensationXrd: dueXrd,
  })
  return {
    label,
    terms,
    repaidXrd: timesUp(payment, debt.price),
    plan: () => ({
      ...common(amounts, input),
      payment: {
        resource: debt.resource,
        amount: payment,
        // XRD, unlike the payment itself where the debt is of another resource.
        fromFlashLoan: funding.fromFlashLoan,
        fromWallet: funding.fromWallet,
      },
      exit: back.isKept ? 'hold' : 'unstake',
      steps: [
        ...fundingSteps(funding, xrd),
        ...bought.swap,
        ...(bought.swap.length > 0
          ? [{ kind: 'assert-at-least', resource: debt.resource, amount: amounts.handedOver } as const]
          : []),
        liquidateNftStep(amounts, input),
        ...back.steps,
        ...(owed.isPositive() ? [{ kind: 'assert-at-least', resource: xrd, amount: owed } as const] : []),
        ...repaymentSteps(funding, xrd, input),
      ],
      terms,
      expectedChanges: netChanges([
        [debt.resource, change],
        [
          xrd,
          back.xrdIn.minus(owed).minus(funding.fromWallet).minus(back.ownXrd).plus(amounts.setAsideXrd).minus(dueXrd),
        ],
        ...back.gained,
      ]),
    }),
  }
}

function common({ nft }: NftAmounts, { cdp }: PlanningInput): Pick<LiquidationPlan, 'cdpId' | 'seizures'> {
  return {
    cdpId: cdp.id,
    seizures: [{ resource: nft.resource, shape: 'nft', amount: Decimal.ONE, valueXrd: nft.value }],
  }
}

function liquidateNftStep({ nft, debt, setAsideXrd }: NftAmounts, { cdp }: PlanningInput): LiquidationStep {
  return {
    kind: 'liquidate-nft',
    cdpId: cdp.id,
    payments: [debt.resource],
    nftResource: nft.resource,
    nftId: nft.id,
    compensationXrd: setAsideXrd,
  }
}
