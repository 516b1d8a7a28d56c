import { type CandidateMessage, cdpIdOf, Decimal, runIdOf } from '@weft/domain'

/** A candidate for CDP `#number#`, found at `atMs`. */
export function aCandidateOf(number: number, atMs: number): CandidateMessage {
  return {
    schemaVersion: 1,
    runId: runIdOf(atMs, 7),
    cdpId: cdpIdOf(number),
    stateVersion: 7,
    ledgerTimeMs: atMs,
    marketSnapshotKey: 'markets/local/specimen.json.gz',
    liquidationLtv: Decimal.parse('1.05'),
    totalLoanValueXrd: Decimal.parse('100'),
    totalCollateralValueXrd: Decimal.parse('120'),
    detectedAtMs: atMs,
  }
}
