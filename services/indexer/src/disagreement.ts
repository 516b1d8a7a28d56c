import {
  type CdpHealth,
  type CdpId,
  type ConfirmedHealth,
  cdpNumber,
  Decimal,
  type HealthOracle,
  type PinnedLedger,
} from '@weft/domain'
import { judgeAll, type PositionSource } from './positions.ts'

export interface SecondLookDeps {
  readonly ledger: Pick<PinnedLedger, 'syncPoint' | 'marketSnapshot'>
  readonly positions: PositionSource
  readonly oracle: HealthOracle
  readonly disagreementTolerance: Decimal
}

export interface Disagreement {
  readonly cdpId: CdpId
  readonly own: Decimal
  readonly theirs: Decimal
}

/** Relative difference of two LTVs against the larger; 0 when both are 0, and 1 when one alone is. Never negative. */
export function disagreementBetween(own: Decimal, theirs: Decimal): Decimal {
  const larger = Decimal.max(own, theirs)
  return larger.isZero() ? Decimal.ZERO : own.minus(theirs).abs().dividedBy(larger)
}

/**
 * Of CDPs about which the ledger's `get_cdp` contradicts our model of the market, those about which it still does. Ours was pinned and
 * the ledger's is of the tip, so a first difference is usually a price that moved in between: they are judged once more at the tip.
 */
export async function lastingDisagreements(
  first: readonly Disagreement[],
  deps: SecondLookDeps,
): Promise<readonly Disagreement[]> {
  const ids = first.map(({ cdpId }) => cdpId)
  const at = await deps.ledger.syncPoint()
  const [market, readings, again] = await Promise.all([
    deps.ledger.marketSnapshot(at),
    Promise.all(ids.map((id) => deps.positions.cdps(cdpNumber(id), cdpNumber(id), at))),
    deps.oracle.confirm(ids),
  ])
  const cdps = readings.flat().flatMap((reading) => (reading.kind === 'live' ? [reading.cdp] : []))
  const verdicts = await judgeAll(cdps, market, at, deps.positions)
  const own = verdicts.flatMap((verdict) => (verdict.kind === 'judged' ? [verdict.health] : []))
  return disagreementsIn(own, again, deps.disagreementTolerance)
}

export function disagreementsIn(
  judged: readonly CdpHealth[],
  confirmed: readonly ConfirmedHealth[],
  tolerance: Decimal,
): readonly Disagreement[] {
  const ours = new Map(judged.map((health) => [health.cdpId, health.liquidationLtv]))
  return confirmed.flatMap((theirs) => {
    const own = ours.get(theirs.cdpId)
    if (!own || theirs.kind !== 'confirmed' || disagreementBetween(own, theirs.liquidationLtv).lte(tolerance)) return []
    return [{ cdpId: theirs.cdpId, own, theirs: theirs.liquidationLtv }]
  })
}
