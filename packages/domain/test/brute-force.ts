import { Decimal } from '../src/decimal.ts'
import type { CollateralPosition, LoanPosition } from '../src/health-types.ts'
import type { ResourceAddress } from '../src/ids.ts'
import { liquidationAmounts, type SeizedAmount } from '../src/liquidation/amounts.ts'
import type { PlanningInput } from '../src/liquidation/plan.ts'
import { lsuRedemptionPrice } from '../src/price-in-force.ts'
import { amountOfUnits } from '../src/unit-ratio.ts'
import type { Venue } from './worktop.ts'

/** The planner's, but for the smallest that it adds where the bonus still pays for the fee. */
const HAIRCUTS = ['1', '0.5', '0.25', '0.125', '0.0625'].map((text) => Decimal.parse(text))

/**
 * The greatest profit that any combination brings: every loan, every order of every subset of collaterals, the planner's sizes, every
 * funding, every collateral sold or kept. Plain loops over cash flows, sharing with the planner only the seizure formula.
 */
export function bestByBruteForce(
  input: PlanningInput,
  venue: Venue,
  shares: readonly Decimal[] = HAIRCUTS,
): Decimal | undefined {
  let best: Decimal | undefined
  for (const debt of input.health.loans)
    for (const order of ordersOf(input.health.collaterals))
      for (const size of sizesOf(input, debt, order, shares)) {
        const requested = order.map((each) => each.resource)
        const amounts = liquidationAmounts(
          input.health,
          input.market,
          { resource: debt.resource, amount: size },
          requested,
        )
        // An order whose end is not reached is a shorter order with that order's sizes.
        if (!amounts?.accepted.eq(size) || amounts.seizures.length < order.length) continue
        if (amounts.seizures.every((each) => each.received.isZero())) continue
        for (const fromWallet of [Decimal.ZERO, Decimal.min(own(input, debt.resource), size)]) {
          const lent = size.minus(fromWallet)
          if (lent.gt(lendable(input, debt.resource))) continue
          for (const sold of choices(amounts.seizures.length)) {
            const profit = profitOf(input, debt, size, lent, amounts.seizures, sold, venue)
            if (profit && (!best || profit.gt(best))) best = profit
          }
        }
      }
  return best
}

function profitOf(
  { market, policy }: PlanningInput,
  debt: LoanPosition,
  paid: Decimal,
  lent: Decimal,
  seizures: readonly SeizedAmount[],
  sold: readonly boolean[],
  venue: Venue,
): Decimal | undefined {
  const tolerated = Decimal.ONE.minus(policy.maxSlippage)
  const toSell = new Map<ResourceAddress, { amount: Decimal; value: Decimal }>()
  let kept = Decimal.ZERO
  for (const [index, { position, received }] of seizures.entries()) {
    const { kind } = position
    const pool = kind.kind === 'deposit-unit' ? market.pools.get(kind.underlying) : undefined
    const into = kind.kind === 'deposit-unit' ? kind.underlying : position.resource
    const whole = pool ? amountOfUnits(received, pool.deposits.unitRatio) : received
    const value = whole.times(position.price)
    const amount = pool ? whole.round(market.divisibilities.get(into) ?? 18, 'ToZero') : whole
    const repaid = into === debt.resource ? paid.minus(lent) : Decimal.ZERO
    const isShort = pool?.liquidity?.plus(repaid).lt(amount) ?? false
    const mustKeep = isShort || (kind.kind === 'lsu' && policy.lsuExit !== 'dex' && policy.lsuExit !== 'best')
    const isDebt = into === debt.resource && kind.kind === 'token'
    if ((sold[index] && !mustKeep) || isDebt) {
      const known = toSell.get(into)
      toSell.set(into, {
        amount: amount.plus(known?.amount ?? Decimal.ZERO),
        value: value.plus(known?.value ?? Decimal.ZERO),
      })
    } else kept = kept.plus(keptValue(position, value, into, amount))
  }
  function keptValue(position: CollateralPosition, value: Decimal, into: ResourceAddress, amount: Decimal): Decimal {
    if (position.kind.kind === 'lsu') {
      const rate = market.pools.get(market.xrd)?.interestRate ?? Decimal.ZERO
      const week = Decimal.fromInteger(7).dividedBy(Decimal.fromInteger(365))
      return value.minus(value.times(rate).times(week))
    }
    const offered = into === debt.resource ? undefined : venue({ from: into, to: debt.resource, amountIn: amount })
    return offered ? Decimal.min(value.times(tolerated), offered.times(debt.price)) : value.times(tolerated)
  }
  // Quotes are answers to single trades, and only trades into XRD share no pool.
  const sales = [...toSell.keys()].filter((resource) => resource !== debt.resource).length
  if (sales > 1 && debt.resource !== market.xrd) return undefined
  let inDebt = Decimal.ZERO
  for (const [from, { amount, value }] of toSell) {
    const out = from === debt.resource ? amount : venue({ from, to: debt.resource, amountIn: amount })
    if (!out) return undefined
    if (from !== debt.resource && out.times(debt.price).lt(value.times(tolerated))) {
      // A market below the oracle is no reason, the impact of our own trade is.
      const probe = venue({ from, to: debt.resource, amountIn: Decimal.ONE }) ?? Decimal.ZERO
      const isMoved = out.lt(amount.times(probe).times(tolerated))
      if (isMoved || out.times(debt.price).lt(value.times(tolerated).times(tolerated))) return undefined
    }
    inDebt = inDebt.plus(out)
  }
  const rate = market.pools.get(debt.resource)?.flashLoanFeeRate ?? Decimal.ZERO
  const fee = lent.times(rate).round(market.divisibilities.get(debt.resource) ?? 18, 'AwayFromZero')
  if (lent.isPositive() && inDebt.lt(lent.plus(fee))) return undefined
  const network = policy.expectedNetworkFeeXrd ?? policy.lockFeeXrd
  return inDebt.times(debt.price).plus(kept).minus(paid.plus(fee).times(debt.price)).minus(network)
}

/** The planner's sizes: a venue is asked about these, and what lies between is not known. */
export function sizesOf(
  input: PlanningInput,
  debt: LoanPosition,
  order: readonly CollateralPosition[],
  shares: readonly Decimal[] = HAIRCUTS,
): readonly Decimal[] {
  const places = input.market.divisibilities.get(debt.resource) ?? 18
  const covered = Decimal.sum(order.map((each) => each.discountedValue)).dividedBy(debt.price)
  const most = Decimal.min(covered, debt.amount.times(debt.config.loanCloseFactor)).round(places, 'ToZero')
  const [mine, lent] = [own(input, debt.resource), lendable(input, debt.resource)]
  return [...shares.map((share) => most.times(share).round(places, 'ToZero')), mine, lent, mine.plus(lent)].filter(
    (size) => size.isPositive() && size.lte(most),
  )
}

function own({ balances, policy, market }: PlanningInput, resource: ResourceAddress): Decimal {
  const reserve = resource === market.xrd ? policy.feeReserveXrd.plus(policy.lockFeeXrd) : Decimal.ZERO
  const spare = (balances.get(resource) ?? Decimal.ZERO).minus(reserve)
  return Decimal.max(Decimal.ZERO, spare.round(market.divisibilities.get(resource) ?? 18, 'ToZero'))
}

function lendable({ market }: PlanningInput, resource: ResourceAddress): Decimal {
  const liquidity = market.pools.get(resource)?.liquidity ?? Decimal.ZERO
  return liquidity.round(market.divisibilities.get(resource) ?? 18, 'ToZero')
}

function choices(length: number): readonly (readonly boolean[])[] {
  return Array.from({ length: 2 ** length }, (_, bits) =>
    Array.from({ length }, (_, index) => (bits & (1 << index)) !== 0),
  )
}

function ordersOf(collaterals: readonly CollateralPosition[]): readonly (readonly CollateralPosition[])[] {
  return collaterals.flatMap((first) => {
    const rest = collaterals.filter((each) => each !== first)
    return [[first], ...ordersOf(rest).map((order) => [first, ...order])]
  })
}

/** What a venue with limited depth pays: the oracle's value, less the more the larger the trade. */
export function venueOf(input: PlanningInput, depthXrd: Decimal, fee: Decimal): Venue {
  const value = (resource: ResourceAddress) =>
    input.market.collateralKinds.get(resource)?.kind === 'lsu'
      ? lsuRedemptionPrice(input.market, resource)
      : (input.market.prices.get(resource)?.feed?.value ?? Decimal.ONE)
  return ({ from, to, amountIn }) => {
    const valueIn = amountIn.times(value(from))
    const kept = depthXrd.dividedBy(depthXrd.plus(valueIn)).times(Decimal.ONE.minus(fee))
    const out = valueIn.times(kept).dividedBy(value(to))
    return out.round(input.market.divisibilities.get(to) ?? 18, 'ToZero')
  }
}
