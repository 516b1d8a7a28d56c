import type { CdpId, RunId } from '@weft/domain'

/** The indexer's vocabulary; alarms and the console read these names. */
export type IndexerEvent =
  | {
      event: 'indexer.range_indexed'
      runId: RunId
      fromId: number
      toId: number
      live: number
      burned: number
      missing: number
      unjudged: number
      liquidatable: number
      candidates: number
    }
  | { event: 'indexer.job_expired'; runId: RunId; fromId: number; toId: number; lateByMs: number }
  | { event: 'indexer.job_failed'; error: string }
  | { event: 'indexer.cdp_unjudged'; cdpId: CdpId; why: string }
  | { event: 'indexer.confirm_refused'; cdpId: CdpId; error: string }
  | {
      event: 'indexer.health_disagreement'
      cdpId: CdpId
      ownLiquidationLtv: string
      ledgerLiquidationLtv: string
    }
  | { event: 'indexer.bad_debt'; cdpId: CdpId; totalLoanValueXrd: string; totalCollateralValueXrd: string }
  | { event: 'indexer.debt_concentrated'; cdpId: CdpId; resource: string; amount: string; poolLoans: string }
  | { event: 'indexer.draining'; inFlight: number }
  | { event: 'indexer.stopped'; released: number }
