import { Decimal } from '../decimal.ts'
import type { CdpHealth, CollateralPosition, LoanPosition } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import type { MarketSnapshot } from '../market.ts'
import { PreciseDecimal } from '../precise-decimal.ts'
import { roundedDown } from '../rounding.ts'
import { amountOfUnits, unitsOfAmount } from '../unit-ratio.ts'

/** What `liquidate` would do with one payment. */
export interface LiquidationAmounts {
  readonly debt: LoanPosition
  /** Of the payment, what the market takes. */
  readonly accepted: Decimal
  /** Of the payment, what comes back. */
  readonly remainder: Decimal
  /** Accepted × price, XRD. */
  readonly paidValueXrd: Decimal
  /** In the order of seizure; a requested collateral that was not reached is left out. */
  readonly seizures: readonly SeizedAmount[]
}

export interface SeizedAmount {
  readonly position: CollateralPosition
  /** Taken out of the CDP: tokens, deposit units or LSU, as pledged. */
  readonly taken: Decimal
  /** Of it, the protocol's share of the bonus. */
  readonly protocolShare: Decimal
  /** Of it, what the liquidator receives. */
  readonly received: Decimal
  /** Of what is received, the value in XRD at the market's own price, truncated. */
  readonly receivedValueXrd: Decimal
}

/**
 * The seizure formula *(inferred from V1; it reproduces the mainnet liquidation of CDP #1138)*. Amounts are rounded down to what each
 * resource can be split into, values truncated at 18 digits, in this order of operations.
 * @param payment tokens of one loan's resource handed to `liquidate`.
 * @param requestedCollaterals seized in this order; `undefined` means all, in the CDP's order.
 * @returns `undefined` when the CDP has no such loan.
 * @see docs/on-ledger-data.md, "Liquidation amounts"
 */
export function liquidationAmounts(
  health: CdpHealth,
  market: MarketSnapshot,
  payment: { readonly resource: ResourceAddress; readonly amount: Decimal },
  requestedCollaterals?: readonly ResourceAddress[],
): LiquidationAmounts | undefined {
  const debt = health.loans.find((loan) => loan.resource === payment.resource)
  if (!debt) return undefined
  const offered = Decimal.min(payment.amount, mostPayable(debt, market))
  const offeredValue = offered.times(debt.price)
  const { seizures, uncoveredValue } = seize(inOrder(health, requestedCollaterals), offeredValue, market)
  // Collateral worth less than the payment: the market takes only what the collateral covers.
  const accepted = uncoveredValue.isZero()
    ? offered
    : roundedDown(market, debt.resource, offeredValue.minus(uncoveredValue).dividedBy(debt.price))
  return {
    debt,
    accepted,
    remainder: payment.amount.minus(accepted),
    paidValueXrd: accepted.times(debt.price),
    seizures,
  }
}

/** The part of a loan that one call may repay: amount × close factor, rounded down to the resource's divisibility. */
export function mostPayable(debt: LoanPosition, market: MarketSnapshot): Decimal {
  return roundedDown(market, debt.resource, debt.amount.times(debt.config.loanCloseFactor))
}

/** The greatest payment that these collaterals cover, rounded down; what one call may repay is not considered. */
export function mostCovered(
  debt: LoanPosition,
  collaterals: readonly CollateralPosition[],
  market: MarketSnapshot,
): Decimal {
  const value = Decimal.sum(collaterals.map((each) => each.discountedValue))
  return debt.price.isPositive() ? roundedDown(market, debt.resource, value.dividedBy(debt.price)) : Decimal.ZERO
}

function inOrder(health: CdpHealth, requested?: readonly ResourceAddress[]): readonly CollateralPosition[] {
  if (!requested) return health.collaterals
  return requested.flatMap((resource) => health.collaterals.filter((each) => each.resource === resource))
}

function seize(
  order: readonly CollateralPosition[],
  paidValue: Decimal,
  market: MarketSnapshot,
): { seizures: SeizedAmount[]; uncoveredValue: Decimal } {
  const seizures: SeizedAmount[] = []
  let remaining = paidValue
  for (const position of order) {
    if (!remaining.isPositive()) break
    const withBonus = Decimal.ONE.plus(position.config.liquidationBonusRate)
    const wanted = remaining.times(withBonus)
    const isLast = wanted.lte(position.value)
    const takenValue = isLast ? wanted : position.value
    // A position that covers all the rest ends the seizure: dividing its truncated value back would leave attos uncovered.
    remaining = isLast ? Decimal.ZERO : remaining.minus(takenValue.dividedBy(withBonus))
    seizures.push(seized(position, takenValue, market))
  }
  return { seizures, uncoveredValue: remaining }
}

function seized(position: CollateralPosition, takenValue: Decimal, market: MarketSnapshot): SeizedAmount {
  // A position taken at its full value goes whole: dividing its truncated value back would leave dust behind.
  const taken = takenValue.eq(position.value)
    ? position.pledged
    : roundedDown(market, position.resource, pledgedWorth(position, takenValue, market))
  const bonus = position.config.liquidationBonusRate
  const protocolShare = roundedDown(
    market,
    position.resource,
    // The larger of the two readings: of all that is taken, not of the bonus in it alone. An unknown rate takes the whole bonus.
    taken.times(bonus).times(market.rules.protocolLiquidationBonusFeeRate ?? Decimal.ONE),
  )
  const received = taken.minus(protocolShare)
  return { position, taken, protocolShare, received, receivedValueXrd: worthOfPledged(position, received, market) }
}

/** How much of the pledged resource is worth `valueXrd`. */
function pledgedWorth(position: CollateralPosition, valueXrd: Decimal, market: MarketSnapshot): Decimal {
  if (!position.price.isPositive()) return Decimal.ZERO
  const amount = valueXrd.dividedBy(position.price)
  const ratio = depositRatioOf(position, market)
  return ratio ? unitsOfAmount(amount, ratio) : amount
}

/** XRD that `amount` of the pledged resource is worth at the market's price, truncated; deposit units as what they redeem for. */
export function worthOfPledged(position: CollateralPosition, amount: Decimal, market: MarketSnapshot): Decimal {
  const ratio = depositRatioOf(position, market)
  return (ratio ? amountOfUnits(amount, ratio) : amount).times(position.price)
}

/** `undefined` for what is pledged as it is. */
function depositRatioOf({ kind }: CollateralPosition, market: MarketSnapshot): PreciseDecimal | undefined {
  if (kind.kind !== 'deposit-unit') return undefined
  return market.pools.get(kind.underlying)?.deposits.unitRatio ?? PreciseDecimal.ZERO
}
