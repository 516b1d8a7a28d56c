import { expect, test } from 'vitest'
import { RunId } from './messages.ts'
import { coverageOf, RangeCompletion, RunRecord } from './run.ts'

const runId = RunId.parse('20261204T101500Z-4711')
const run = RunRecord.parse({
  schemaVersion: 1,
  runId,
  syncPoint: { network: 'local', stateVersion: 4711, epoch: 3, round: 1, ledgerTimeMs: 1 },
  marketSnapshotKey: 'markets/1',
  cdpCounter: 20,
  ranges: 2,
  startedAtMs: 1,
})
const range = (fromId: number, missing: number) =>
  RangeCompletion.parse({
    schemaVersion: 1,
    runId,
    fromId,
    toId: fromId + 9,
    live: 10 - missing,
    burned: 0,
    missing,
    unjudged: 0,
    liquidatable: 0,
    candidates: 0,
    batchSnapshotKey: 'snapshots/1',
    finishedAtMs: 1,
  })

test('a run is complete when every id of it was answered for', () => {
  expect(coverageOf(run, [range(1, 0), range(11, 0)])).toEqual({ kind: 'complete', judged: 20 })
})

test('an id that was left out of an answer makes it partial', () => {
  expect(coverageOf(run, [range(1, 0), range(11, 2)])).toEqual({
    kind: 'partial',
    rangesMissing: 0,
    unjudged: 0,
    missing: 2,
  })
})
