import { expect, test } from 'vitest'
import { IndexRangeJob, MAX_IDS_PER_JOB } from './messages.ts'

const JOB = {
  schemaVersion: 1,
  runId: '20261122T221500Z-370965851',
  syncPoint: { network: 'local', stateVersion: 370965851, epoch: 32718, round: 12, ledgerTimeMs: 1795385700000 },
  marketSnapshotKey: 'markets/local/2026/11/22/x.json.gz',
  expiresAtMs: 1795386000000,
}

test.each([
  [3, 3],
  [1, MAX_IDS_PER_JOB],
])('a job for ids %i to %i is read', (fromId, toId) => {
  expect(IndexRangeJob.parse({ ...JOB, fromId, toId })).toMatchObject({ fromId, toId })
})

test.each([
  [100, 1, 'must not be below fromId'],
  [1, MAX_IDS_PER_JOB + 1, 'at most 10000 ids'],
  [1, 1_000_000_000, 'at most 10000 ids'],
  [0, 5, 'expected number to be >0'],
  [-5, 5, 'expected number to be >0'],
  [1.5, 5, 'expected int'],
])('a job for ids %d to %d is refused', (fromId, toId, why) => {
  expect(() => IndexRangeJob.parse({ ...JOB, fromId, toId })).toThrow(why)
})
