import type { ExecutionRecord } from '@weft/domain'
import type { LiquidatorDeps } from '../deps.ts'
import { isLive, outcomeOf } from '../outcome/record-outcome.ts'
import { reportOutcome } from '../outcome/report-outcome.ts'
import { abandon, lookAt } from './settle.ts'
import { underClaim } from './under-claim.ts'

export interface SweepReport {
  /** Executions whose fate was recorded. */
  readonly settled: number
  /** Executions that may still commit, or that a living worker has. */
  readonly open: number
}

/**
 * Concludes executions that nobody's message leads to any more: their worker died and the candidate went another way (dead-lettered,
 * answered by a pause, or found recovered). Only looks and records: nothing is signed or submitted, so it may run in any mode, and
 * an intent that nobody submits again is final at the latest when its epoch window ends.
 * @param limit how many of the newest executions are looked at.
 */
export async function sweepLeftovers(limit: number, deps: LiquidatorDeps): Promise<SweepReport> {
  const unfinished = (await deps.journal.recent(limit)).filter((record) => isLive(record) || record.state === 'planned')
  let settled = 0
  for (const record of unfinished) if (await concludes(record, deps)) settled += 1
  const report = { settled, open: unfinished.length - settled }
  if (unfinished.length > 0) deps.log.emit({ event: 'liquidator.leftovers_swept', ...report })
  return report
}

async function concludes({ cdpId, attempt }: ExecutionRecord, deps: LiquidatorDeps): Promise<boolean> {
  const log = deps.log.along({ cdpId })
  try {
    const result = await underClaim(cdpId, { ...deps, log }, async (claim, latest) => {
      if (!latest || latest.attempt !== attempt) return true
      if (latest.state === 'planned') await abandon(claim, latest, deps)
      if (latest.state === 'planned') return true
      const after = await lookAt(claim, latest, { ...deps, log })
      if (isLive(after)) return false
      await reportOutcome(after, outcomeOf(after), { ...deps, log: log.along({ runId: after.runId }) })
      return true
    })
    return result.kind === 'done' && result.value
  } catch (error) {
    // One CDP's trouble must not keep the others from being concluded; the next sweep comes back to it.
    log.emit({ event: 'liquidator.sweep_faulted' }, error)
    return false
  }
}
