import type { CdpId } from '@weft/domain'
import type { GatewayState } from '@weft/radix'

/** The indexer's vocabulary; alarms and the console read these names. */
export type IndexerEvent =
  | { event: 'indexer.gateway_changed'; host: string; state: GatewayState }
  | {
      event: 'indexer.range_indexed'
      live: number
      burned: number
      missing: number
      unjudged: number
      liquidatable: number
      /** Queued. */
      candidates: number
      /** Confirmed too, but in work or at rest: left out. */
      engaged: number
    }
  /** Liquidators have these CDPs, or have just found that nothing can be gained from them. `cdpIds` names only the first ones. */
  | { event: 'indexer.engaged_left_out'; inWork: number; resting: number; cdpIds: readonly CdpId[] }
  /** The journal could not be asked which of the candidates are in work or at rest: all were queued. */
  | { event: 'indexer.engagement_unknown'; candidates: number }
  | { event: 'indexer.job_expired'; lateByMs: number }
  | {
      event: 'indexer.job_failed'
      kind: string
      messageId?: string
      receiveCount?: number
      afterSeconds?: number
      isDead?: true
    }
  /** The ledger does not answer: the job is kept and tried again, and no other is taken meanwhile. */
  | { event: 'indexer.job_put_off'; messageId?: string; receiveCount?: number; afterSeconds?: number }
  | { event: 'indexer.cdp_unjudged'; cdpId: CdpId; why: string }
  /** Its data is of no shape we know; `why` names the path. */
  | { event: 'indexer.cdp_unreadable'; cdpId: CdpId; why: string }
  /** The Gateway left out ids that were minted: unknown, and the run is partial. `cdpIds` names the first ones. */
  | { event: 'indexer.cdps_missing'; count: number; cdpIds: readonly CdpId[] }
  | { event: 'indexer.confirm_refused'; cdpId: CdpId; error: string }
  | {
      event: 'indexer.health_disagreement'
      cdpId: CdpId
      ownLiquidationLtv: string
      ledgerLiquidationLtv: string
    }
  /** The ledger contradicts our model of these CDPs, and whether that lasts could not be found out. */
  | { event: 'indexer.second_look_failed'; cdpIds: readonly CdpId[] }
  | { event: 'indexer.bad_debt'; cdpId: CdpId; totalLoanValueXrd: string; totalCollateralValueXrd: string }
  | { event: 'indexer.debt_concentrated'; cdpId: CdpId; resource: string; amount: string; poolLoans: string }
  /** One asset's move alone made so many CDPs of the range liquidatable, and no second source agrees with its price. */
  | { event: 'indexer.mass_liquidation_held'; resource: string; cdps: number; share: string }
  /** The market snapshot of the run before is gone, so that no price move could be judged in this range. */
  | { event: 'indexer.breaker_blind'; missingFormerKey: string }
  | { event: 'indexer.draining'; inFlight: number }
  | { event: 'indexer.stopped'; released: number }
  /** A row of a list that does not parse was left out; `why` names the row and its path. */
  | { event: 'indexer.record_unreadable'; why: string }

/** How loud each event is; what is not named is `info`. */
export const INDEXER_LEVELS = {
  'indexer.gateway_changed': 'warn',
  'indexer.job_expired': 'warn',
  'indexer.job_failed': 'error',
  'indexer.job_put_off': 'warn',
  'indexer.cdp_unjudged': 'warn',
  'indexer.cdp_unreadable': 'warn',
  'indexer.cdps_missing': 'error',
  'indexer.confirm_refused': 'warn',
  'indexer.engagement_unknown': 'warn',
  'indexer.health_disagreement': 'error',
  'indexer.second_look_failed': 'error',
  'indexer.bad_debt': 'error',
  'indexer.debt_concentrated': 'error',
  'indexer.mass_liquidation_held': 'error',
  'indexer.breaker_blind': 'warn',
  'indexer.record_unreadable': 'error',
} as const
