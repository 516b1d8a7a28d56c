import type { BatchGetCommandInput, BatchGetCommandOutput } from '@aws-sdk/lib-dynamodb'
import { type Claim, cdpIdOf, Decimal, ExecutionRecord, FencedOffError, IntentHash } from '@weft/domain'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { RUN } from '../test/messages.ts'
import { DynamoExecutionJournal, JournalConflictError } from './dynamo-execution-journal.ts'
import { listedAs, RecordsTable } from './records-table.ts'

let cloud: TestCloud
let journal: DynamoExecutionJournal
let cdpId = cdpIdOf(1)
let last = 0

beforeAll(async () => {
  cloud = await startTestCloud()
  journal = new DynamoExecutionJournal(new RecordsTable(cloud.dynamodb, cloud.resources.table))
})
afterAll(() => cloud?.stop())
// Every test has a CDP of its own.
beforeEach(() => {
  cdpId = cdpIdOf(++last)
})

const LEASE_MS = 60_000
const NOW = 1795385700000

function aRecord(attempt: number, changes: Partial<ExecutionRecord> = {}): ExecutionRecord {
  return {
    schemaVersion: 1,
    cdpId,
    attempt,
    state: 'planned',
    runId: RUN,
    candidateStateVersion: 370965851,
    expectedProfitXrd: Decimal.parse('12.000000000000000001'),
    planJson: '{"exit":"swap"}',
    signed: null,
    realised: null,
    reason: null,
    createdAtMs: NOW,
    updatedAtMs: NOW,
    ...changes,
  }
}

const SIGNED = {
  intentHash: IntentHash.parse('txid_loc1specimenspecimen'),
  payloadHex: '4d220504',
  startEpochInclusive: 10,
  endEpochExclusive: 12,
  manifest: 'CALL_METHOD …;',
}

async function claimed(owner: string, nowMs = NOW): Promise<Claim> {
  const result = await journal.claim(cdpId, owner, nowMs, LEASE_MS)
  if (result.kind !== 'claimed') throw new Error(`held by ${result.owner}`)
  return result.claim
}

async function attempts(): Promise<readonly ExecutionRecord[]> {
  return (await journal.standingOf(cdpId)).attempts
}

test('of concurrent claims one wins, and the others learn who holds the CDP', async () => {
  const racers = Array.from({ length: 20 }, (_, index) => journal.claim(cdpId, `worker-${index}`, NOW, LEASE_MS))
  const results = await Promise.all(racers)
  const winner = results.findIndex((result) => result.kind === 'claimed')
  expect(results.filter((result) => result.kind === 'claimed')).toHaveLength(1)
  expect(results.find((result) => result.kind === 'held')).toEqual({
    kind: 'held',
    owner: `worker-${winner}`,
    leaseUntilMs: NOW + LEASE_MS,
  })
})

test('a worker that already holds the CDP gets no second claim under the same name', async () => {
  await claimed('a')
  expect(await journal.claim(cdpId, 'a', NOW + 1, LEASE_MS)).toMatchObject({ kind: 'held', owner: 'a' })
})

test('a lapsed lease is taken over with a higher fencing token', async () => {
  const first = await claimed('a')
  expect(await journal.claim(cdpId, 'b', NOW + LEASE_MS - 1, LEASE_MS)).toMatchObject({ kind: 'held' })
  const second = await claimed('b', NOW + LEASE_MS)
  expect(second.fencingToken).toBeGreaterThan(first.fencingToken)
})

test('of concurrent claims of a lapsed lease one wins', async () => {
  await claimed('a')
  const racers = Array.from({ length: 12 }, (_, index) => journal.claim(cdpId, `w-${index}`, NOW + LEASE_MS, LEASE_MS))
  expect((await Promise.all(racers)).filter((result) => result.kind === 'claimed')).toHaveLength(1)
})

test('a released CDP is free at once, and its fencing token still grows', async () => {
  const first = await claimed('a')
  await journal.release(first)
  expect((await claimed('b')).fencingToken).toBeGreaterThan(first.fencingToken)
})

test('a late release does not take the CDP away from its new holder', async () => {
  const first = await claimed('a')
  await claimed('b', NOW + LEASE_MS)
  await journal.release(first)
  expect(await journal.claim(cdpId, 'c', NOW + LEASE_MS + 1, LEASE_MS)).toMatchObject({ kind: 'held', owner: 'b' })
})

test('a claim brings the newest record, to the last digit', async () => {
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  const signed = aRecord(1, { state: 'signed', signed: SIGNED })
  await journal.advance(claim, 'planned', signed)
  await journal.release(claim)
  expect(await journal.claim(cdpId, 'b', NOW, LEASE_MS)).toMatchObject({ kind: 'claimed', latest: signed })
})

test('a worker that was overtaken can neither begin nor advance, and the record stands as its successor left it', async () => {
  const slow = await claimed('a')
  await journal.begin(slow, aRecord(1))
  const next = await claimed('b', NOW + LEASE_MS)
  const signed = aRecord(1, { state: 'signed', signed: SIGNED })
  await expect(journal.advance(slow, 'planned', signed)).rejects.toBeInstanceOf(FencedOffError)
  await expect(journal.begin(slow, aRecord(2))).rejects.toBeInstanceOf(FencedOffError)
  await journal.advance(next, 'planned', aRecord(1, { state: 'failed', reason: 'abandoned' }))
  await expect(journal.advance(slow, 'failed', signed)).rejects.toBeInstanceOf(FencedOffError)
  expect(await attempts()).toEqual([aRecord(1, { state: 'failed', reason: 'abandoned' })])
})

test('an attempt moves only from the state its writer believes in', async () => {
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  const submitted = aRecord(1, { state: 'submitted', signed: SIGNED, updatedAtMs: NOW + 1 })
  await expect(journal.advance(claim, 'signed', submitted)).rejects.toThrow(
    `CDP ${cdpId}: attempt 1 (submitted) cannot be written, attempt 1 (planned) stands in the journal.`,
  )
  expect(await attempts()).toEqual([aRecord(1)])
})

test('writing the same step again is harmless: the answer to the first may have been lost', async () => {
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  const signed = aRecord(1, { state: 'signed', signed: SIGNED })
  await journal.advance(claim, 'planned', signed)
  await expect(journal.advance(claim, 'planned', signed)).resolves.toBeUndefined()
})

test.each(['signed', 'submitted'] as const)('no new attempt begins while one is %s', async (state) => {
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  await journal.advance(claim, 'planned', aRecord(1, { state, signed: SIGNED }))
  await expect(journal.begin(claim, aRecord(2))).rejects.toBeInstanceOf(JournalConflictError)
})

test('attempt numbers only grow', async () => {
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  await journal.advance(claim, 'planned', aRecord(1, { state: 'failed' }))
  await expect(journal.begin(claim, aRecord(1))).rejects.toBeInstanceOf(JournalConflictError)
})

test('nothing is advanced that was not begun', async () => {
  const claim = await claimed('a')
  await expect(journal.advance(claim, 'planned', aRecord(1, { state: 'failed' }))).rejects.toThrow(
    'no attempt was begun',
  )
})

test('every attempt is kept, newest first', async () => {
  const claim = await claimed('a')
  for (const attempt of [1, 2, 3]) {
    await journal.begin(claim, aRecord(attempt))
    await journal.advance(claim, 'planned', aRecord(attempt, { state: 'expired', reason: `try ${attempt}` }))
  }
  const all = await attempts()
  expect(all.map((record) => [record.attempt, record.state, record.reason])).toEqual([
    [3, 'expired', 'try 3'],
    [2, 'expired', 'try 2'],
    [1, 'expired', 'try 1'],
  ])
})

test('a copy left by a worker that died while displacing an attempt does not hide what became of it', async () => {
  const dying = cloud.newClients()
  // Dies after the copy is stored and before the head is written.
  dying.dynamodb.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName?.startsWith('Update')) throw new Error('killed')
      return next(args)
    },
    { step: 'initialize', name: 'kill' },
  )
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  const dead = new DynamoExecutionJournal(new RecordsTable(dying.dynamodb, cloud.resources.table))
  await expect(dead.begin(claim, aRecord(2))).rejects.toThrow('killed')
  const abandoned = aRecord(1, { state: 'failed', reason: 'abandoned', updatedAtMs: NOW + 5 })
  await journal.advance(claim, 'planned', abandoned)
  expect(await attempts()).toEqual([abandoned])
  await journal.begin(claim, aRecord(2))
  expect(await attempts()).toEqual([aRecord(2), abandoned])
  dying.close()
})

test('the conclusion gives the CDP back, once', async () => {
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  const failed = aRecord(1, { state: 'failed', reason: 'refused' })
  await journal.conclude(claim, 'planned', failed)
  await expect(journal.claim(cdpId, 'b', NOW + 1, LEASE_MS)).resolves.toMatchObject({ kind: 'claimed', latest: failed })
  await journal.release(claim)
  await expect(journal.claim(cdpId, 'c', NOW + 2, LEASE_MS)).resolves.toMatchObject({ kind: 'held', owner: 'b' })
  // Repeated because its answer was lost, with a new holder meanwhile.
  await expect(journal.conclude(claim, 'planned', failed)).resolves.toBeUndefined()
})

test('who was overtaken concludes nothing', async () => {
  const slow = await claimed('a')
  await journal.begin(slow, aRecord(1))
  await claimed('b', NOW + LEASE_MS)
  await expect(journal.conclude(slow, 'planned', aRecord(1, { state: 'failed' }))).rejects.toBeInstanceOf(
    FencedOffError,
  )
  await expect(journal.claim(cdpId, 'c', NOW + LEASE_MS + 1, LEASE_MS)).resolves.toMatchObject({
    kind: 'held',
    owner: 'b',
  })
})

test('a CDP that was claimed and never acted on has no attempts', async () => {
  await claimed('a')
  expect(await attempts()).toEqual([])
})

test('recent lists the newest records of all CDPs, each once', async () => {
  const future = NOW + 1_000_000_000
  const ids = [501, 502, 503].map(cdpIdOf)
  for (const [index, id] of ids.entries()) {
    cdpId = id
    const claim = await claimed('a')
    await journal.begin(claim, aRecord(1, { createdAtMs: future + index }))
    await journal.advance(claim, 'planned', aRecord(1, { state: 'failed', createdAtMs: future + index }))
    await journal.begin(claim, aRecord(2, { createdAtMs: future + 10 + index }))
  }
  const recent = await journal.recent(4)
  expect(recent.map((record) => [record.cdpId, record.attempt])).toEqual([
    ['#503#', 2],
    ['#502#', 2],
    ['#501#', 2],
    ['#503#', 1],
  ])
})

test('recent finds attempts in whatever part of the index they lie, and a limit keeps the newest of all parts', async () => {
  const future = NOW + 2_000_000_000
  const ids = Array.from({ length: 40 }, (_, index) => cdpIdOf(600 + index))
  for (const [index, id] of ids.entries()) {
    cdpId = id
    await journal.begin(await claimed('a'), aRecord(1, { createdAtMs: future + index }))
  }
  expect((await journal.recent(40)).map((record) => record.cdpId)).toEqual(ids.toReversed())
  expect((await journal.recent(3)).map((record) => record.cdpId)).toEqual(ids.toReversed().slice(0, 3))
  const table = new RecordsTable(cloud.dynamodb, cloud.resources.table)
  const items = await table.getMany(ids.map((id) => ({ pk: `cdp#${id.slice(1, -1)}`, sk: 'execution' })))
  const shards = Map.groupBy(items, ({ kindShard }) => kindShard)
  expect(shards.size).toBe(8)
  expect(Math.max(...[...shards.values()].map((each) => each.length))).toBeLessThanOrEqual(10)
})

test('an attempt enters the index with its beginning, and no later write of it changes its entry', async () => {
  const entry = async () => {
    const [item] = await new RecordsTable(cloud.dynamodb, cloud.resources.table).getMany(
      [{ pk: `cdp#${cdpId.slice(1, -1)}`, sk: 'execution' }],
      ['kindShard', 'since'],
    )
    return item
  }
  const claim = await claimed('a')
  await journal.begin(claim, aRecord(1))
  const begun = await entry()
  expect(begun).toMatchObject({ kindShard: expect.stringMatching(/^execution#/), since: new Date(NOW).toISOString() })
  await journal.advance(claim, 'planned', aRecord(1, { state: 'signed', signed: SIGNED, updatedAtMs: NOW + 5 }))
  await journal.conclude(claim, 'signed', aRecord(1, { state: 'expired', signed: SIGNED, updatedAtMs: NOW + 9 }))
  expect(await entry()).toEqual(begun)
})

test('an attempt of a release that listed it by `kind` is picked up as any other, and is in no list until it is written again', async () => {
  const table = new RecordsTable(cloud.dynamodb, cloud.resources.table)
  const { kindShard: _, since: __, ...old } = listedAs('execution', `cdp#${cdpId.slice(1, -1)}`, NOW + 3_000_000_000)
  const record = aRecord(1, { state: 'signed', signed: SIGNED, createdAtMs: NOW + 3_000_000_000 })
  await table.put({
    pk: `cdp#${cdpId.slice(1, -1)}`,
    sk: 'execution',
    fencingToken: 1,
    ...old,
    updatedAt: '2026-11-29T00:00:00.000Z',
    attempt: 1,
    state: 'signed',
    record: z.encode(ExecutionRecord, record),
  })
  expect((await journal.recent(100)).map((each) => each.cdpId)).not.toContain(cdpId)
  const result = await journal.claim(cdpId, 'a', NOW, LEASE_MS)
  expect(result).toMatchObject({ kind: 'claimed', latest: record })
  if (result.kind !== 'claimed') return
  await journal.advance(result.claim, 'signed', { ...record, state: 'submitted' })
  expect((await journal.recent(100))[0]).toEqual({ ...record, state: 'submitted' })
})

describe('what was spent', () => {
  /** Of this test's CDP, whose others are told apart by it. */
  const spent = async (sinceMs = NOW) =>
    (await journal.spentSince(sinceMs))
      .filter((each) => each.cdpId === cdpId)
      .map(({ attempt, feeXrd }) => [attempt, feeXrd.toString()])

  async function toTheEnd(attempt: number, end: Partial<ExecutionRecord>): Promise<void> {
    const claim = await claimed('a')
    await journal.begin(claim, aRecord(attempt))
    await journal.advance(claim, 'planned', aRecord(attempt, { state: 'signed', signed: SIGNED }))
    expect(await spent()).not.toContainEqual([attempt, expect.anything()])
    await journal.conclude(claim, 'signed', aRecord(attempt, { signed: SIGNED, ...end }))
  }

  const costing = (feeXrd: string, updatedAtMs = NOW): Partial<ExecutionRecord> => ({
    state: 'failed',
    reason: 'too late',
    updatedAtMs,
    realised: {
      committedStateVersion: 7,
      feeXrd: Decimal.parse(feeXrd),
      realisedProfitXrd: Decimal.parse(feeXrd).negated(),
    },
  })

  test('is told to the last digit, once the ledger has taken it', async () => {
    await toTheEnd(1, costing('0.300000000000000001'))
    expect((await journal.spentSince(NOW)).filter((each) => each.cdpId === cdpId)).toEqual([
      {
        cdpId,
        attempt: 1,
        atMs: NOW,
        feeXrd: Decimal.parse('0.300000000000000001'),
        realisedProfitXrd: Decimal.parse('-0.300000000000000001'),
      },
    ])
  })

  test('stays when later attempts displace it, and each counts once', async () => {
    await toTheEnd(1, costing('0.1'))
    await toTheEnd(2, costing('0.2', NOW + 1))
    await journal.begin(await claimed('a'), aRecord(3))
    expect(await spent()).toEqual([
      [1, '0.1'],
      [2, '0.2'],
    ])
  })

  test('is nothing for an attempt that expired', async () => {
    await toTheEnd(1, { state: 'expired', reason: 'over' })
    expect(await spent()).toEqual([])
  })

  test('is told from a moment on, that moment included', async () => {
    await toTheEnd(1, costing('0.1', NOW + 5_000))
    expect(await spent(NOW + 5_000)).toEqual([[1, '0.1']])
    expect(await spent(NOW + 5_001)).toEqual([])
  })
})

describe('engaged', () => {
  const REST_MS = 20_000

  test('is a CDP in work, until its lease lapses, whatever intent its worker left', async () => {
    const claim = await claimed('a')
    await journal.begin(claim, aRecord(1))
    await journal.advance(claim, 'planned', aRecord(1, { state: 'signed', signed: SIGNED }))
    expect(await journal.engaged([cdpId], NOW + LEASE_MS - 1)).toEqual(new Map([[cdpId, 'in-work']]))
    expect(await journal.engaged([cdpId], NOW + LEASE_MS)).toEqual(new Map())
  })

  test('is a CDP at rest, until the rest is over', async () => {
    await journal.release(await claimed('a'), NOW + REST_MS)
    expect(await journal.engaged([cdpId], NOW + REST_MS - 1)).toEqual(new Map([[cdpId, 'resting']]))
    expect(await journal.engaged([cdpId], NOW + REST_MS)).toEqual(new Map())
  })

  test('a CDP at rest can be claimed, and its rest is over then', async () => {
    await journal.release(await claimed('a'), NOW + REST_MS)
    const claim = await claimed('b', NOW + 1)
    expect(await journal.engaged([cdpId], NOW + 1)).toEqual(new Map([[cdpId, 'in-work']]))
    await journal.release(claim)
    expect(await journal.engaged([cdpId], NOW + 1)).toEqual(new Map())
  })

  test('who was overtaken lays nothing to rest', async () => {
    const slow = await claimed('a')
    await journal.release(await claimed('b', NOW + LEASE_MS))
    await journal.release(slow, NOW + LEASE_MS + REST_MS)
    expect(await journal.engaged([cdpId], NOW + LEASE_MS)).toEqual(new Map())
  })

  test('a claim that was concluded leaves no rest behind', async () => {
    const claim = await claimed('a')
    await journal.begin(claim, aRecord(1))
    await journal.conclude(claim, 'planned', aRecord(1, { state: 'failed' }))
    await journal.release(claim, NOW + REST_MS)
    expect(await journal.engaged([cdpId], NOW)).toEqual(new Map())
  })

  test('is told of more CDPs than one call takes, of unknown ones and of one named twice', async () => {
    const ids = Array.from({ length: 230 }, (_, index) => cdpIdOf(10_000 + index))
    const taken = [0, 99, 100, 199, 229].flatMap((index) => ids[index] ?? [])
    for (const id of taken) await journal.claim(id, 'a', NOW, LEASE_MS)
    const engaged = await journal.engaged([...ids, ...ids.slice(0, 1)], NOW)
    expect(engaged).toEqual(new Map(taken.map((id) => [id, 'in-work'])))
    expect(await journal.engaged([], NOW)).toEqual(new Map())
  })

  test('what DynamoDB leaves unread is asked for again', async () => {
    const { busy, asked } = leavingUnread((keys) => keys.slice(2))
    const ids = [20_001, 20_002, 20_003, 20_004, 20_005].map(cdpIdOf)
    for (const id of ids) await journal.claim(id, 'a', NOW, LEASE_MS)
    expect([...(await busy.engaged(ids, NOW)).keys()].sort()).toEqual(ids)
    expect(asked).toEqual([5, 3, 1])
  })

  test('says so when it stays unread', async () => {
    const { busy, asked } = leavingUnread((keys) => keys)
    await expect(busy.engaged([cdpId], NOW)).rejects.toThrow(
      `1 item(s) of table ${cloud.resources.table} were left unread 5 times; ask again later.`,
    )
    expect(asked).toEqual([1, 1, 1, 1, 1])
  })

  test('a head of no shape we know is a fault that names it', async () => {
    const table = new RecordsTable(cloud.dynamodb, cloud.resources.table)
    await table.put({ pk: `cdp#${last}`, sk: 'execution', leaseUntilMs: 'soon' })
    await expect(journal.engaged([cdpId], NOW)).rejects.toThrow(`journal cdp#${last}`)
  })

  /** A journal on a table that answers only some of the keys of a batch; `asked` counts the keys of each call. */
  function leavingUnread(unread: (keys: readonly unknown[]) => readonly unknown[]) {
    const asked: number[] = []
    const clients = cloud.newClients()
    clients.dynamodb.middlewareStack.add(
      (next, context) => async (args) => {
        if (!context.commandName?.startsWith('BatchGet')) return next(args)
        const { table } = cloud.resources
        const request = (args.input as BatchGetCommandInput).RequestItems?.[table]
        const keys = request?.Keys ?? []
        asked.push(keys.length)
        const left = unread(keys)
        const read = keys.filter((key) => !left.includes(key))
        const answer = await next({
          ...args,
          input: { RequestItems: { [table]: { ...request, Keys: read.length > 0 ? read : keys } } },
        })
        const output = answer.output as BatchGetCommandOutput
        if (left.length > 0) output.UnprocessedKeys = { [table]: { ...request, Keys: left as typeof keys } }
        if (read.length === 0) output.Responses = {}
        return answer
      },
      { step: 'initialize', name: 'leaveUnread', priority: 'high' },
    )
    return { busy: new DynamoExecutionJournal(new RecordsTable(clients.dynamodb, cloud.resources.table)), asked }
  }
})

test('a CDP says who holds it until it is given back', async () => {
  const claim = await claimed('a')
  expect(await journal.standingOf(cdpId)).toEqual({
    attempts: [],
    holder: { owner: 'a', leaseUntilMs: NOW + LEASE_MS },
  })
  await journal.begin(claim, aRecord(1))
  await journal.conclude(claim, 'planned', aRecord(1, { state: 'failed' }))
  expect(await journal.standingOf(cdpId)).toMatchObject({ attempts: [{ attempt: 1 }], holder: undefined })
})
