import type { CandidateMessage, CdpHealth, SyncPoint } from '@weft/domain'
import type { LiquidatorDeps } from '../deps.ts'
import { type GuardVerdict, type LiquidationOutcome, pass, type StaleOutcome, stop } from '../outcome/outcome.ts'
import { readAtTip, type TipLook, type TipReading } from '../reading/tip-reading.ts'
import type { Subject } from './facts.ts'
import { pricesPlausible } from './guards/prices-plausible.ts'
import { stillLiquidatable } from './guards/still-liquidatable.ts'

/**
 * Judges the CDP. A contradiction with the ledger is looked at again, with what moves read at the tip and at last with everything, and so
 * is what cannot be judged: the market may have gained a resource or a configuration since it was last read as a whole.
 */
export async function judge(
  subject: Subject,
  reading: TipReading,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Judged>> {
  let verdict = await judgeOn(subject, reading, deps)
  // What moves is what has moved most often; all of it is fifteen requests.
  for (const market of ['fresh', 'exact'] as const) {
    if (verdict.kind === 'pass' || !isInDoubt(verdict.outcome) || !subject.looks.take()) return verdict
    const again = await lookAgain(subject, market, deps)
    if (again.kind === 'stop') return stop(again.outcome, verdict.value)
    verdict = await judgeOn(subject, again.value, deps)
  }
  return verdict
}

/** Another look, on a fresher market, whose prices must be plausible as those of the first: what is new may be what is wrong. */
export async function lookAgain(
  subject: Subject,
  market: 'fresh' | 'exact',
  deps: LiquidatorDeps,
): Promise<GuardVerdict<TipReading>> {
  const tip = await deps.ledger.syncPoint()
  const look = await readAtTip(subject.cdpId, tip, market, deps)
  if (look.kind !== 'read') return stop(unread(subject, look, tip))
  return pricesPlausible(subject, look.reading, deps)
}

async function judgeOn(subject: Subject, reading: TipReading, deps: LiquidatorDeps): Promise<GuardVerdict<Judged>> {
  const verdict = await stillLiquidatable(subject, reading, deps.oracle, deps.limits.ltvTolerance)
  const judged = verdict.value && { reading, health: verdict.value }
  return verdict.kind === 'pass' ? pass({ reading, health: verdict.value }) : stop(verdict.outcome, judged)
}

/** Whether another reading of the market may tell otherwise. */
function isInDoubt({ kind }: LiquidationOutcome): boolean {
  return kind === 'health-disagreement' || kind === 'unjudged'
}

/** The health of a CDP, and the reading that says so. */
export interface Judged {
  readonly reading: TipReading
  readonly health: CdpHealth
}

/** What a look that read nothing means for its candidate. */
export function unread(
  candidate: Pick<CandidateMessage, 'stateVersion'>,
  look: Exclude<TipLook, { kind: 'read' }>,
  tip: SyncPoint,
): LiquidationOutcome {
  return look.kind === 'burned' ? stale(candidate, 'burned', tip) : { kind: 'unjudged', why: look.why }
}

export function stale(
  candidate: Pick<CandidateMessage, 'stateVersion'>,
  reason: StaleOutcome['reason'],
  tip: SyncPoint,
): StaleOutcome {
  return {
    kind: 'stale',
    reason,
    candidateStateVersion: candidate.stateVersion,
    atStateVersion: tip.stateVersion,
  }
}
