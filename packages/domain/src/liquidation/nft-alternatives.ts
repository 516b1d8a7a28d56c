import { Decimal } from '../decimal.ts'
import type { LoanPosition, NftPosition } from '../health-types.ts'
import type { ValidatorAddress } from '../ids.ts'
import { timesUp } from '../rounding.ts'
import { type Alternative, netChanges } from './alternative.ts'
import { type ClaimFinance, financeClaim } from './claim-finance.ts'
import { type Funding, fundingLimits, fundingsOf, ownFunds } from './funding.ts'
import { afterInterest } from './interest-due.ts'
import { type NftAmounts, nftAmounts } from './nft-amounts.ts'
import { resourceForbidden } from './permission.ts'
import type { LiquidationPlan, LiquidationStep, PlanningInput } from './plan.ts'
import { fundingSteps, repaymentSteps } from './plan-steps.ts'
import type { QuoteBook } from './quote-book.ts'
import { liquidateNftServices, serviceOff } from './services-off.ts'
import { networkFeeXrd, profitTerms } from './terms.ts'
import { waitingCostXrd } from './unstaking.ts'
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
      const label = `repay ${debt.resource}, seize NFT ${nft.id} of ${nft.resource}`
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
    serviceOff(input.market, liquidateNftServices(debt.resource, nft.resource, nft.kind.kind === 'claim-nft'))
  )
}

type NftWayOut =
  /** The unstaking period is over: XRD at once. */
  | { readonly kind: 'claim'; readonly validator: ValidatorAddress; readonly xrd: Decimal }
  /** A claim that must wait. */
  | { readonly kind: 'wait'; readonly xrd: Decimal; readonly keptValueXrd: Decimal }
  | { readonly kind: 'keep'; readonly keptValueXrd: Decimal }

function nftWayOut(nft: NftPosition, { market, nftContents, policy }: PlanningInput): NftWayOut {
  const content = nftContents.get(nft.resource)?.get(nft.id)
  if (nft.kind.kind !== 'claim-nft' || content?.claimEpoch === undefined)
    return { kind: 'keep', keptValueXrd: nft.value.times(Decimal.ONE.minus(policy.maxSlippage)) }
  return content.claimEpoch <= market.syncPoint.epoch
    ? { kind: 'claim', validator: nft.kind.validator, xrd: nft.value }
    : { kind: 'wait', xrd: nft.value, keptValueXrd: nft.value.minus(waitingCostXrd(nft.value, market)) }
}

/** Debt, compensation and fee from the wallet as they are. */
function fromOwnDebtResource(
  nftLabel: string,
  amounts: NftAmounts,
  wayOut: NftWayOut,
  input: PlanningInput,
): Alternative {
  const { xrd } = input.market
  const { debt, payment, handedOver } = amounts
  const label = `${nftLabel}, own`
  const dueXrd = amounts.compensationXrd.plus(amounts.feeXrd)
  const isXrd = debt.resource === xrd
  const neededXrd = isXrd ? handedOver.plus(dueXrd) : dueXrd
  if (ownFunds(input, xrd).lt(neededXrd)) return { label, why: `${neededXrd} own XRD are needed` }
  if (!isXrd && ownFunds(input, debt.resource).lt(handedOver))
    return { label, why: `${handedOver} own funds are needed` }
  const withdrawals: LiquidationStep[] = isXrd
    ? []
    : [{ kind: 'withdraw-own', resource: debt.resource, amount: handedOver }]
  if (neededXrd.isPositive()) withdrawals.push({ kind: 'withdraw-own', resource: xrd, amount: neededXrd })
  const claimed = wayOut.kind === 'claim' ? wayOut.xrd : Decimal.ZERO
  return {
    label,
    plan: {
      ...common(amounts, input),
      payment: { resource: debt.resource, amount: payment, fromFlashLoan: Decimal.ZERO, fromWallet: payment },
      exit: wayOut.kind === 'claim' ? 'unstake' : 'hold',
      steps: [...withdrawals, liquidateNftStep(amounts, input), ...claimSteps(amounts, wayOut)],
      terms: profitTerms({
        proceedsXrd: wayOut.kind === 'claim' ? wayOut.xrd : wayOut.keptValueXrd,
        paidXrd: timesUp(payment, debt.price),
        flashLoanFeeXrd: Decimal.ZERO,
        networkFeeXrd: networkFeeXrd(input.policy),
        compensationXrd: dueXrd,
      }),
      expectedChanges: netChanges([
        [debt.resource, payment.negated()],
        [xrd, claimed.minus(dueXrd)],
        ...(wayOut.kind === 'claim' ? [] : [[amounts.nft.resource, Decimal.ONE] as const]),
      ]),
    },
  }
}

/** XRD, own or lent, buys the debt's resource; what is lent comes back from the claim, or from a loan against it. */
function fromXrd(
  nftLabel: string,
  amounts: NftAmounts,
  wayOut: NftWayOut,
  input: PlanningInput,
  quotes: QuoteBook,
): readonly Alternative[] {
  const { xrd } = input.market
  const label = `${nftLabel}, from XRD`
  const bought = xrdForDebt(input, amounts.debt, amounts.handedOver, quotes)
  if (!bought)
    return [{ label, why: 'no venue sells enough of the debt’s resource for XRD within the allowed slippage' }]
  const neededXrd = bought.xrd.plus(amounts.compensationXrd).plus(amounts.feeXrd)
  const limits = fundingLimits(input, xrd)
  const fundings = fundingsOf(input.market, xrd, neededXrd, limits)
  if (fundings.length === 0) return [{ label, why: `${neededXrd} XRD are needed: ${limits.why}` }]
  return (
    fundings
      // Own funds that pay in the debt's own resource are the other way's business.
      .filter((funding) => !(funding.kind === 'own' && amounts.debt.resource === xrd))
      .map((funding) => xrdFunded(`${label}, ${funding.kind}`, amounts, bought, funding, wayOut, input))
  )
}

function xrdFunded(
  label: string,
  amounts: NftAmounts,
  bought: XrdForDebt,
  funding: Funding,
  wayOut: NftWayOut,
  input: PlanningInput,
): Alternative {
  const { xrd } = input.market
  const { debt, payment, nft } = amounts
  const owed = funding.fromFlashLoan.isPositive() ? funding.fromFlashLoan.plus(funding.flashLoanFee) : Decimal.ZERO
  const back = repayFrom(amounts, owed, funding, wayOut, input)
  if (typeof back === 'string') return { label, why: back }
  const dueXrd = amounts.compensationXrd.plus(amounts.feeXrd)
  const change = bought.bought.minus(payment)
  return {
    label,
    plan: {
      ...common(amounts, input),
      payment: {
        resource: debt.resource,
        amount: payment,
        // XRD, unlike the payment itself where the debt is of another resource.
        fromFlashLoan: funding.fromFlashLoan,
        fromWallet: funding.fromWallet,
      },
      exit: wayOut.kind === 'keep' || back.isKept ? 'hold' : 'unstake',
      steps: [
        ...fundingSteps(funding, xrd),
        ...bought.swap,
        ...(bought.swap.length > 0
          ? [{ kind: 'assert-at-least', resource: debt.resource, amount: amounts.handedOver } as const]
          : []),
        liquidateNftStep(amounts, input),
        ...(back.isClaimed ? claimSteps(amounts, wayOut) : back.steps),
        ...(owed.isPositive() ? [{ kind: 'assert-at-least', resource: xrd, amount: owed } as const] : []),
        ...repaymentSteps(funding, xrd),
      ],
      terms: profitTerms({
        proceedsXrd: back.proceedsXrd.plus(change.times(debt.price)),
        // What buying the payment costs, price impact included; what of it comes back is among the proceeds.
        paidXrd: bought.xrd,
        flashLoanFeeXrd: funding.flashLoanFee,
        networkFeeXrd: networkFeeXrd(input.policy),
        compensationXrd: dueXrd,
      }),
      expectedChanges: netChanges([
        [debt.resource, change],
        [xrd, back.xrdIn.minus(owed).minus(funding.fromWallet).minus(back.ownXrd)],
        ...(back.isKept ? [[nft.resource, Decimal.ONE] as const] : back.opened),
      ]),
      seizures: [{ resource: nft.resource, shape: 'nft', amount: Decimal.ONE, valueXrd: nft.value }],
    },
  }
}

interface Repayment {
  readonly isClaimed: boolean
  readonly isKept: boolean
  readonly steps: readonly LiquidationStep[]
  /** XRD on the worktop once the steps are done. */
  readonly xrdIn: Decimal
  readonly ownXrd: Decimal
  readonly proceedsXrd: Decimal
  /** A new CDP as a change of the operator's account. */
  readonly opened: ClaimFinance['opened']
}

function repayFrom(
  { nft, debt, payment }: NftAmounts,
  owed: Decimal,
  funding: Funding,
  wayOut: NftWayOut,
  input: PlanningInput,
): Repayment | string {
  if (wayOut.kind === 'claim') {
    if (wayOut.xrd.lt(owed)) return `the claim brings ${wayOut.xrd} XRD, the flash loan wants ${owed}`
    const { xrd } = wayOut
    return { isClaimed: true, isKept: false, steps: [], xrdIn: xrd, ownXrd: Decimal.ZERO, proceedsXrd: xrd, opened: [] }
  }
  if (owed.isZero()) {
    const proceedsXrd = wayOut.keptValueXrd
    return {
      isClaimed: false,
      isKept: true,
      steps: [],
      xrdIn: Decimal.ZERO,
      ownXrd: Decimal.ZERO,
      proceedsXrd,
      opened: [],
    }
  }
  if (wayOut.kind === 'keep') return 'a flash loan cannot be repaid from an NFT that is kept'
  if (input.policy.lsuExit !== 'finance') return 'the claim must wait, and by policy no loan is taken against it'
  const repaidXrd = debt.resource === input.market.xrd ? payment : Decimal.ZERO
  const claim = { nft: nft.resource, xrd: wayOut.xrd }
  const finance = financeClaim(input, claim, owed, funding.fromWallet, repaidXrd.minus(funding.fromFlashLoan))
  if (typeof finance === 'string') return finance
  return {
    isClaimed: false,
    isKept: false,
    steps: finance.steps,
    xrdIn: owed,
    ownXrd: finance.ownXrd,
    // The loan against the claim repays the flash loan: it is neither proceeds nor cost, beyond what own XRD adds.
    proceedsXrd: finance.equityXrd.plus(owed).minus(finance.ownXrd),
    opened: finance.opened,
  }
}

function common({ nft }: NftAmounts, { cdp }: PlanningInput): Pick<LiquidationPlan, 'cdpId' | 'seizures'> {
  return {
    cdpId: cdp.id,
    seizures: [{ resource: nft.resource, shape: 'nft', amount: Decimal.ONE, valueXrd: nft.value }],
  }
}

function liquidateNftStep({ nft, debt, compensationXrd, feeXrd }: NftAmounts, { cdp }: PlanningInput): LiquidationStep {
  return {
    kind: 'liquidate-nft',
    cdpId: cdp.id,
    payments: [debt.resource],
    nftResource: nft.resource,
    nftId: nft.id,
    compensationXrd: compensationXrd.plus(feeXrd),
  }
}

function claimSteps({ nft }: NftAmounts, wayOut: NftWayOut): readonly LiquidationStep[] {
  return wayOut.kind === 'claim' ? [{ kind: 'claim-xrd', validator: wayOut.validator, claimNft: nft.resource }] : []
}
