import type { CdpId, ConfirmedHealth, HealthVerdict } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'

/** Relative, the liquidator's own: where the two differ by more no plan is made. */
export const HEALTH_TOLERANCE = Decimal.parse('0.001')

export interface Disagreement {
  readonly cdpId: CdpId
  readonly own: Decimal
  readonly theirs: Decimal
}

/** CDPs whose liquidation LTV the market counts otherwise than we do. Ours is pinned, the market's is of the tip, some seconds later. */
export function disagreementsOf(
  verdicts: readonly HealthVerdict[],
  confirmed: readonly ConfirmedHealth[],
): readonly Disagreement[] {
  return confirmed.flatMap((each) => {
    const own = verdicts.flatMap((verdict) =>
      verdict.kind === 'judged' && verdict.health.cdpId === each.cdpId ? [verdict.health.liquidationLtv] : [],
    )[0]
    if (!own || each.kind !== 'confirmed') return []
    const theirs = each.liquidationLtv
    const larger = Decimal.max(own, theirs)
    const differs = own.minus(theirs).abs().gt(larger.times(HEALTH_TOLERANCE))
    return differs ? [{ cdpId: each.cdpId, own, theirs }] : []
  })
}
