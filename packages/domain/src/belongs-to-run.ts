import { marketSnapshotKey } from './batch-snapshot.ts'
import { ForeignMessageError } from './errors.ts'
import type { CandidateMessage, IndexRangeJob } from './messages.ts'
import type { NetworkName } from './sync-point.ts'

/**
 * A message names its run three times: by id, by the state version within it, and by the market snapshot that this run stored.
 * @throws {ForeignMessageError} where they contradict each other, or the network is not `network`.
 */
export function refuseForeign(
  { runId, marketSnapshotKey: key }: Pick<CandidateMessage | IndexRangeJob, 'runId' | 'marketSnapshotKey'>,
  stateVersion: number,
  network: NetworkName,
): void {
  const expected = marketSnapshotKey(network, runId)
  if (key !== expected)
    throw new ForeignMessageError(`It names ${key}, but run ${runId} of ${network} stored ${expected}.`)
  if (runId.split('-')[1] !== String(stateVersion))
    throw new ForeignMessageError(`It is of state version ${stateVersion}, which is not the one of run ${runId}.`)
}
