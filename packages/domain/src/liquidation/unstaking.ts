import { Decimal } from '../decimal.ts'
import type { MarketSnapshot } from '../market.ts'
import { timesUp } from '../rounding.ts'
import type { LiquidationPolicy } from './plan.ts'

/** Days from unstaking to claiming *(inferred: about 2 016 epochs of five minutes on mainnet)*. */
const UNSTAKING_YEARS = Decimal.fromInteger(7).dividedBy(Decimal.fromInteger(365))

/** Whether seized LSU may be sold at a venue. */
export function maySellLsu({ lsuExit }: LiquidationPolicy): boolean {
  return lsuExit === 'dex' || lsuExit === 'best'
}

/** Whether a claim that must wait may back a loan of XRD. */
export function mayFinance({ lsuExit }: LiquidationPolicy): boolean {
  return lsuExit === 'finance' || lsuExit === 'best'
}

/** What waiting for the unstaking period costs: interest on the value at what XRD is lent for now, rounded up. XRD. */
export function waitingCostXrd(valueXrd: Decimal, market: MarketSnapshot): Decimal {
  const annualRate = market.pools.get(market.xrd)?.interestRate ?? Decimal.ZERO
  return timesUp(timesUp(valueXrd, annualRate), UNSTAKING_YEARS)
}
