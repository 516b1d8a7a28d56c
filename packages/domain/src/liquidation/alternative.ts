import type { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { LiquidationPlan } from './plan.ts'

/** One way to liquidate: a plan with its price, or why it cannot be done. */
export type Alternative =
  | { readonly label: string; readonly plan: LiquidationPlan }
  | { readonly label: string; readonly why: string }

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
