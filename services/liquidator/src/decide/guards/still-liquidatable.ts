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
  candidate: Pick<CandidateMessage, 'cdpId' | 'stateVersion'>,
  at: TipReading,
  oracle: HealthOracle,
  ltvTolerance: Decimal,
): Promise<GuardVerdict<CdpHealth>> {
  const [confirmed] = await oracle.confirm([candidate.cdpId])
  const verdict = judgeHealth(at.cdp, at.market, at.nfts, at.tip.ledgerTimeMs)
  const health = verdict.kind === 'judged' ? verdict.health : undefined
  if (!confirmed || confirmed.kind === 'refused')
    return stop({ kind: 'unjudged', why: `get_cdp refused it: ${confirmed?.error ?? 'no answer'}` }, health)
  if (!isLiquidatable(confirmed))
    return stop(
      {
        kind: 'stale',
        reason: 'recovered',
        candidateStateVersion: candidate.stateVersion,
        atStateVersion: at.tip.stateVersion,
      },
      health,
    )
  if (verdict.kind === 'unjudged') return stop({ kind: 'unjudged', why: verdict.why })
  const { liquidationLtv } = verdict.health
  const apart = liquidationLtv.minus(confirmed.liquidationLtv).abs()
  if (isLiquidatable(verdict.health) && apart.lte(confirmed.liquidationLtv.times(ltvTolerance)))
    return pass(verdict.health)
  return stop(
    {
      kind: 'health-disagreement',
      ourLiquidationLtv: liquidationLtv,
      ledgerLiquidationLtv: confirmed.liquidationLtv,
    },
    health,
  )
}
