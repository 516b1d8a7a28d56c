import { Decimal } from './decimal.ts'
import type { ResourceAddress } from './ids.ts'
import type { MarketSnapshot } from './market.ts'

const ONE_ATTOS = Decimal.ONE.attos

/** Fractional digits a resource can be split into; one that the snapshot does not list has the ledger's full 18. */
export function divisibilityOf(market: MarketSnapshot, resource: ResourceAddress): number {
  return market.divisibilities.get(resource) ?? 18
}

/** Down to what the resource can be split into: what we expect to receive, and what we hand over at most. */
export function roundedDown(market: MarketSnapshot, resource: ResourceAddress, amount: Decimal): Decimal {
  return amount.round(divisibilityOf(market, resource), 'ToZero')
}

/** Up to what the resource can be split into: what we owe. */
export function roundedUp(market: MarketSnapshot, resource: ResourceAddress, amount: Decimal): Decimal {
  return amount.round(divisibilityOf(market, resource), 'AwayFromZero')
}

/** `a × b` for costs: where {@link Decimal.times} drops digits, this adds an atto. Neither factor may be negative. */
export function timesUp(a: Decimal, b: Decimal): Decimal {
  return Decimal.fromAttos(ceilingOf(a.attos * b.attos, ONE_ATTOS))
}

/** `a ÷ b` for costs, rounded up at the 18th digit. `a` may not be negative, `b` must be positive. */
export function dividedByUp(a: Decimal, b: Decimal): Decimal {
  return Decimal.fromAttos(ceilingOf(a.attos * ONE_ATTOS, b.attos))
}

function ceilingOf(numerator: bigint, denominator: bigint): bigint {
  return (numerator + denominator - 1n) / denominator
}
