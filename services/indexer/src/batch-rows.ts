import {
  type BatchSnapshotHeader,
  type BatchSnapshotRow,
  type Cdp,
  type CdpId,
  type CdpReading,
  Decimal,
  type HealthVerdict,
  type IndexRangeJob,
} from '@weft/domain'

type UnreadableCdp = Extract<CdpReading, { kind: 'unreadable' }>

/** First line of the batch snapshot: what it covers. An unreadable CDP is a live one. */
export function headerOf(job: IndexRangeJob, readings: readonly CdpReading[]): BatchSnapshotHeader {
  const count = (kind: CdpReading['kind']) => readings.filter((reading) => reading.kind === kind).length
  return {
    schemaVersion: 1,
    runId: job.runId,
    syncPoint: job.syncPoint,
    fromId: job.fromId,
    toId: job.toId,
    live: count('live') + count('unreadable'),
    burned: count('burned'),
    missing: count('missing'),
  }
}

/** One row per live CDP: those whose health nobody knows say why. */
export function rowsOf(
  cdps: readonly Cdp[],
  verdicts: readonly HealthVerdict[],
  unreadable: readonly UnreadableCdp[],
): readonly BatchSnapshotRow[] {
  const updatedAt = new Map(cdps.map((cdp) => [cdp.id, cdp.lastUpdatedAtStateVersion]))
  const judged = verdicts.map((verdict) => {
    const cdpId = verdict.kind === 'judged' ? verdict.health.cdpId : verdict.cdpId
    const lastUpdatedAtStateVersion = updatedAt.get(cdpId) ?? 1
    if (verdict.kind === 'unjudged') return unknownRow(cdpId, lastUpdatedAtStateVersion, verdict.why)
    const { totalLoanValue, totalCollateralValue, healthLtv, liquidationLtv } = verdict.health
    return {
      cdpId,
      lastUpdatedAtStateVersion,
      totalLoanValueXrd: totalLoanValue,
      totalCollateralValueXrd: totalCollateralValue,
      healthLtv,
      liquidationLtv,
      unjudged: null,
    }
  })
  return [
    ...judged,
    ...unreadable.map(({ id, lastUpdatedAtStateVersion, why }) => unknownRow(id, lastUpdatedAtStateVersion, why)),
  ]
}

function unknownRow(cdpId: CdpId, lastUpdatedAtStateVersion: number, why: string): BatchSnapshotRow {
  return {
    cdpId,
    lastUpdatedAtStateVersion,
    totalLoanValueXrd: Decimal.ZERO,
    totalCollateralValueXrd: Decimal.ZERO,
    healthLtv: Decimal.ZERO,
    liquidationLtv: Decimal.ZERO,
    unjudged: why,
  }
}
