import type { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { LiquidationPlan, ProfitTerms } from './plan.ts'

/** One way to liquidate, or why it cannot be done. Hundreds are priced for one choice, so words and steps wait until they are wanted. */
export type Alternative = PricedAlternative | RuledOut

export interface PricedAlternative {
  readonly label: () => string
  readonly terms: ProfitTerms
  /** Of the debt, at the market's price: the effect that a loss buys. XRD. */
  readonly repaidXrd: Decimal
  readonly plan: () => LiquidationPlan
}

export interface RuledOut {
  readonly label: () => string
  readonly why: string
}

export function isPriced(alternative: Alternative): alternative is PricedAlternative {
  return 'terms' in alternative
}

export function isRuledOut(alternative: Alternative): alternative is RuledOut {
  return !isPriced(alternative)
}

/** Net changes of the operator's account, without those that cancel out. */
export function netChanges(
  changes: readonly (readonly [ResourceAddress, Decimal])[],
): ReadonlyMap<ResourceAddress, Decimal> {
  const net = new Map<ResourceAddress, Decimal>()
  for (const [resource, amount] of changes) {
    const known = net.get(resource)
    net.set(resource, known ? known.plus(amount) : amount)
  }
  return new Map([...net].filter(([, amount]) => !amount.isZero()))
}
