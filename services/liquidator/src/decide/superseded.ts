import type { CandidateMessage, ExecutionRecord } from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { LiquidatorEvent } from '../events.ts'

/** Clocks and indexers lag by less: what is found so long after a commit was seen after it. */
const SUPERSEDES_FOR_MS = 600_000

interface SupersessionDeps {
  readonly log: EventLog<LiquidatorEvent>
  readonly metrics: Metrics
}

/**
 * Found before our own last liquidation of this CDP committed: whatever it saw, that liquidation has answered it. Of what was
 * found ten minutes after that was recorded, and yet at an earlier state version, the receipt was false: it must not silence the CDP for ever.
 */
export function isSuperseded(
  { stateVersion, detectedAtMs }: Pick<CandidateMessage, 'stateVersion' | 'detectedAtMs'>,
  attempts: readonly ExecutionRecord[],
  { log, metrics }: SupersessionDeps,
): boolean {
  const later = attempts.find(
    ({ state, realised }) =>
      state === 'committed' && realised !== null && realised.committedStateVersion >= stateVersion,
  )
  if (!later?.realised) return false
  if (detectedAtMs - later.updatedAtMs < SUPERSEDES_FOR_MS) return true
  metrics.count('FatesContradicted')
  log.emit({ event: 'liquidator.supersession_doubted', committedStateVersion: later.realised.committedStateVersion })
  return false
}
