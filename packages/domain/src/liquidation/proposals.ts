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
import { networkFeeXrd } from './terms.ts'

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
const SMALLEST_FRACTION = Decimal.parse('0.0625')
/** Below those a quarter each, as far down as fees leave something of the gain: what fits a thin market is quickly found so. */
const FURTHER_FRACTION = Decimal.parse('0.25')
const MAX_FURTHER_SIZES = 8
/** Of CDPs with more collaterals each is tried alone and all in the order of their worth: their permutations would ask for hundreds of quotes. */
export const MAX_PERMUTED_COLLATERALS = 3

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
      const possible = sizesOf(input, debt, order, sequence, limits).flatMap(
        (size) => propose(first.market, debt, order, sequence, size, limits) ?? [],
      )
      if (possible.length === 0 && order.length === 1)
        ruledOut.push({ label: () => labelOf(debt, order), why: whyNothingCanBePaid(input, debt, order, limits) })
      proposals.push(...possible)
    }
  }
  return { proposals, ruledOut }
}

/** What is in the way: a loan or collateral that is used up but for dust (bad debt may stay), or funds that cannot be raised. */
function whyNothingCanBePaid(
  { market }: PlanningInput,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  limits: FundingLimits,
): string {
  if (!mostCovered(debt, order, market).isPositive())
    return 'the collateral left is worth less than the smallest payment: what is still owed is bad debt'
  if (!mostPayable(debt, market).isPositive())
    return `of the ${debt.amount} still owed one call may repay less than the smallest payment`
  return limits.own.plus(limits.flashLoan).isPositive()
    ? 'what the payments that can be raised would seize rounds to nothing'
    : `nothing can be paid: ${limits.why}`
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
 * comes before the last one goes whole, so of orders with the same last one and the same others before it one stands for all. Many
 * collaterals are seized together in one order only, what covers most first.
 */
function ordersOf(
  seizable: readonly CollateralPosition[],
  debt: LoanPosition,
  input: PlanningInput,
): readonly (readonly CollateralPosition[])[] {
  const { market } = input
  const payable = mostCalls(input) > 1 ? debt.amount : mostPayable(debt, market)
  if (seizable.length > MAX_PERMUTED_COLLATERALS) {
    const byWorth = [...seizable].sort((a, b) => b.discountedValue.compareTo(a.discountedValue))
    const together = byWorth
      .map((_, index) => byWorth.slice(0, index + 1))
      .filter((order) => order.length > 1 && mostCovered(debt, order.slice(0, -1), market).lt(payable))
    return [...seizable.map((each) => [each]), ...together]
  }
  const extended = (order: readonly CollateralPosition[]): readonly (readonly CollateralPosition[])[] => {
    if (mostCovered(debt, order, market).gte(payable)) return [order]
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
  input: PlanningInput,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  { totals }: CallSequence,
  limits: FundingLimits,
): readonly Decimal[] {
  const { market } = input
  const most = Decimal.min(mostPayable(debt, market), mostCovered(debt, order, market))
  const mostOfAll = totals.at(-1) ?? most
  const raised = limits.own.plus(limits.flashLoan)
  const wanted = [
    ...totals,
    ...SIZE_FRACTIONS.map((fraction) => roundedDown(market, debt.resource, most.times(fraction))),
    ...furtherSizes(input, debt, order, most),
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

/** Below the fractions, each a quarter of the one before, while the bonus pays for more than the network fee. */
function furtherSizes(
  { market, policy }: PlanningInput,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  most: Decimal,
): readonly Decimal[] {
  const bonus = order.reduce((best, { config }) => Decimal.max(best, config.liquidationBonusRate), Decimal.ZERO)
  const feeXrd = networkFeeXrd(policy)
  const sizes: Decimal[] = []
  let size = most.times(SMALLEST_FRACTION).times(FURTHER_FRACTION)
  while (sizes.length < MAX_FURTHER_SIZES && size.times(debt.price).times(bonus).gt(feeXrd)) {
    sizes.push(roundedDown(market, debt.resource, size))
    size = size.times(FURTHER_FRACTION)
  }
  return sizes
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
