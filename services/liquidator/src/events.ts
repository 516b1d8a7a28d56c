import type { Decimal, ExecutionState } from '@weft/domain'
import type { GatewayState } from '@weft/radix'
import type { LiquidationOutcome, StaleOutcome } from './outcome/outcome.ts'

/** The liquidator's vocabulary; alarms and the console read the same names. Run, CDP and intent ids travel on the trail. */
export type LiquidatorEvent =
  | { readonly event: 'liquidator.gateway_changed'; readonly host: string; readonly state: GatewayState }
  | { readonly event: 'liquidator.candidate_received'; readonly candidateStateVersion: number }
  | { readonly event: 'liquidator.cdp_liquidated'; readonly realisedProfitXrd: Decimal; readonly feeXrd: Decimal }
  | {
      readonly event: 'liquidator.candidate_left'
      readonly outcome: LiquidationOutcome['kind']
      readonly why: string
      /** Of a stale candidate. */
      readonly reason?: StaleOutcome['reason']
    }
  | { readonly event: 'liquidator.liquidation_failed'; readonly reason: string; readonly feeXrd: Decimal }
  | { readonly event: 'liquidator.intent_expired'; readonly endEpochExclusive: number }
  /** A live intent of an earlier worker was found; no new one is signed before it is final. */
  | { readonly event: 'liquidator.intent_picked_up'; readonly state: ExecutionState; readonly attempt: number }
  | { readonly event: 'liquidator.intent_signed'; readonly attempt: number; readonly endEpochExclusive: number }
  | { readonly event: 'liquidator.intent_submitted'; readonly duplicate: boolean }
  /** The Gateway refused the payload; only its fate tells whether it had committed before. */
  | { readonly event: 'liquidator.submission_refused'; readonly message: string }
  /** The submission's answer was lost; the same payload is submitted again. */
  | { readonly event: 'liquidator.submission_unanswered' }
  | { readonly event: 'liquidator.health_disagreed'; readonly ours: Decimal; readonly ledgers: Decimal }
  /** The signer refused a manifest that a plan was spelled as: a fault of ours, or somebody is at work. */
  | { readonly event: 'liquidator.outflow_refused'; readonly why: string }
  /** The Gateway tells an epoch that does not go with our clock: nothing is signed on it. */
  | { readonly event: 'liquidator.epoch_refused'; readonly why: string }
  /** The Gateway calls an intent over that may still commit by our clock, or gives a receipt that cannot be its. */
  | { readonly event: 'liquidator.fate_contradicted'; readonly why: string }
  /** A commit of ours is said to be of a later state version than a CDP that was found long after it: it silences nobody. */
  | { readonly event: 'liquidator.supersession_doubted'; readonly committedStateVersion: number }
  | {
      readonly event: 'liquidator.candidate_faulted'
      readonly kind: string
      readonly receiveCount: number
      readonly afterSeconds?: number
      /** It lies in the dead-letter queue. */
      readonly isDead?: true
    }
  /** The ledger does not answer, or an intent is not final: the candidate waits in the queue, and this delivery does not count. */
  | { readonly event: 'liquidator.candidate_put_off'; readonly afterSeconds: number }
  /** An operator mistyped the mode; the liquidator stands still. */
  | { readonly event: 'liquidator.mode_unknown'; readonly value: string | null }
  | {
      readonly event: 'liquidator.second_prices_missing'
      readonly resources: readonly string[]
      readonly why: readonly string[]
    }
  | { readonly event: 'liquidator.release_failed'; readonly leaseUntilMs: number }
  | { readonly event: 'liquidator.venue_unanswering'; readonly venue: string }
  /** The ledger's dry run refused several calls in one transaction; planned again with one. */
  | { readonly event: 'liquidator.several_calls_refused'; readonly calls: number; readonly why: string }
  | { readonly event: 'liquidator.leftovers_swept'; readonly settled: number; readonly open: number }
  | { readonly event: 'liquidator.sweep_faulted' }
  /** A row of a list that does not parse was left out; `why` names the row and its path. */
  | { readonly event: 'liquidator.record_unreadable'; readonly why: string }

/** How loud each event is; what is not named is `info`. */
export const LIQUIDATOR_LEVELS = {
  'liquidator.gateway_changed': 'warn',
  'liquidator.liquidation_failed': 'warn',
  'liquidator.intent_expired': 'warn',
  'liquidator.intent_picked_up': 'warn',
  'liquidator.submission_refused': 'warn',
  'liquidator.submission_unanswered': 'warn',
  'liquidator.venue_unanswering': 'warn',
  'liquidator.second_prices_missing': 'warn',
  'liquidator.several_calls_refused': 'warn',
  'liquidator.mode_unknown': 'error',
  'liquidator.health_disagreed': 'error',
  'liquidator.outflow_refused': 'error',
  'liquidator.epoch_refused': 'error',
  'liquidator.fate_contradicted': 'error',
  'liquidator.supersession_doubted': 'error',
  'liquidator.candidate_faulted': 'error',
  'liquidator.candidate_put_off': 'warn',
  'liquidator.sweep_faulted': 'error',
  'liquidator.record_unreadable': 'error',
} as const
