import { type RangeCompletion, RunId, type RunRecord, runIdOf } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { SYNC_POINT } from '../test/messages.ts'
import { DynamoRunStore } from './dynamo-run-store.ts'
import { RecordsTable } from './records-table.ts'

let cloud: TestCloud
let runs: DynamoRunStore

beforeAll(async () => {
  cloud = await startTestCloud()
  runs = new DynamoRunStore(new RecordsTable(cloud.dynamodb, cloud.resources.table))
})
afterAll(() => cloud?.stop())

function aRun(startedAtMs: number, network: RunRecord['syncPoint']['network'] = 'local'): RunRecord {
  const runId = runIdOf(startedAtMs, SYNC_POINT.stateVersion)
  return {
    schemaVersion: 1,
    runId,
    syncPoint: { ...SYNC_POINT, network },
    marketSnapshotKey: `markets/${runId}`,
    cdpCounter: 3000,
    ranges: 3,
    startedAtMs,
  }
}

function aCompletion(runId: RunId, fromId: number, finishedAtMs = 1_795_385_760_000): RangeCompletion {
  return {
    schemaVersion: 1,
    runId,
    fromId,
    toId: fromId + 999,
    live: 10,
    burned: 980,
    missing: 10,
    unjudged: 0,
    liquidatable: 1,
    candidates: 1,
    batchSnapshotKey: 'key',
    finishedAtMs,
  }
}

const at = (minute: number) => 1_795_385_700_000 + minute * 60_000

test('there is no latest run before the first', async () => {
  expect(await runs.latest('stokenet')).toBeUndefined()
})

test('the latest run is the one that started last, per network, whatever the order of writing', async () => {
  for (const minute of [5, 15, 10]) await runs.start(aRun(at(minute)))
  await runs.start(aRun(at(90), 'mainnet'))
  expect(await runs.latest('local')).toEqual(aRun(at(15)))
  expect((await runs.recent(3)).map((run) => run.startedAtMs)).toEqual([at(90), at(15), at(10)])
})

test('the completions of a run come in range order, and a repeated one counts once', async () => {
  const { runId } = aRun(at(30))
  for (const fromId of [10_001, 1, 2001, 1]) await runs.completeRange(aCompletion(runId, fromId))
  await runs.completeRange(aCompletion(RunId.parse('20261122T221500Z-1'), 1))
  expect((await runs.completions(runId)).map((each) => each.fromId)).toEqual([1, 2001, 10_001])
  expect((await runs.completions(runId))[0]).toEqual(aCompletion(runId, 1))
})
