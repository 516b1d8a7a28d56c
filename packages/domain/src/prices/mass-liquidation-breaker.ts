import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'

/** What one run found, by the asset that each liquidatable CDP hangs on. */
export interface LiquidatableCensus {
  readonly liveCdps: number
  /** Resource → CDPs liquidatable now that would not be at this resource's price of the run before. */
  readonly causedBy: ReadonlyMap<ResourceAddress, number>
}

export interface BreakerPolicy {
  /** Share of all live CDPs that one asset alone may make liquidatable, e.g. 0.1. */
  readonly maxShare: Decimal
  /** Fewer CDPs than this never trip it: the genuine small flow passes. */
  readonly minCdps: number
}

/** A tenth of the market by one asset alone, and never for a handful of CDPs. */
export const DEFAULT_BREAKER: BreakerPolicy = { maxShare: Decimal.parse('0.1'), minCdps: 10 }

export interface BreakerHold {
  readonly resource: ResourceAddress
  readonly cdps: number
  readonly share: Decimal
}

/**
 * Assets that alone make more of the market liquidatable than is plausible while no second source agrees with their price. What
 * hangs on them is held until one does, or an operator releases the asset; everything else goes on.
 * @param confirmed assets whose price a second source agrees with.
 */
export function massLiquidationHolds(
  census: LiquidatableCensus,
  confirmed: ReadonlySet<ResourceAddress>,
  policy: BreakerPolicy,
): readonly BreakerHold[] {
  if (census.liveCdps === 0) return []
  const live = Decimal.fromInteger(census.liveCdps)
  return [...census.causedBy].flatMap(([resource, cdps]) => {
    const share = Decimal.fromInteger(cdps).dividedBy(live)
    const trips = cdps >= policy.minCdps && share.gt(policy.maxShare) && !confirmed.has(resource)
    return trips ? [{ resource, cdps, share }] : []
  })
}
