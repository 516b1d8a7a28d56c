import { Decimal } from '../decimal.ts'
import type { LoanPosition } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import { roundedDown } from '../rounding.ts'
import type { SeizedAmount } from './amounts.ts'
import { touched } from './interest-due.ts'
import type { ExitQuote, LiquidationPlan, LiquidationStep, PlanningInput } from './plan.ts'
import type { Proposal } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { serviceOff, withdrawService } from './services-off.ts'
import { waitingCostXrd } from './unstaking.ts'

/** What becomes of the seized collateral: turned into the debt's resource, kept, or some of each. */
export interface WayOut {
  readonly label: () => string
  readonly exit: LiquidationPlan['exit']
  /** Guards of what is kept, redemptions and swaps, in order; they come after `liquidate`. */
  readonly steps: () => readonly LiquidationStep[]
  /** Of the debt's resource, what lies on the worktop afterwards. */
  readonly inDebtResource: Decimal
  /** The least of it that the oracle's value and the policy's slippage allow. */
  readonly leastInDebtResource: () => Decimal
  /** Of it, what is redeemed from the debt's own pool, whose vault a flash loan has drawn on. */
  readonly redeemedFromDebtPool: Decimal
  readonly kept: readonly KeptAmount[]
}

interface KeptAmount {
  readonly resource: ResourceAddress
  readonly amount: Decimal
  readonly valueXrd: Decimal
}

/** One seized collateral and what it turns into when it is not kept. */
interface Part {
  readonly seizure: SeizedAmount
  /** The resource that is sold: a deposit unit's underlying, else the collateral itself. */
  readonly sold: ResourceAddress
  readonly amount: Decimal
  readonly isRedeemed: boolean
  /** Keeping it may be chosen; what is already the debt's own resource needs no exit. */
  readonly isChoice: boolean
  /** Policy or the pool leaves nothing but keeping it. */
  readonly mustKeep: boolean
}

/**
 * Every combination of turning collaterals into the debt's resource and keeping them. A sale beyond the policy's slippage is not made;
 * what cannot be sold or redeemed is kept. At most one resource is sold: quotes are answers to single trades, and two trades into one
 * resource may share a pool, where the second fetches less than was quoted. What is left over is liquidated next time.
 */
export function waysOut(proposal: Proposal, input: PlanningInput, quotes: QuoteBook): readonly WayOut[] {
  const debt = proposal.amounts.debt
  const parts = proposal.amounts.seizures
    .filter((seizure) => seizure.received.isPositive())
    .map((seizure) => partOf(seizure, proposal, input))
  const choices = bitsOf(parts, (part) => part.isChoice)
  const forced = bitsOf(parts, (part) => part.mustKeep)
  const keptValues = new Map<Part, KeptAmount>()
  const keptAs = (part: Part): KeptAmount => {
    const { position, received } = part.seizure
    const known = keptValues.get(part) ?? {
      resource: position.resource,
      amount: received,
      valueXrd: keptValueXrd(part, debt, input, quotes),
    }
    keptValues.set(part, known)
    return known
  }

  const ways = new Map<number, WayOut>()
  // Each number is one choice of parts to keep, a bit for each: first none, then more and more.
  for (let chosen = 0; chosen < 2 ** parts.length; chosen += 1) {
    if ((chosen & ~choices) !== 0 || ways.has(chosen | forced)) continue
    const offered = parts.filter((_, index) => ((chosen | forced) & (1 << index)) === 0)
    const traded = offered.filter((part) => part.sold !== debt.resource)
    const [first] = traded
    if (first && traded.some((part) => part.sold !== first.sold)) continue
    const quote = first && acceptableQuote(first.sold, traded, debt, input, quotes)
    // What no venue takes at an acceptable price is kept instead.
    const keptBits = chosen | forced | (quote ? 0 : bitsOf(parts, (part) => traded.includes(part)))
    if (ways.has(keptBits)) continue
    const converted = parts.filter((_, index) => (keptBits & (1 << index)) === 0)
    const kept = parts.filter((_, index) => (keptBits & (1 << index)) !== 0)
    ways.set(keptBits, wayOut(converted, kept, quote, kept.map(keptAs), debt, input))
  }
  return [...ways.values()]
}

function bitsOf(parts: readonly Part[], holds: (part: Part) => boolean): number {
  return parts.reduce((bits, part, index) => (holds(part) ? bits | (1 << index) : bits), 0)
}

function partOf(seizure: SeizedAmount, proposal: Proposal, input: PlanningInput): Part {
  const { received } = seizure
  const { kind, resource } = seizure.position
  const debt = proposal.amounts.debt.resource
  switch (kind.kind) {
    case 'token':
      return {
        seizure,
        sold: resource,
        amount: received,
        isRedeemed: false,
        isChoice: resource !== debt,
        mustKeep: false,
      }
    case 'lsu': {
      const mustKeep = input.policy.lsuExit !== 'dex'
      return { seizure, sold: resource, amount: received, isRedeemed: false, isChoice: !mustKeep, mustKeep }
    }
    case 'deposit-unit': {
      const amount = redeemedAmount(kind.underlying, received, input)
      const mustKeep = !isRedeemable(proposal, kind.underlying, amount, input)
      return { seizure, sold: kind.underlying, amount, isRedeemed: true, isChoice: !mustKeep, mustKeep }
    }
  }
}

/** The withdrawal adds the interest that is due before it redeems, rounded down to the underlying's divisibility. */
function redeemedAmount(underlying: ResourceAddress, units: Decimal, { market }: PlanningInput): Decimal {
  const pool = market.pools.get(underlying)
  const ratio = pool ? touched(pool, market).deposits.unitRatio : Decimal.ZERO
  return ratio.isPositive() ? roundedDown(market, underlying, units.dividedBy(ratio)) : Decimal.ZERO
}

/**
 * Deposit units redeem only while the pool's vault holds enough. When the debt is of the same pool its repayment has come in by then, and
 * a flash loan has drawn on it.
 */
function isRedeemable(
  { amounts }: Proposal,
  underlying: ResourceAddress,
  amount: Decimal,
  { market }: PlanningInput,
): boolean {
  if (serviceOff(market, [withdrawService(underlying)])) return false
  const liquidity = market.pools.get(underlying)?.liquidity ?? Decimal.ZERO
  const repaid = amounts.debt.resource === underlying ? amounts.accepted : Decimal.ZERO
  return liquidity.plus(repaid).gte(amount)
}

function wayOut(
  converted: readonly Part[],
  kept: readonly Part[],
  quote: ExitQuote | undefined,
  keptAmounts: readonly KeptAmount[],
  debt: LoanPosition,
  input: PlanningInput,
): WayOut {
  const direct = converted.filter((part) => part.sold === debt.resource)
  const redeemed = converted.filter((part) => part.isRedeemed)
  const inDebtResource = Decimal.sum([...direct.map((part) => part.amount), ...(quote ? [quote.amountOut] : [])])
  return {
    label: () =>
      kept.length === 0 ? 'keep nothing' : `keep ${keptAmounts.map(({ resource }) => resource).join(', ')}`,
    exit: quote ? 'dex' : redeemed.length > 0 ? 'pool-withdrawal' : 'hold',
    steps: () => [
      ...kept.map((part) => keptGuard(part, input)),
      ...redeemed.map(redemption),
      ...(quote ? [swapStep(quote, keptAmounts)] : []),
    ],
    inDebtResource,
    redeemedFromDebtPool: Decimal.sum(direct.filter((part) => part.isRedeemed).map((part) => part.amount)),
    leastInDebtResource: () => {
      const value = Decimal.sum(converted.map((part) => part.seizure.receivedValueXrd))
      const least = roundedDown(input.market, debt.resource, lessSlippage(value, input).dividedBy(debt.price))
      return Decimal.min(inDebtResource, least)
    },
    kept: keptAmounts,
  }
}

function swapStep({ component, from, to, amountIn }: ExitQuote, kept: readonly KeptAmount[]): LiquidationStep {
  // A kept token must not be swept along when redeemed units of the same token are sold.
  const isKept = kept.some(({ resource }) => resource === from)
  return { kind: 'swap', component, from, to, amount: isKept ? amountIn : 'all' }
}

/** The best quote for all of one resource, unless it falls short of the oracle's value by more than the policy's slippage. */
function acceptableQuote(
  sold: ResourceAddress,
  parts: readonly Part[],
  debt: LoanPosition,
  input: PlanningInput,
  quotes: QuoteBook,
): ExitQuote | undefined {
  const amountIn = Decimal.sum(parts.map((part) => part.amount))
  const quote = quotes.best({ from: sold, to: debt.resource, amountIn })
  const value = Decimal.sum(parts.map((part) => part.seizure.receivedValueXrd))
  return quote?.amountOut.times(debt.price).gte(lessSlippage(value, input)) ? quote : undefined
}

/**
 * What is kept counts at the oracle's value less the policy's slippage, and at no more than a venue offers for it now: an oracle that is
 * wrong must not make keeping look better than selling. LSU redeem at their validator whatever a venue says; only time is lost.
 */
function keptValueXrd(
  { seizure, sold, amount }: Part,
  debt: LoanPosition,
  input: PlanningInput,
  quotes: QuoteBook,
): Decimal {
  if (seizure.position.kind.kind === 'lsu')
    return seizure.receivedValueXrd.minus(waitingCostXrd(seizure.receivedValueXrd, input.market))
  const cautious = lessSlippage(seizure.receivedValueXrd, input)
  if (sold === debt.resource) return cautious
  const quote = quotes.best({ from: sold, to: debt.resource, amountIn: amount })
  return quote ? Decimal.min(cautious, quote.amountOut.times(debt.price)) : cautious
}

function lessSlippage(value: Decimal, { policy }: PlanningInput): Decimal {
  return value.times(Decimal.ONE.minus(policy.maxSlippage))
}

/** The price may move before the commit, and with it how much is seized. */
function keptGuard({ seizure }: Part, input: PlanningInput): LiquidationStep {
  const { resource } = seizure.position
  const amount = roundedDown(input.market, resource, lessSlippage(seizure.received, input))
  return { kind: 'assert-at-least', resource, amount }
}

function redemption({ seizure }: Part): LiquidationStep {
  return { kind: 'redeem-deposit-units', depositUnit: seizure.position.resource }
}
