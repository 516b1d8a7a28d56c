import type { CandidateEnd, CandidateMessage, Decimal } from '@weft/domain'
import { describeOutcome } from './describe-outcome.ts'
import { mostProfitable } from './most-profitable.ts'
import type { LiquidationOutcome } from './outcome.ts'

/** What is kept of an outcome. */
export function endOfCandidate(
  { cdpId, runId }: Pick<CandidateMessage, 'cdpId' | 'runId'>,
  outcome: LiquidationOutcome,
  atMs: number,
): CandidateEnd {
  return {
    schemaVersion: 1,
    cdpId,
    runId,
    kind: outcome.kind,
    why: describeOutcome(outcome),
    attempt: 'attempt' in outcome ? outcome.attempt : null,
    atMs,
    amountsXrd: amountsXrd(outcome),
    alternatives: 'alternatives' in outcome ? mostProfitable(outcome.alternatives) : [],
  }
}

function amountsXrd(outcome: LiquidationOutcome): Record<string, Decimal> {
  switch (outcome.kind) {
    case 'liquidated': {
      const { expectedProfitXrd, realisedProfitXrd, feeXrd } = outcome
      return { expectedProfitXrd, realisedProfitXrd, feeXrd }
    }
    case 'failed':
      return { feeXrd: outcome.feeXrd }
    case 'dry-run':
      return { expectedProfitXrd: outcome.plan.terms.profitXrd, feeXrd: outcome.previewFeeXrd }
    case 'unprofitable': {
      const { bestProfitXrd, minProfitXrd } = outcome
      return { ...(bestProfitXrd ? { bestProfitXrd } : {}), minProfitXrd }
    }
    case 'wallet-low':
      return { balanceXrd: outcome.balanceXrd, floorXrd: outcome.floorXrd }
    default:
      return {}
  }
}
