import type { CandidateMessage, CdpId, Clock, Engagement, ExecutionJournal } from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { IndexerEvent } from './events.ts'

export interface EngagementDeps {
  readonly journal: Pick<ExecutionJournal, 'engaged'>
  readonly clock: Clock
  readonly log: EventLog<IndexerEvent>
  readonly metrics: Metrics
}

/** So many CDPs are named in one event; its counts are of all of them. */
const NAMED_CDPS = 20

/**
 * The candidates that lead to something: in a shock every run finds the same CDPs again, and a liquidator would only learn that another
 * one has them, or that there is still nothing to gain. Nothing is lost by leaving one out: what is liquidatable then is found by the
 * next run, and a dead worker's CDP counts as free once its lease has lapsed.
 * @returns all of them when the journal cannot be asked: it saves work, and decides nothing.
 */
export async function leaveOutEngaged(
  candidates: readonly CandidateMessage[],
  { journal, clock, log, metrics }: EngagementDeps,
): Promise<readonly CandidateMessage[]> {
  if (candidates.length === 0) return candidates
  let engaged: ReadonlyMap<CdpId, Engagement>
  try {
    const ids = candidates.map(({ cdpId }) => cdpId)
    engaged = await journal.engaged(ids, clock.now())
  } catch (error) {
    log.emit({ event: 'indexer.engagement_unknown', candidates: candidates.length }, error)
    return candidates
  }
  if (engaged.size === 0) return candidates
  const inWork = [...engaged.values()].filter((each) => each === 'in-work').length
  log.emit({
    event: 'indexer.engaged_left_out',
    inWork,
    resting: engaged.size - inWork,
    cdpIds: [...engaged.keys()].slice(0, NAMED_CDPS),
  })
  metrics.count('CandidatesLeftOut', engaged.size)
  return candidates.filter(({ cdpId }) => !engaged.has(cdpId))
}
