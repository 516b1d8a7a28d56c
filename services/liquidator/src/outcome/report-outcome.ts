import type { CandidateEnds, CandidateMessage, Clock } from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { LiquidatorEvent } from '../events.ts'
import { describeOutcome } from './describe-outcome.ts'
import { endOfCandidate } from './end-of-candidate.ts'
import type { LiquidationOutcome } from './outcome.ts'

export interface ReportDeps {
  readonly clock: Clock
  readonly log: EventLog<LiquidatorEvent>
  readonly metrics: Metrics
  readonly ends: Pick<CandidateEnds, 'keep'>
}

/** Whose end is reported; that of a record that the sweep concluded was detected nobody knows when. */
export type Ended = Pick<CandidateMessage, 'cdpId' | 'runId'> & Partial<Pick<CandidateMessage, 'detectedAtMs'>>

/**
 * Says what became of a candidate: one row in the records, one event, one count by kind. The end of an attempt is said once, whoever
 * concluded it and however often it is come upon.
 * @throws what the records throw: the message comes back, and its end is said then.
 */
export async function reportOutcome(candidate: Ended, outcome: LiquidationOutcome, deps: ReportDeps): Promise<void> {
  const { log, metrics } = deps
  const nowMs = deps.clock.now()
  if (!(await deps.ends.keep(endOfCandidate(candidate, outcome, nowMs)))) return
  metrics.count('CandidatesEnded', 1, { kind: outcome.kind })
  if (candidate.detectedAtMs !== undefined) metrics.count('QueueToDoneSeconds', (nowMs - candidate.detectedAtMs) / 1000)
  switch (outcome.kind) {
    case 'liquidated': {
      const { realisedProfitXrd, feeXrd } = outcome
      metrics.count('LiquidationsCommitted')
      metrics.count('RealisedProfitXrd', realisedProfitXrd.toApproxNumber())
      metrics.count('FeesXrd', feeXrd.toApproxNumber())
      log
        .along({ intentHash: outcome.intentHash })
        .emit({ event: 'liquidator.cdp_liquidated', realisedProfitXrd, feeXrd })
      return
    }
    case 'failed': {
      const { reason, feeXrd } = outcome
      metrics.count('LiquidationsFailed')
      metrics.count('FeesXrd', feeXrd.toApproxNumber())
      log.along({ intentHash: outcome.intentHash }).emit({ event: 'liquidator.liquidation_failed', reason, feeXrd })
      return
    }
    case 'expired': {
      const { endEpochExclusive } = outcome
      metrics.count('LiquidationsFailed')
      log.along({ intentHash: outcome.intentHash }).emit({ event: 'liquidator.intent_expired', endEpochExclusive })
      return
    }
    case 'health-disagreement':
      metrics.count('HealthDisagreements')
      log.emit({
        event: 'liquidator.health_disagreed',
        ours: outcome.ourLiquidationLtv,
        ledgers: outcome.ledgerLiquidationLtv,
      })
      return
    case 'outflow-refused':
      metrics.count('LiquidationsFailed')
      log.emit({ event: 'liquidator.outflow_refused', why: outcome.why })
      return
    case 'epoch-refused':
      metrics.count('FatesContradicted')
      log.emit({ event: 'liquidator.epoch_refused', why: outcome.why })
      return
    case 'stale':
      metrics.count('LiquidationsStale')
      break
    case 'unprofitable':
      metrics.count('LiquidationsUnprofitable')
      break
    case 'quarantined':
      metrics.count('LiquidationsQuarantined')
      break
    default:
  }
  log.emit({
    event: 'liquidator.candidate_left',
    outcome: outcome.kind,
    why: describeOutcome(outcome),
    ...(outcome.kind === 'stale' ? { reason: outcome.reason } : {}),
  })
}
