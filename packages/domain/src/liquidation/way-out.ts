import { Decimal } from '../decimal.ts'
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
  readonly label: string
  readonly exit: LiquidationPlan['exit']
  /** Guards of what is kept, redemptions and swaps, in order; they come after `liquidate`. */
  readonly steps: readonly LiquidationStep[]
  /** Of the debt's resource, what lies on the worktop afterwards. */
  readonly inDebtResource: Decimal
  /** The least of it that the oracle's value and the policy's slippage allow. */
  readonly leastInDebtResource: Decimal
  /** Of it, what is redeemed from the debt's own pool, whose vault a flash loan has drawn on. */
  readonly redeemedFromDebtPool: Decimal
  readonly kept: readonly { readonly resource: ResourceAddress; readonly amount: Decimal; readonly valueXrd: Decimal }[]
}

/** One seized collateral and what it turns into when it is not kept. */
interface Part {
  readonly seizure: SeizedAmount
  /** The resource that is sold: a deposit unit's underlying, else the collateral itself. */
  readonly sold: ResourceAddress
  readonly amount: Decimal
  readonly isRedeemed: boolean
  /** Why it must be kept, if so. */
  readonly kept: string | undefined
}

/**
 * Every combination of turning collaterals into the debt's resource and keeping them. A sale beyond the policy's slippage is not made;
 * what cannot be sold or redeemed is kept. At most one resource is sold: quotes are answers to single trades, and two trades into one
 * resource may share a pool, where the second fetches less than was quoted. What is left over is liquidated next time.
 */
export function waysOut(proposal: Proposal, input: PlanningInput, quotes: QuoteBook): readonly WayOut[] {
  const parts = proposal.amounts.seizures
    .filter((seizure) => seizure.received.isPositive())
    .map((seizure) => partOf(seizure, proposal, input))
  const ways = new Map<string, WayOut>()
  for (const choice of choicesOf(parts, debtOf(proposal))) {
    if (soldResources(choice, debtOf(proposal)).size > 1) continue
    const way = wayOut(proposal, choice, input, quotes)
    ways.set(way.label, ways.get(way.label) ?? way)
  }
  return [...ways.values()]
}

function soldResources(choice: readonly Part[], debt: ResourceAddress): ReadonlySet<ResourceAddress> {
  return new Set(choice.filter((part) => part.kept === undefined && part.sold !== debt).map((part) => part.sold))
}

/** The parts with some of those that could be converted marked as kept; first none, then more and more. */
function choicesOf(parts: readonly Part[], debt: ResourceAddress): readonly (readonly Part[])[] {
  const keep = (part: Part): Part => ({ ...part, kept: part.kept ?? 'kept by choice' })
  // The debt's own resource needs no exit.
  const isChoice = (part: Part) => part.kept === undefined && (part.isRedeemed || part.sold !== debt)
  return parts.reduce<readonly (readonly Part[])[]>(
    (choices, part) => [
      ...choices.map((choice) => [...choice, part]),
      ...(isChoice(part) ? choices.map((choice) => [...choice, keep(part)]) : []),
    ],
    [[]],
  )
}

function debtOf(proposal: Proposal): ResourceAddress {
  return proposal.amounts.debt.resource
}

function partOf(seizure: SeizedAmount, proposal: Proposal, input: PlanningInput): Part {
  const { received } = seizure
  const { kind, resource } = seizure.position
  switch (kind.kind) {
    case 'token':
      return { seizure, sold: resource, amount: received, isRedeemed: false, kept: undefined }
    case 'lsu': {
      const kept = input.policy.lsuExit === 'dex' ? undefined : 'LSU are kept by policy'
      return { seizure, sold: resource, amount: received, isRedeemed: false, kept }
    }
    case 'deposit-unit': {
      const amount = redeemedAmount(kind.underlying, received, input)
      const kept = whyNotRedeemable(proposal, kind.underlying, amount, input)
      return { seizure, sold: kind.underlying, amount, isRedeemed: true, kept }
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
 * Deposit units redeem only while the pool's vault holds enough. When the debt is of the same pool its repayment has come in by then;
 * whether a flash loan has drawn on it too is known once the funding is.
 */
function whyNotRedeemable(
  { amounts }: Proposal,
  underlying: ResourceAddress,
  amount: Decimal,
  { market }: PlanningInput,
): string | undefined {
  const off = serviceOff(market, [withdrawService(underlying)])
  if (off) return off
  const liquidity = market.pools.get(underlying)?.liquidity ?? Decimal.ZERO
  const repaid = amounts.debt.resource === underlying ? amounts.accepted : Decimal.ZERO
  return liquidity.plus(repaid).gte(amount) ? undefined : `the pool holds ${liquidity}, ${amount} are needed`
}

function wayOut(proposal: Proposal, parts: readonly Part[], input: PlanningInput, quotes: QuoteBook): WayOut {
  const debt = proposal.amounts.debt
  const swaps: ExitQuote[] = []
  const converted: Part[] = []
  const kept: Part[] = []
  for (const group of groupedBySold(parts)) {
    const sellable = group.filter((part) => part.kept === undefined)
    kept.push(...group.filter((part) => part.kept !== undefined))
    const [first] = sellable
    if (!first) continue
    if (first.sold === debt.resource) {
      converted.push(...sellable)
      continue
    }
    const quote = acceptableQuote(first.sold, sellable, proposal, input, quotes)
    if (quote) swaps.push(quote)
    ;(quote ? converted : kept).push(...sellable)
  }

  const direct = Decimal.sum(converted.filter((part) => part.sold === debt.resource).map((part) => part.amount))
  const convertedValue = Decimal.sum(converted.map((part) => part.seizure.receivedValueXrd))
  const inDebtResource = Decimal.sum([direct, ...swaps.map((quote) => quote.amountOut)])
  const redeemedUnits = converted.filter((part) => part.isRedeemed)
  return {
    label: kept.length === 0 ? 'keep nothing' : `keep ${kept.map((part) => part.seizure.position.resource).join(', ')}`,
    exit: swaps.length > 0 ? 'dex' : redeemedUnits.length > 0 ? 'pool-withdrawal' : 'hold',
    steps: [
      ...kept.map((part) => keptGuard(part, input)),
      ...redeemedUnits.map(redemption),
      ...swaps.map(({ component, from, to, amountIn }): LiquidationStep => {
        // A kept token must not be swept along when redeemed units of the same token are sold.
        const isKept = kept.some((part) => part.seizure.position.resource === from)
        return { kind: 'swap', component, from, to, amount: isKept ? amountIn : 'all' }
      }),
    ],
    inDebtResource,
    redeemedFromDebtPool: Decimal.sum(
      redeemedUnits.filter((part) => part.sold === debt.resource).map((part) => part.amount),
    ),
    leastInDebtResource: Decimal.min(
      inDebtResource,
      roundedDown(input.market, debt.resource, lessSlippage(convertedValue, input).dividedBy(debt.price)),
    ),
    kept: kept.map((part) => ({
      resource: part.seizure.position.resource,
      amount: part.seizure.received,
      valueXrd: keptValueXrd(part, proposal, input, quotes),
    })),
  }
}

function groupedBySold(parts: readonly Part[]): readonly (readonly Part[])[] {
  const groups = new Map<ResourceAddress, Part[]>()
  for (const part of parts) groups.set(part.sold, [...(groups.get(part.sold) ?? []), part])
  return [...groups.values()]
}

/** The best quote for all of one resource, unless it falls short of the oracle's value by more than the policy's slippage. */
function acceptableQuote(
  sold: ResourceAddress,
  parts: readonly Part[],
  { amounts: { debt } }: Proposal,
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
  { amounts: { debt } }: Proposal,
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
