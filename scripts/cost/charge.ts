import type { Decimal } from '@weft/domain/decimal'
import type { PlanSummary, SummaryResource } from './plan-summary.ts'
import type { Assume } from './price-table.ts'
import type { Traffic } from './traffic.ts'

/** One line of a bill: so many units of one price. */
export interface Charge {
  readonly what: string
  /** Key in prices.json. */
  readonly price: string
  /** Units in a month of the given traffic. */
  readonly quantity: (traffic: Traffic) => Decimal
}

/** What the rules of a resource type may look at besides the resource. */
export interface PricingContext {
  readonly plan: PlanSummary
  readonly assume: Assume
}

/**
 * The charges of one resource. `undefined`: of a billed type, but nothing is known about the traffic of this one.
 */
export type Pricing = (resource: SummaryResource, context: PricingContext) => readonly Charge[] | undefined

/** The part of a resource's name behind `weft-<environment>-`, without the account: `indexing`, `snapshots`, `liquidation-dlq`. */
export function roleOf(resource: SummaryResource): string {
  const name = resource.settings.name ?? resource.settings.bucket ?? ''
  return String(name)
    .replace(/^\/aws\/lambda\//, '')
    .replace(/^\/weft\/[a-z0-9]+\//, '')
    .replace(/^weft-[a-z0-9]+-/, '')
    .replace(/-ACCOUNT$/, '')
}
