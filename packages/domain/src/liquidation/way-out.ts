import { Decimal } from '../decimal.ts'
import type { LoanPosition } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import { roundedDown } from '../rounding.ts'
import { amountOfUnits } from '../unit-ratio.ts'
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
export interface Part {
  readonly seizure: SeizedAmount
  /** The resource that is sold: a deposit unit's underlying, else the collateral itself. */
  readonly sold: ResourceAddress
  readonly amount: Decimal
  readonly isRedeemed: boolean
  /** Policy or the pool leaves nothing but keeping it. */
  readonly mustKeep: boolean
}

/**
 * Every combination of turning collaterals into the debt's resource and keeping them. A sale beyond the policy's slippage is not made;
 * what cannot be sold or redeemed is kept. At most one resource is sold: quotes are answers to single trades, and two trades into one
 * resource may share a pool, where the second fetches less than was quoted. What is left over is liquidated next time.
 */
export function waysOut(
  debt: LoanPosition,
  parts: readonly Part[],
  input: PlanningInput,
  quotes: QuoteBook,
): readonly WayOut[] {
  // Of each set of parts a number, with a bit for each part.
  const forced = bitsOf(parts, (part) => part.mustKeep)
  const forSale = bitsOf(parts, (part) => part.sold !== debt.resource) & ~forced
  // The debt's own resource needs no exit, but its deposit units may be kept as well.
  const choices = forSale | (bitsOf(parts, (part) => part.isRedeemed) & ~forced)
  const kept = keptAmounts(parts, choices | forced, debt, input, quotes)
  const sales = salesOf(parts, forSale, debt, input, quotes)

  const ways = new Map<number, WayOut>()
  // First nothing is kept by choice, then more and more.
  for (let chosen = 0; chosen < 2 ** parts.length; chosen += 1) {
    if ((chosen & ~choices) !== 0) continue
    const sold = forSale & ~chosen
    if (sold !== 0 && !sales.has(sold)) continue
    const quote = sales.get(sold)
    // What no venue takes at an acceptable price is kept instead.
    const keptBits = chosen | forced | (quote ? 0 : sold)
    if (ways.has(keptBits)) continue
    ways.set(keptBits, wayOut(at(parts, ~keptBits), at(kept, keptBits), quote, debt, input))
  }
  return [...ways.values()]
}

function bitsOf(parts: readonly Part[], holds: (part: Part) => boolean): number {
  return parts.reduce((bits, part, index) => (holds(part) ? bits | (1 << index) : bits), 0)
}

function at<T>(items: readonly T[], bits: number): readonly T[] {
  return items.filter((_, index) => (bits & (1 << index)) !== 0)
}

/** Every set of parts that one trade can sell, with what it fetches; without a quote where no venue offers enough. */
function salesOf(
  parts: readonly Part[],
  forSale: number,
  debt: LoanPosition,
  input: PlanningInput,
  quotes: QuoteBook,
): ReadonlyMap<number, ExitQuote | undefined> {
  const sales = new Map<number, ExitQuote | undefined>()
  for (let bits = 1; bits < 2 ** parts.length; bits += 1) {
    if ((bits & ~forSale) !== 0) continue
    const sold = at(parts, bits)
    const [first] = sold
    if (first && sold.every((part) => part.sold === first.sold))
      sales.set(bits, acceptableQuote(first.sold, sold, debt, input, quotes))
  }
  return sales
}

/** What a proposal seizes, in parts; dust that rounds to nothing is none. */
export function partsOf(proposal: Proposal, input: PlanningInput): readonly Part[] {
  return proposal.amounts.seizures
    .filter((seizure) => seizure.received.isPositive())
    .map((seizure) => partOf(seizure, proposal, input))
}

function partOf(seizure: SeizedAmount, proposal: Proposal, input: PlanningInput): Part {
  const { received } = seizure
  const { kind, resource } = seizure.position
  switch (kind.kind) {
    case 'token':
      return { seizure, sold: resource, amount: received, isRedeemed: false, mustKeep: false }
    case 'lsu':
      return { seizure, sold: resource, amount: received, isRedeemed: false, mustKeep: input.policy.lsuExit !== 'dex' }
    case 'deposit-unit': {
      const amount = redeemedAmount(kind.underlying, received, input)
      const mustKeep = !isRedeemable(proposal, kind.underlying, amount, input)
      return { seizure, sold: kind.underlying, amount, isRedeemed: true, mustKeep }
    }
  }
}

/** The withdrawal adds the interest that is due before it redeems, rounded down to the underlying's divisibility. */
function redeemedAmount(underlying: ResourceAddress, units: Decimal, { market }: PlanningInput): Decimal {
  const pool = market.pools.get(underlying)
  return pool
    ? roundedDown(market, underlying, amountOfUnits(units, touched(pool, market).deposits.unitRatio))
    : Decimal.ZERO
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
  kept: readonly KeptAmount[],
  quote: ExitQuote | undefined,
  debt: LoanPosition,
  input: PlanningInput,
): WayOut {
  const redeemed = converted.filter((part) => part.isRedeemed)
  let inDebtResource = quote?.amountOut ?? Decimal.ZERO
  let redeemedFromDebtPool = Decimal.ZERO
  for (const { sold, amount, isRedeemed } of converted) {
    if (sold !== debt.resource) continue
    inDebtResource = inDebtResource.plus(amount)
    if (isRedeemed) redeemedFromDebtPool = redeemedFromDebtPool.plus(amount)
  }
  return {
    label: () => (kept.length === 0 ? 'keep nothing' : `keep ${kept.map(({ resource }) => resource).join(', ')}`),
    exit: quote ? 'dex' : redeemed.length > 0 ? 'pool-withdrawal' : 'hold',
    steps: () => [
      ...kept.map((each) => keptGuard(each, input)),
      ...redeemed.map(redemption),
      ...(quote ? [swapStep(quote, converted, kept, debt, input)] : []),
    ],
    inDebtResource,
    redeemedFromDebtPool,
    leastInDebtResource: () => {
      const value = Decimal.sum(converted.map((part) => part.seizure.receivedValueXrd))
      const least = roundedDown(input.market, debt.resource, lessSlippage(value, input).dividedBy(debt.price))
      return Decimal.min(inDebtResource, least)
    },
    kept,
  }
}

function swapStep(
  { component, from, to, amountIn, amountOut }: ExitQuote,
  converted: readonly Part[],
  kept: readonly KeptAmount[],
  debt: LoanPosition,
  input: PlanningInput,
): LiquidationStep {
  // A kept token must not be swept along when redeemed units of the same token are sold.
  const isKept = kept.some(({ resource }) => resource === from)
  const value = Decimal.sum(converted.flatMap((part) => (part.sold === from ? [part.seizure.receivedValueXrd] : [])))
  const least = roundedDown(input.market, to, lessSlippage(value, input).dividedBy(debt.price))
  return {
    kind: 'swap',
    component,
    from,
    to,
    amount: isKept ? amountIn : 'all',
    atLeast: Decimal.min(amountOut, least),
  }
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

/** Each part as it counts when it is kept; those that never are cost nothing to look at. */
function keptAmounts(
  parts: readonly Part[],
  keepable: number,
  debt: LoanPosition,
  input: PlanningInput,
  quotes: QuoteBook,
): readonly KeptAmount[] {
  return parts.map((part, index) => ({
    resource: part.seizure.position.resource,
    amount: part.seizure.received,
    valueXrd: (keepable & (1 << index)) === 0 ? Decimal.ZERO : keptValueXrd(part, debt, input, quotes),
  }))
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
function keptGuard({ resource, amount }: KeptAmount, input: PlanningInput): LiquidationStep {
  return {
    kind: 'assert-at-least',
    resource,
    amount: roundedDown(input.market, resource, lessSlippage(amount, input)),
  }
}

function redemption({ seizure }: Part): LiquidationStep {
  return { kind: 'redeem-deposit-units', depositUnit: seizure.position.resource }
}
