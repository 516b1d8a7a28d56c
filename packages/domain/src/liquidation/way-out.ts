import { Decimal } from '../decimal.ts'
import type { LoanPosition } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import { roundedDown } from '../rounding.ts'
import { amountOfUnits } from '../unit-ratio.ts'
import type { SeizedAmount } from './amounts.ts'
import { touched } from './interest-due.ts'
import type { ExitQuote, LiquidationPlan, LiquidationStep, PlanningInput } from './plan.ts'
import { MAX_PERMUTED_COLLATERALS, type Proposal } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'
import { serviceOff, withdrawService } from './services-off.ts'
import { maySellLsu, waitingCostXrd } from './unstaking.ts'

/** What becomes of the seized collateral: turned into the debt's resource, kept, or some of each. */
export interface WayOut {
  readonly label: () => string
  readonly exit: LiquidationPlan['exit']
  /** Guards of what is kept, redemptions and swaps, in order; they come after `liquidate`. */
  readonly steps: () => readonly LiquidationStep[]
  /** Of the debt's resource, what lies on the worktop afterwards. */
  readonly inDebtResource: Decimal
  /** The least of it that the policy's slippage allows: below the oracle's value, and below what venues offer now. */
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
 * Every combination of turning collaterals into the debt's resource and keeping them; of many collaterals only all sold and all kept. A
 * sale beyond the policy's slippage is not made; what cannot be sold or redeemed is kept.
 *
 * Several resources are sold only for a debt of XRD: quotes are answers to single trades, and on Radix what is traded into another
 * resource passes through XRD, where the second trade would fetch less than was quoted *(inferred from the pools known)*.
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
  const mostSold = debt.resource === input.market.xrd ? parts.length : 1
  const saleOf = sales(parts, debt, input, quotes)

  const ways = new Map<number, WayOut>()
  for (const chosen of subsetsOf(choices, parts.length)) {
    const sold = lotsOf(parts, forSale & ~chosen)
    if (sold.length > mostSold) continue
    const lots = sold.map((bits) => ({ bits, quote: saleOf(bits) }))
    // What no venue takes at an acceptable price is kept instead.
    const unsold = lots.reduce((all, { bits, quote }) => (quote ? all : all | bits), 0)
    const keptBits = chosen | forced | unsold
    if (ways.has(keptBits)) continue
    const accepted = lots.flatMap(({ quote }) => quote ?? [])
    ways.set(keptBits, wayOut(at(parts, ~keptBits), at(kept, keptBits), accepted, debt, input))
  }
  return [...ways.values()]
}

/** Parts kept by choice: first none, then more and more; of many parts none or all. */
function subsetsOf(choices: number, length: number): readonly number[] {
  if (length > MAX_PERMUTED_COLLATERALS) return [0, choices]
  return Array.from({ length: 2 ** length }, (_, bits) => bits).filter((bits) => (bits & ~choices) === 0)
}

/** One trade for each resource that is sold: the parts in it, as bits. */
function lotsOf(parts: readonly Part[], forSale: number): readonly number[] {
  const lots = new Map<ResourceAddress, number>()
  for (const [index, { sold }] of parts.entries())
    if ((forSale & (1 << index)) !== 0) lots.set(sold, (lots.get(sold) ?? 0) | (1 << index))
  return [...lots.values()]
}

function bitsOf(parts: readonly Part[], holds: (part: Part) => boolean): number {
  return parts.reduce((bits, part, index) => (holds(part) ? bits | (1 << index) : bits), 0)
}

function at<T>(items: readonly T[], bits: number): readonly T[] {
  return items.filter((_, index) => (bits & (1 << index)) !== 0)
}

/** What one trade of these parts fetches, looked up once; none where no venue offers enough. */
function sales(
  parts: readonly Part[],
  debt: LoanPosition,
  input: PlanningInput,
  quotes: QuoteBook,
): (bits: number) => ExitQuote | undefined {
  const known = new Map<number, ExitQuote | undefined>()
  return (bits) => {
    if (!known.has(bits)) known.set(bits, acceptableQuote(at(parts, bits), debt, input, quotes))
    return known.get(bits)
  }
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
      return { seizure, sold: resource, amount: received, isRedeemed: false, mustKeep: !maySellLsu(input.policy) }
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
  sold: readonly ExitQuote[],
  debt: LoanPosition,
  input: PlanningInput,
): WayOut {
  const redeemed = converted.filter((part) => part.isRedeemed)
  let inDebtResource = Decimal.sum(sold.map(({ amountOut }) => amountOut))
  let redeemedFromDebtPool = Decimal.ZERO
  for (const { sold, amount, isRedeemed } of converted) {
    if (sold !== debt.resource) continue
    inDebtResource = inDebtResource.plus(amount)
    if (isRedeemed) redeemedFromDebtPool = redeemedFromDebtPool.plus(amount)
  }
  return {
    label: () => (kept.length === 0 ? 'keep nothing' : `keep ${kept.map(({ resource }) => resource).join(', ')}`),
    exit: sold.length > 0 ? 'dex' : redeemed.length > 0 ? 'pool-withdrawal' : 'hold',
    steps: () => [
      ...kept.map((each) => keptGuard(each, input)),
      ...redeemed.map(redemption),
      ...sold.map((quote) => swapStep(quote, converted, kept, debt, input)),
    ],
    inDebtResource,
    redeemedFromDebtPool,
    leastInDebtResource: () => {
      const value = Decimal.sum(converted.map((part) => part.seizure.receivedValueXrd))
      const least = lessSlippage(Decimal.min(value.dividedBy(debt.price), inDebtResource), input)
      return roundedDown(input.market, debt.resource, least)
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
  const expected = Decimal.min(value.dividedBy(debt.price), amountOut)
  return {
    kind: 'swap',
    component,
    from,
    to,
    amount: isKept ? amountIn : 'all',
    atLeast: roundedDown(input.market, to, lessSlippage(expected, input)),
  }
}

/**
 * The best quote for all of one resource, unless it falls short of the oracle's value by more than the policy's slippage. A market that
 * leads the oracle, as it does in every fast move, is no reason against a sale that still earns: by as much again it may fall short, if
 * what our own trade moves stays within the slippage. That it earns is judged by the profit.
 */
function acceptableQuote(
  parts: readonly Part[],
  debt: LoanPosition,
  input: PlanningInput,
  quotes: QuoteBook,
): ExitQuote | undefined {
  const [first] = parts
  if (!first) return undefined
  const amountIn = Decimal.sum(parts.map((part) => part.amount))
  const pair = { from: first.sold, to: debt.resource }
  const quote = quotes.best({ ...pair, amountIn })
  if (!quote) return undefined
  const worthXrd = quote.amountOut.times(debt.price)
  const least = lessSlippage(Decimal.sum(parts.map((part) => part.seizure.receivedValueXrd)), input)
  if (worthXrd.gte(least)) return quote
  const undisturbed = quotes.bestRate(pair).times(amountIn)
  return worthXrd.gte(lessSlippage(least, input)) && quote.amountOut.gte(lessSlippage(undisturbed, input))
    ? quote
    : undefined
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
