import { Decimal } from '../decimal.ts'
import type { CollateralPosition, LoanPosition } from '../health-types.ts'
import type { MarketSnapshot } from '../market.ts'
import { roundedDown } from '../rounding.ts'
import type { RuledOut } from './alternative.ts'
import { type LiquidationAmounts, mostCovered, mostPayable } from './amounts.ts'
import { CallSequence, type Calls, together } from './calls.ts'
import { bestFunding, type Funding, type FundingLimits, fundingLimits } from './funding.ts'
import { afterInterest } from './interest-due.ts'
import { priceDoubted, resourceForbidden } from './permission.ts'
import type { PlanningInput } from './plan.ts'
import { liquidateServices, serviceOff } from './services-off.ts'

/** One debt, one size and one order of seizure: what is bought at which price and how it is funded, before an exit is chosen. */
export interface Proposal {
  readonly label: () => string
  readonly order: readonly CollateralPosition[]
  readonly calls: Calls
  /** Of all calls together. */
  readonly amounts: LiquidationAmounts
  readonly funding: Funding
  /** The same debt and order at another size, rounded down; none when it cannot be paid or is not taken so. */
  readonly resized: (size: Decimal) => Proposal | undefined
}

export interface Proposals {
  readonly proposals: readonly Proposal[]
  /** Debts and collaterals that no proposal could be made for. */
  readonly ruledOut: readonly RuledOut[]
}

/** Sizes looked at, as fractions of the most that one call can repay: price impact may make a smaller one the better. */
const SIZE_FRACTIONS = ['1', '0.5', '0.25', '0.125', '0.0625'].map((text) => Decimal.parse(text))
/** Collaterals that one liquidation seizes at most; a CDP holds eight positions, and each round can be followed by another. */
const MAX_ORDER_LENGTH = 3
/** Of CDPs with more collaterals each is tried alone; the eight-position worst case would ask for hundreds of quotes. */
const MAX_ORDERED_COLLATERALS = 3

/** Every debt × order of collaterals × size that is permitted, possible and can be funded at all. */
export function proposalsFor(input: PlanningInput): Proposals {
  const proposals: Proposal[] = []
  const ruledOut: RuledOut[] = []
  for (const debt of input.health.loans) {
    const label = () => `repay ${debt.resource}`
    const denied =
      resourceForbidden(input.policy, debt.resource, input.nowMs) ?? priceDoubted(input, [{ resource: debt.resource }])
    if (denied) {
      ruledOut.push({ label, why: denied })
      continue
    }
    const seizable = input.health.collaterals.filter((position) => {
      const why = whyNotSeizable(input, debt, position)
      if (why) ruledOut.push({ label: () => `${label()}, seize ${position.resource}`, why })
      return why === undefined
    })
    const limits = fundingLimits(input, debt.resource)
    const { cdp, nftContents } = input
    const first = { cdp, nftContents, ...afterInterest(input, [debt.resource]) }
    for (const order of ordersOf(seizable, debt, input)) {
      const requested = order.map((position) => position.resource)
      const sequence = new CallSequence(first, debt.resource, requested, mostCalls(input))
      const sizes = sizesOf(input, debt, order, sequence, limits)
      if (sizes.length === 0 && order.length === 1)
        ruledOut.push({ label: () => labelOf(debt, order), why: whyNothingCanBePaid(input, debt, order, limits) })
      for (const size of sizes) {
        const proposal = propose(first.market, debt, order, sequence, size, limits)
        if (proposal) proposals.push(proposal)
      }
    }
  }
  return { proposals, ruledOut }
}

/** What is in the way: collateral that is used up (bad debt stays), or funds that cannot be raised. */
function whyNothingCanBePaid(
  { market }: PlanningInput,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  limits: FundingLimits,
): string {
  const covered = mostCovered(debt, order, market)
  return covered.isPositive()
    ? `nothing can be paid: ${limits.why}`
    : 'the collateral left is worth less than the smallest payment: what is still owed is bad debt'
}

function whyNotSeizable(input: PlanningInput, debt: LoanPosition, position: CollateralPosition): string | undefined {
  return (
    resourceForbidden(input.policy, position.resource, input.nowMs) ??
    priceDoubted(input, [position]) ??
    serviceOff(input.market, liquidateServices(debt.resource, [position]))
  )
}

/**
 * Orders in which collaterals may be seized: each alone, and each followed by others where it does not cover the whole payment. Whatever
 * comes before the last one goes whole, so of orders with the same last one and the same others before it one stands for all.
 */
function ordersOf(
  seizable: readonly CollateralPosition[],
  debt: LoanPosition,
  input: PlanningInput,
): readonly (readonly CollateralPosition[])[] {
  const { market } = input
  const longest = seizable.length <= MAX_ORDERED_COLLATERALS ? MAX_ORDER_LENGTH : 1
  const payable = mostCalls(input) > 1 ? debt.amount : mostPayable(debt, market)
  const extended = (order: readonly CollateralPosition[]): readonly (readonly CollateralPosition[])[] => {
    if (order.length >= longest || mostCovered(debt, order, market).gte(payable)) return [order]
    const rest = seizable.filter((each) => !order.includes(each))
    return [order, ...rest.flatMap((each) => extended([...order, each]))]
  }
  const distinct = new Set<string>()
  return seizable
    .flatMap((each) => extended([each]))
    .filter((order) => {
      const places = order.map((position) => seizable.indexOf(position))
      const key = [...places.slice(0, -1).sort(), ...places.slice(-1)].join()
      return !distinct.has(key) && distinct.add(key)
    })
}

/** Once where prices are doubted: that the CDP stays liquidatable without them is known of the first call only. */
function mostCalls({ policy, doubted }: PlanningInput): number {
  return doubted?.size ? 1 : (policy.maxCallsPerTransaction ?? 1)
}

/**
 * What several calls can repay, the fractions of the most that one can, and what each way of funding can raise, as far as it can be raised
 * at all.
 */
function sizesOf(
  { market }: PlanningInput,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  { totals }: CallSequence,
  limits: FundingLimits,
): readonly Decimal[] {
  const most = Decimal.min(mostPayable(debt, market), mostCovered(debt, order, market))
  const mostOfAll = totals.at(-1) ?? most
  const raised = limits.own.plus(limits.flashLoan)
  const wanted = [
    ...totals,
    ...SIZE_FRACTIONS.map((fraction) => roundedDown(market, debt.resource, most.times(fraction))),
    limits.own,
    limits.flashLoan,
    raised,
  ]
  const bySize = new Map(wanted.map((size) => [size.attos, size]))
  // An order whose last collateral is never reached would repeat a shorter one.
  const tooSmall = order.length > 1 ? mostCovered(debt, order.slice(0, -1), market) : Decimal.ZERO
  return [...bySize.values()]
    .filter((size) => size.gt(tooSmall) && size.lte(mostOfAll) && size.lte(raised))
    .sort((a, b) => b.compareTo(a))
}

function propose(
  market: MarketSnapshot,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  sequence: CallSequence,
  size: Decimal,
  limits: FundingLimits,
): Proposal | undefined {
  const calls = sequence.paying(size)
  const amounts = calls && together(calls, market)
  if (!amounts || amounts.seizures.length < order.length) return undefined
  const funding = bestFunding(market, debt.resource, amounts.accepted, limits)
  const inCalls = calls.length > 1 ? ` in ${calls.length} calls` : ''
  return (
    funding && {
      label: () => `${labelOf(debt, order)}, ${size}${inCalls}, ${funding.kind}`,
      order,
      calls,
      amounts,
      funding,
      resized: (other) => propose(market, debt, order, sequence, roundedDown(market, debt.resource, other), limits),
    }
  )
}

function labelOf(debt: LoanPosition, order: readonly CollateralPosition[]): string {
  return `repay ${debt.resource}, seize ${order.map((position) => position.resource).join(' then ')}`
}
