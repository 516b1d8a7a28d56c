import { gzipSync } from 'node:zlib'
import { PutObjectCommand } from '@aws-sdk/client-s3'
import {
  CandidateMessage,
  cdpIdOf,
  Decimal,
  type ExecutionRecord,
  IndexRangeJob,
  type PriceTrustState,
  ResourceAddress,
  type RunRecord,
} from '@weft/domain'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { aged, ageTable } from '../test/age.ts'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { aCandidate, aJob, RUN, SYNC_POINT } from '../test/messages.ts'
import { DynamoExecutionJournal } from './dynamo-execution-journal.ts'
import { DynamoQuarantineStore } from './dynamo-quarantine-store.ts'
import { DynamoRunStore } from './dynamo-run-store.ts'
import { handleSqsEvent } from './lambda-batch.ts'
import { RecordsTable } from './records-table.ts'
import { priceTrustStore } from './remembered.ts'
import { S3Objects } from './s3-objects.ts'
import { S3SnapshotStore } from './s3-snapshot-store.ts'

const NOW = 1_795_385_700_000
const XRD = ResourceAddress.parse('resource_loc1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd')
const ID = cdpIdOf(7)
const RUN_RECORD: RunRecord = {
  schemaVersion: 1,
  runId: RUN,
  syncPoint: SYNC_POINT,
  marketSnapshotKey: 'markets/1',
  cdpCounter: 9,
  ranges: 1,
  startedAtMs: NOW,
}
const COMPLETION = {
  schemaVersion: 1,
  runId: RUN,
  fromId: 1,
  toId: 9,
  live: 9,
  burned: 0,
  missing: 0,
  unjudged: 0,
  liquidatable: 1,
  candidates: 1,
  causedBy: new Map([[XRD, 1]]),
  batchSnapshotKey: 'key',
  finishedAtMs: NOW,
} as const
const RECORD: ExecutionRecord = {
  schemaVersion: 1,
  cdpId: ID,
  attempt: 1,
  state: 'planned',
  runId: RUN,
  candidateStateVersion: 370965851,
  expectedProfitXrd: Decimal.parse('12'),
  planJson: '{}',
  signed: null,
  realised: null,
  reason: null,
  createdAtMs: NOW,
  updatedAtMs: NOW,
}
const ENDED: ExecutionRecord = {
  ...RECORD,
  state: 'committed',
  realised: { committedStateVersion: 370965999, feeXrd: Decimal.parse('0.5'), realisedProfitXrd: Decimal.parse('11') },
}
const TRUST: PriceTrustState = {
  schemaVersion: 1,
  atMs: NOW,
  assets: new Map([
    [
      XRD,
      {
        accepted: { priceXrd: Decimal.parse('1'), atMs: NOW },
        latest: { priceXrd: Decimal.parse('2'), source: 'feed', atMs: NOW },
        unchangedSinceMs: NOW,
        secondWhenUnchanged: null,
        reasons: [{ kind: 'held-by-operator', note: 'looks odd' }],
        agreeingReadings: 0,
        distrustedSinceMs: NOW,
      },
    ],
  ]),
}

let cloud: TestCloud
let unreadable: string[]

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
beforeEach(() => {
  unreadable = []
})

const tableOf = () =>
  new RecordsTable(cloud.dynamodb, cloud.resources.table, ({ message }) => void unreadable.push(message))

describe('what a later release wrote with fields that this one does not know', () => {
  test('is read of every record, by keys, prefixes and indexes', async () => {
    const table = tableOf()
    const journal = new DynamoExecutionJournal(table)
    const runs = new DynamoRunStore(table)
    const quarantine = new DynamoQuarantineStore(table)
    const trust = priceTrustStore(table, 'local')
    const first = await journal.claim(ID, 'a', NOW, 1_000)
    if (first.kind !== 'claimed') throw new Error('held')
    await journal.begin(first.claim, RECORD)
    await journal.advance(first.claim, 'planned', ENDED)
    await runs.start(RUN_RECORD)
    await runs.completeRange(COMPLETION)
    await quarantine.hold(aCandidate(7), [{ resource: XRD, why: 'moved' }], NOW, undefined)
    await trust.replace(TRUST, 0)
    expect(await ageTable(cloud.dynamodb, cloud.resources.table)).toBe(6)

    expect(await journal.standingOf(ID)).toEqual({
      attempts: [ENDED],
      holder: { owner: 'a', leaseUntilMs: NOW + 1_000 },
    })
    expect(await journal.recent(5)).toEqual([ENDED])
    expect(await journal.spentSince(0)).toHaveLength(1)
    expect(await journal.engaged([ID], NOW)).toEqual(new Map([[ID, 'in-work']]))
    expect(await runs.latest('local')).toEqual(RUN_RECORD)
    expect(await runs.recent(5)).toEqual([RUN_RECORD])
    expect(await runs.completions(RUN)).toEqual([COMPLETION])
    expect(await quarantine.held(5)).toMatchObject([{ cdpId: ID, candidate: aCandidate(7) }])
    expect(await trust.read()).toEqual({ version: 1, value: TRUST })
    expect(unreadable).toEqual([])

    // And it can be worked with: the lease of a newer worker is taken over, its record moved on, its entry decided.
    const second = await journal.claim(ID, 'b', NOW + 1_000, 1_000)
    if (second.kind !== 'claimed') throw new Error('held')
    expect(second.latest).toEqual(ENDED)
    await journal.begin(second.claim, { ...RECORD, attempt: 2 })
    expect((await journal.standingOf(ID)).attempts).toHaveLength(2)
    expect(await quarantine.decide(ID, 'released', 'ada', NOW)).toMatchObject({ state: 'released' })
    expect(await trust.replace(TRUST, 1)).toBe(true)
  })

  test.each([
    ['a candidate', CandidateMessage, aCandidate(7)],
    ['a job', IndexRangeJob, aJob(1)],
  ])('is read of %s', async (_what, schema: z.ZodType, message) => {
    const seen: unknown[] = []
    const body = JSON.stringify(aged(z.encode(schema, message)))
    const attributes = { ApproximateReceiveCount: '1', SentTimestamp: '1' }
    await handleSqsEvent(
      { Records: [{ messageId: 'a', receiptHandle: 'a', body, attributes, eventSourceARN: 'queue' }] },
      {
        sqs: cloud.sqs,
        queueUrl: cloud.resources.queues.liquidation.url,
        deadLetterUrl: cloud.resources.queues.liquidation.deadLetterUrl,
        schema,
        handle: async (each) => void seen.push(each),
        onFault: ({ error }) => void seen.push(error),
      },
    )
    expect(seen).toEqual([message])
  })

  test('is read of a batch snapshot', async () => {
    const snapshots = new S3SnapshotStore(new S3Objects(cloud.s3, cloud.resources.bucket))
    const header = {
      schemaVersion: 1,
      runId: RUN,
      syncPoint: SYNC_POINT,
      fromId: 1,
      toId: 9,
      live: 1,
      burned: 0,
      missing: 0,
    }
    const row = {
      cdpId: ID,
      lastUpdatedAtStateVersion: 1,
      totalLoanValueXrd: '1',
      totalCollateralValueXrd: '1',
      healthLtv: '1',
      liquidationLtv: '1',
      unjudged: null,
    }
    const text = `${[header, row].map((line) => JSON.stringify(aged(line))).join('\n')}\n`
    const Body = gzipSync(text)
    await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.resources.bucket, Key: 'aged', Body }))
    expect(await snapshots.batch('aged')).toMatchObject({ header, rows: [{ cdpId: ID }] })
  })
})

describe('a row of a later schema version', () => {
  /** Beside each good row, one that this release would misread. */
  async function withBadRows(): Promise<RecordsTable> {
    const table = tableOf()
    const later = (kind: string) => ({ kindShard: `${kind}#0`, since: '2027', record: { schemaVersion: 2 } })
    await table.put({ pk: `run#${RUN}`, sk: 'run-of-later', ...later('run') })
    await table.put({ pk: `run#${RUN}`, sk: 'range#000000100-000000200', record: { schemaVersion: 2 } })
    await table.put({
      pk: 'cdp#8',
      sk: 'execution',
      ...later('execution'),
      fencingToken: 1,
      leaseUntilMs: 'later',
    })
    await table.put({ pk: 'cdp#8', sk: 'quarantine', ...later('quarantine-held') })
    return table
  }

  test('is left out of each list and reported by name, and the others stand', async () => {
    const table = await withBadRows()
    const runs = new DynamoRunStore(table)
    await runs.start(RUN_RECORD)
    await runs.completeRange(COMPLETION)
    expect(await runs.recent(5)).toEqual([RUN_RECORD])
    expect(await runs.completions(RUN)).toEqual([COMPLETION])
    const journal = new DynamoExecutionJournal(table)
    const held = await journal.claim(cdpIdOf(9), 'a', NOW, 1_000)
    if (held.kind !== 'claimed') throw new Error('held')
    await journal.begin(held.claim, { ...RECORD, cdpId: cdpIdOf(9) })
    expect((await journal.recent(5)).map(({ cdpId }) => cdpId)).toContain(cdpIdOf(9))
    expect(await journal.engaged([cdpIdOf(8), cdpIdOf(9)], NOW)).toEqual(new Map([[cdpIdOf(9), 'in-work']]))
    const quarantine = new DynamoQuarantineStore(table)
    await quarantine.hold(aCandidate(9), [], NOW, undefined)
    expect((await quarantine.held(5)).map(({ cdpId }) => cdpId)).toContain(cdpIdOf(9))
    const named = unreadable.map((message) => message.split(':')[0])
    expect(named).toEqual([
      `record run#${RUN} run-of-later`,
      `record run#${RUN} range#000000100-000000200`,
      'record cdp#8 execution',
      'journal cdp#8',
      'record cdp#8 quarantine',
    ])
  })

  test('ends what is asked for by itself, where no other row could answer', async () => {
    const table = await withBadRows()
    await expect(new DynamoQuarantineStore(table).find(cdpIdOf(8))).rejects.toThrow('record cdp#8 quarantine')
    await expect(new DynamoExecutionJournal(table).standingOf(cdpIdOf(8))).rejects.toThrow('record cdp#8 execution')
  })

  test('ends a list of which nobody would hear what it left out', async () => {
    await withBadRows()
    const silent = new RecordsTable(cloud.dynamodb, cloud.resources.table)
    await expect(new DynamoRunStore(silent).recent(5)).rejects.toThrow('run-of-later')
  })

  test('ends the sum of what was spent: leaving one out would raise the limit', async () => {
    const table = tableOf()
    await table.put({ pk: 'cdp#8', sk: 'execution#000001', spending: 'execution', updatedAt: '2027', attempt: 1 })
    await expect(new DynamoExecutionJournal(table).spentSince(0)).rejects.toThrow('spending cdp#8')
  })
})
