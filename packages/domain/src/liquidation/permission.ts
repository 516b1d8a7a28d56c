import { CdpId, type ResourceAddress } from '../ids.ts'
import { isDoubted, type Priced } from '../prices/weigh-doubts.ts'
import type { LiquidationPolicy, PlanningInput, PolicyEntry } from './plan.ts'

/** Whether the operator's lists forbid touching this CDP; the reason when they do. */
export function cdpForbidden(policy: LiquidationPolicy, cdpId: CdpId, nowMs: number): string | undefined {
  return forbidden(policy, cdpId, isCdpId, nowMs)
}

/** Whether the operator's lists forbid taking or paying this resource; the reason when they do. */
export function resourceForbidden(
  policy: LiquidationPolicy,
  resource: ResourceAddress,
  nowMs: number,
): string | undefined {
  return forbidden(policy, resource, (subject) => !isCdpId(subject), nowMs)
}

/** Whether the price of one of these is not believed; the reason when it is not. Amounts by such a price would be wrong. */
export function priceDoubted({ doubted }: PlanningInput, positions: readonly Priced[]): string | undefined {
  const found = doubted && positions.find((position) => isDoubted(position, doubted))
  return found && `the price of ${found.resource} is not believed`
}

/**
 * An allow-list restricts CDPs when it names any CDP, and resources when it names any resource. An entry that has expired allows nothing,
 * but its list still restricts: letting everything through once the last permission lapsed would surprise the operator at a bad time.
 */
function forbidden(
  policy: LiquidationPolicy,
  subject: string,
  isSameSort: (subject: string) => boolean,
  nowMs: number,
): string | undefined {
  const isInForce = (entry: PolicyEntry) => entry.expiresAtMs === null || entry.expiresAtMs > nowMs
  const denial = policy.denied.find((entry) => entry.subject === subject && isInForce(entry))
  if (denial) return `${subject} is on the deny list: ${denial.reason}`
  const allowances = policy.allowed.filter((entry) => isSameSort(entry.subject))
  if (allowances.length === 0 || allowances.some((entry) => entry.subject === subject && isInForce(entry)))
    return undefined
  return `${subject} is not on the allow list`
}

function isCdpId(subject: string): boolean {
  return CdpId.safeParse(subject).success
}
