import {
  type CandidateMessage,
  type CdpHealth,
  type Decimal,
  type HealthOracle,
  isLiquidatable,
  judgeHealth,
} from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../../outcome/outcome.ts'
import type { TipReading } from '../../reading/tip-reading.ts'

/**
 * Judges the re-read CDP by the ledger's rules and by ours: the queue redelivers, borrowers repay, others liquidate. When the two
 * contradict each other our model of the protocol, or what we read a moment ago, is out of date, and nothing is planned on it.
 * @param ltvTolerance fraction by which the two ratios may differ when both call the CDP liquidatable.
 */
export async function stillLiquidatable(
  candidate: CandidateMessage,
  at: TipReading,
  oracle: HealthOracle,
  ltvTolerance: Decimal,
): Promise<GuardVerdict<CdpHealth>> {
  const [confirmed] = await oracle.confirm([candidate.cdpId])
  if (!confirmed || confirmed.kind === 'refused')
    return stop({ kind: 'unjudged', why: `get_cdp refused it: ${confirmed?.error ?? 'no answer'}` })
  if (!isLiquidatable(confirmed))
    return stop({
      kind: 'stale',
      reason: 'recovered',
      candidateStateVersion: candidate.stateVersion,
      atStateVersion: at.tip.stateVersion,
    })
  const verdict = judgeHealth(at.cdp, at.market, at.nfts, at.tip.ledgerTimeMs)
  if (verdict.kind === 'unjudged') return stop({ kind: 'unjudged', why: verdict.why })
  const { health } = verdict
  const apart = health.liquidationLtv.minus(confirmed.liquidationLtv).abs()
  if (isLiquidatable(health) && apart.lte(confirmed.liquidationLtv.times(ltvTolerance))) return pass(health)
  return stop({
    kind: 'health-disagreement',
    ourLiquidationLtv: health.liquidationLtv,
    ledgerLiquidationLtv: confirmed.liquidationLtv,
  })
}
