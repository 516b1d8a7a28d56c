import type { CandidateMessage, ExecutionRecord } from '@weft/domain'

/** Found before our own last liquidation of this CDP committed: whatever it saw, that liquidation has answered it. */
export function isSuperseded(
  { stateVersion }: Pick<CandidateMessage, 'stateVersion'>,
  attempts: readonly ExecutionRecord[],
): boolean {
  return attempts.some(
    ({ state, realised }) =>
      state === 'committed' && realised !== null && realised.committedStateVersion >= stateVersion,
  )
}
