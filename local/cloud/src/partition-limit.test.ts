import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb'
import { afterEach, describe, expect, test } from 'vitest'
import { type Cloud, startCloud } from './cloud.ts'
import { createResources } from './create-resources.ts'
import { localClientConfig } from './local-client-config.ts'
import { PartitionLimit, type StoredItem, type TableShape, writesOf } from './partition-limit.ts'

const key = (...names: string[]) => names.map((AttributeName) => ({ AttributeName }))
const TABLE: TableShape = {
  TableName: 'records',
  KeySchema: key('pk', 'sk'),
  GlobalSecondaryIndexes: [
    { IndexName: 'whole', KeySchema: key('kind', 'at'), Projection: { ProjectionType: 'ALL' } },
    { IndexName: 'keys', KeySchema: key('kind', 'at'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    {
      IndexName: 'some',
      KeySchema: key('kind', 'at'),
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['fee'] },
    },
  ],
}
const item = (attributes: Record<string, string>): StoredItem =>
  Object.fromEntries(Object.entries({ pk: 'a', sk: 'b', ...attributes }).map(([name, S]) => [name, { S }]))
const unitsBy = (before: StoredItem | undefined, after: StoredItem | undefined) =>
  Object.fromEntries(
    writesOf(TABLE, before, after).map(({ where, units }) => [where.replace('records/index/', ''), units]),
  )

describe('a write costs', () => {
  test('one unit per KiB begun, in the table and in each index that holds the item', () => {
    const whole = item({ kind: 'x', at: '1', fee: '2', payload: 'p'.repeat(3_000) })
    expect(unitsBy(undefined, whole)).toEqual({ records: 3, whole: 3, keys: 1, some: 1 })
  })

  test('nothing in an index that lacks a part of its key', () => {
    expect(unitsBy(undefined, item({ kind: 'x', fee: '2' }))).toEqual({ records: 1 })
  })

  test('nothing in an index while what it holds stays the same', () => {
    const before = item({ kind: 'x', at: '1', fee: '2', payload: 'p' })
    expect(unitsBy(before, item({ kind: 'x', at: '1', fee: '2', payload: 'q' }))).toEqual({ records: 1, whole: 1 })
    expect(unitsBy(before, item({ kind: 'x', at: '1', fee: '3', payload: 'p' }))).toEqual({
      records: 1,
      whole: 1,
      some: 1,
    })
  })

  test('two entries in an index whose key changes, and one when it leaves', () => {
    const before = item({ kind: 'x', at: '1' })
    expect(unitsBy(before, item({ kind: 'x', at: '2' }))).toEqual({ records: 1, whole: 2, keys: 2, some: 2 })
    expect(unitsBy(before, undefined)).toEqual({ records: 1, whole: 1, keys: 1, some: 1 })
  })

  test('in the partition that the entry leaves as well as in the one that it enters', () => {
    const moved = writesOf(TABLE, item({ kind: 'x', at: '1' }), item({ kind: 'y', at: '1' }))
    expect(moved.filter(({ where }) => where.endsWith('keys')).map(({ hash }) => hash)).toEqual([
      '{"S":"x"}',
      '{"S":"y"}',
    ])
  })
})

describe('a partition', () => {
  const row = (pk: string, kind: string) => ({ ...item({ kind, at: '1' }), pk: { S: pk } })

  test('takes so many units a second, gets them back with time, and no more than a second of them', () => {
    let nowMs = 0
    const limit = new PartitionLimit(10, () => nowMs)
    const write = () => limit.write(TABLE, undefined, item({}))
    for (let each = 0; each < 10; each += 1) expect(write()).toBeUndefined()
    expect(write()).toBe('records')
    nowMs += 100
    expect(write()).toBeUndefined()
    expect(write()).toBe('records')
    nowMs += 60_000
    for (let each = 0; each < 10; each += 1) expect(write()).toBeUndefined()
    expect(write()).toBe('records')
    expect([...limit.throttled]).toEqual([['records', 3]])
  })

  test('of an index that is full refuses the write of the table, which then costs nothing', () => {
    const limit = new PartitionLimit(5, () => 0)
    for (let each = 0; each < 5; each += 1) expect(limit.write(TABLE, undefined, row(`${each}`, 'x'))).toBeUndefined()
    for (let each = 0; each < 9; each += 1)
      expect(limit.write(TABLE, undefined, row('5', 'x'))).toMatch(/^records\/index\//)
    for (let each = 0; each < 5; each += 1) expect(limit.write(TABLE, undefined, row('5', `y${each}`))).toBeUndefined()
  })
})

describe('the local table', () => {
  let cloud: Cloud
  let dynamodb: DynamoDBClient
  afterEach(async () => {
    dynamodb?.destroy()
    await cloud?.close()
  })

  async function start(writeUnitsPerSecond?: number) {
    cloud = await startCloud(writeUnitsPerSecond === undefined ? {} : { writeUnitsPerSecond })
    const { table } = await createResources(cloud, { environment: 'test' })
    dynamodb = new DynamoDBClient({ ...localClientConfig(cloud), maxAttempts: 1 })
    const documents = DynamoDBDocumentClient.from(dynamodb)
    // 200 units each.
    const put = (pk: string) =>
      documents.send(new PutCommand({ TableName: table, Item: { pk, sk: 'x', payload: 'p'.repeat(200 * 1_024 - 40) } }))
    const stored = async (pk: string) =>
      (await documents.send(new GetCommand({ TableName: table, Key: { pk, sk: 'x' } }))).Item
    return { table, put, stored, documents }
  }

  test('refuses by default what is more than a partition of AWS takes, in its words, and stores nothing then', async () => {
    const { table, put } = await start()
    const results = await Promise.allSettled(Array.from({ length: 40 }, () => put('hot')))
    const refused = results.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []))
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({
      name: 'ThrottlingException',
      message: expect.stringContaining('Throughput exceeds the current capacity of your table or index.'),
      $metadata: { httpStatusCode: 400 },
    })
    expect(cloud.throttledWrites.get(table)).toBe(refused.length)
  })

  test('keeps nothing of a write that an index has no room for', async () => {
    const { table, documents, stored } = await start(1)
    const put = (pk: string) =>
      documents.send(new PutCommand({ TableName: table, Item: { pk, sk: 'x', spending: 's', updatedAt: pk } }))
    await put('first')
    await expect(put('second')).rejects.toMatchObject({ message: expect.stringContaining('global secondary indexes') })
    expect(await stored('second')).toBeUndefined()
    const { Items } = await documents.send(
      new QueryCommand({
        TableName: table,
        IndexName: 'by-spending',
        KeyConditionExpression: 'spending = :s',
        ExpressionAttributeValues: { ':s': 's' },
      }),
    )
    expect(Items?.map(({ pk }) => pk)).toEqual(['first'])
  })

  test('takes everything where the limit is off', async () => {
    const { put } = await start(Number.POSITIVE_INFINITY)
    await Promise.all(Array.from({ length: 40 }, () => put('hot')))
    expect([...cloud.throttledWrites]).toEqual([])
  })
})
