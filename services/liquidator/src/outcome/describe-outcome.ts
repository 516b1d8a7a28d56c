import type { LiquidationOutcome } from './outcome.ts'

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
    case 'epoch-refused':
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
