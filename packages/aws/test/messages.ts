import { type CandidateMessage, cdpIdOf, Decimal, type IndexRangeJob, RunId } from '@weft/domain'

export const RUN = RunId.parse('20261122T221500Z-370965851')

export const SYNC_POINT = {
  network: 'local',
  stateVersion: 370965851,
  epoch: 32718,
  round: 12,
  ledgerTimeMs: 1795385700000,
} as const

export function aJob(fromId: number): IndexRangeJob {
  return {
    schemaVersion: 1,
    runId: RUN,
    syncPoint: SYNC_POINT,
    marketSnapshotKey: `markets/local/2026/11/22/${RUN}.json.gz`,
    fromId,
    toId: fromId + 999,
    expiresAtMs: 1795386000000,
  }
}

export function aCandidate(number: number): CandidateMessage {
  return {
    schemaVersion: 1,
    runId: RUN,
    cdpId: cdpIdOf(number),
    stateVersion: SYNC_POINT.stateVersion,
    ledgerTimeMs: SYNC_POINT.ledgerTimeMs,
    marketSnapshotKey: `markets/local/2026/11/22/${RUN}.json.gz`,
    liquidationLtv: Decimal.parse('1.000000000000000001'),
    totalLoanValueXrd: Decimal.parse('250'),
    totalCollateralValueXrd: Decimal.parse('300.5'),
    detectedAtMs: 1795385701000,
  }
}
