import type { CandidateMessage, Clock } from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { LiquidatorEvent } from '../events.ts'
import type { LiquidationOutcome } from './outcome.ts'

export interface ReportDeps {
  readonly clock: Clock
  readonly log: EventLog<LiquidatorEvent>
  readonly metrics: Metrics
}

/** Says once what became of a candidate, in the log and in the metrics. */
export function reportOutcome(candidate: CandidateMessage, outcome: LiquidationOutcome, deps: ReportDeps): void {
  const { log, metrics } = deps
  metrics.count('QueueToDoneSeconds', (deps.clock.now() - candidate.detectedAtMs) / 1000)
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

/** One line on an outcome, for people. */
export function describeOutcome(outcome: LiquidationOutcome): string {
  switch (outcome.kind) {
    case 'liquidated':
      return `liquidated for ${outcome.realisedProfitXrd} XRD`
    case 'failed':
      return `${outcome.reason}; it cost ${outcome.feeXrd} XRD`
    case 'expired':
      return `not committed before epoch ${outcome.endEpochExclusive}`
    case 'paused':
      return 'the operator paused the liquidator'
    case 'dry-run':
      return `would gain ${outcome.plan.terms.profitXrd} XRD`
    case 'ledger-not-fresh':
      return `ledger ${outcome.freshness}, its clock ${outcome.ageMs} ms behind ours`
    case 'quarantined':
      return outcome.assets.map(({ resource, why }) => `${resource}: ${why}`).join('; ')
    case 'stale':
      return `${outcome.reason} at state version ${outcome.atStateVersion}, found at ${outcome.candidateStateVersion}`
    case 'unjudged':
    case 'impossible':
    case 'outflow-refused':
      return outcome.why
    case 'health-disagreement':
      return `our liquidation LTV is ${outcome.ourLiquidationLtv}, the ledger's ${outcome.ledgerLiquidationLtv}`
    case 'held':
      return outcome.detail
    case 'governed':
      return `${outcome.governor}: ${outcome.used} of ${outcome.limit}`
    case 'wallet-low':
      return `${outcome.balanceXrd} XRD, the floor is ${outcome.floorXrd}`
    case 'unprofitable':
      return `best ${outcome.bestProfitXrd ?? 'none'} XRD, least wanted ${outcome.minProfitXrd}`
    case 'preview-failed':
      return outcome.error
    case 'preview-mismatch':
      return `${outcome.resource}: planned ${outcome.plannedChange}, previewed ${outcome.previewedChange}`
  }
}
