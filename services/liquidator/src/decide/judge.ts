import type { CandidateMessage, CdpHealth, SyncPoint } from '@weft/domain'
import type { LiquidatorDeps } from '../deps.ts'
import { type GuardVerdict, type LiquidationOutcome, pass, type StaleOutcome, stop } from '../outcome/outcome.ts'
import { readAtTip, type TipLook, type TipReading } from '../reading/tip-reading.ts'
import { pricesPlausible } from './guards/prices-plausible.ts'
import { stillLiquidatable } from './guards/still-liquidatable.ts'

/**
 * Judges the CDP. A contradiction with the ledger is looked at again, with what moves read at the tip and at last with everything, and so
 * is what cannot be judged: the market may have gained a resource or a configuration since it was last read as a whole.
 */
export async function judge(
  candidate: CandidateMessage,
  reading: TipReading,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Judged>> {
  let verdict = await judgeOn(candidate, reading, deps)
  // What moves is what has moved most often; all of it is fifteen requests.
  for (const market of ['fresh', 'exact'] as const) {
    if (verdict.kind === 'pass' || !isInDoubt(verdict.outcome)) return verdict
    const again = await lookAgain(candidate, market, deps)
    if (again.kind === 'stop') return again
    verdict = await judgeOn(candidate, again.value, deps)
  }
  return verdict
}

/** Another look, on a fresher market, whose prices must be plausible as those of the first: what is new may be what is wrong. */
export async function lookAgain(
  candidate: CandidateMessage,
  market: 'fresh' | 'exact',
  deps: LiquidatorDeps,
): Promise<GuardVerdict<TipReading>> {
  const tip = await deps.ledger.syncPoint()
  const look = await readAtTip(candidate.cdpId, tip, market, deps)
  if (look.kind !== 'read') return stop(unread(candidate, look, tip))
  return pricesPlausible(candidate, look.reading, deps)
}

async function judgeOn(
  candidate: CandidateMessage,
  reading: TipReading,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Judged>> {
  const verdict = await stillLiquidatable(candidate, reading, deps.oracle, deps.limits.ltvTolerance)
  return verdict.kind === 'pass' ? pass({ reading, health: verdict.value }) : verdict
}

/** Whether another reading of the market may tell otherwise. */
function isInDoubt({ kind }: LiquidationOutcome): boolean {
  return kind === 'health-disagreement' || kind === 'unjudged'
}

/** A CDP that is liquidatable, and the reading that says so. */
export interface Judged {
  readonly reading: TipReading
  readonly health: CdpHealth
}

/** What a look that read nothing means for its candidate. */
export function unread(
  candidate: CandidateMessage,
  look: Exclude<TipLook, { kind: 'read' }>,
  tip: SyncPoint,
): LiquidationOutcome {
  return look.kind === 'burned' ? stale(candidate, 'burned', tip) : { kind: 'unjudged', why: look.why }
}

export function stale(candidate: CandidateMessage, reason: StaleOutcome['reason'], tip: SyncPoint): StaleOutcome {
  return {
    kind: 'stale',
    reason,
    candidateStateVersion: candidate.stateVersion,
    atStateVersion: tip.stateVersion,
  }
}
