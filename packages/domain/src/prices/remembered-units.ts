import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { MarketSnapshot } from '../market.ts'
import { lsuRedemptionPrice } from '../price-in-force.ts'
import { amountOfUnits } from '../unit-ratio.ts'
import { UnjudgeableError } from '../unjudgeable.ts'
import { ratioBetween } from './price-band.ts'
import type { PriceTrustState, UnitWorth } from './price-trust.ts'

/** Interest and staking rewards move a unit by a fraction of a per cent a day; what moves further between two runs is not believed. */
const MOST_BETWEEN_RUNS = Decimal.parse('1.02')

/**
 * What deposit units and liquid stake units stand for, carried from run to run like the prices: a unit that suddenly stands for something
 * else, or for much more, keeps the worth that it had.
 */
export function rememberedUnits(
  previous: PriceTrustState | undefined,
  market: MarketSnapshot,
): ReadonlyMap<ResourceAddress, UnitWorth> {
  const units = new Map(previous?.units)
  for (const resource of market.collateralKinds.keys()) {
    const now = unitWorth(resource, market)
    if (!now?.perUnit.isPositive()) continue
    const before = units.get(resource)
    const isBelieved =
      !before || (before.of === now.of && ratioBetween(before.perUnit, now.perUnit).lte(MOST_BETWEEN_RUNS))
    if (isBelieved) units.set(resource, now)
  }
  return units
}

function unitWorth(resource: ResourceAddress, market: MarketSnapshot): UnitWorth | undefined {
  const kind = market.collateralKinds.get(resource)
  if (kind?.kind === 'deposit-unit') {
    const pool = market.pools.get(kind.underlying)
    return pool && { of: kind.underlying, perUnit: amountOfUnits(Decimal.ONE, pool.deposits.unitRatio) }
  }
  if (kind?.kind !== 'lsu') return undefined
  try {
    return { of: market.xrd, perUnit: lsuRedemptionPrice(market, resource) }
  } catch (error) {
    if (error instanceof UnjudgeableError) return undefined
    throw error
  }
}
