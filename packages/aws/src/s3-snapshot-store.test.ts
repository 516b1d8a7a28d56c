import { gzipSync } from 'node:zlib'
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import {
  type BatchSnapshotHeader,
  type BatchSnapshotRow,
  batchSnapshotKey,
  cdpIdOf,
  Decimal,
  type MarketSnapshot,
  marketSnapshotKey,
  ResourceAddress,
  SnapshotMissingError,
  StoredObjectError,
} from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { RUN, SYNC_POINT } from '../test/messages.ts'
import { S3Objects } from './s3-objects.ts'
import { S3SnapshotStore } from './s3-snapshot-store.ts'

let cloud: TestCloud
let objects: S3Objects
let store: S3SnapshotStore

beforeAll(async () => {
  cloud = await startTestCloud()
  objects = new S3Objects(cloud.s3, cloud.resources.bucket)
  store = new S3SnapshotStore(objects)
})
afterAll(() => cloud?.stop())

const XRD = ResourceAddress.parse('resource_loc1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd')

function aMarket(price: string): MarketSnapshot {
  const value = Decimal.parse(price)
  return {
    schemaVersion: 2,
    syncPoint: SYNC_POINT,
    xrd: XRD,
    cdpCounter: 1200,
    rules: {
      priceExpirationPeriodMs: 14_400_000,
      priceCacheMode: { kind: 'debounce', debounceMs: 900_000 },
      defaultEfficiencyConfigId: null,
      maxClaimNftValue: null,
      protocolLiquidationBonusFeeRate: Decimal.parse('0.1'),
      protocolInterestFeeRate: Decimal.parse('0.2'),
    },
    prices: new Map([[XRD, { cached: { value, atMs: 1 }, feed: null }]]),
    priceFeeds: new Map(),
    resources: new Map(),
    collateralConfigs: { tracksHistory: true, current: new Map(), history: new Map() },
    loanConfigs: { tracksHistory: true, current: new Map(), history: new Map() },
    efficiencyGroups: new Map([[3, 1]]),
    pools: new Map(),
    interestStrategies: new Map(),
    flashLoanTerm: null,
    collateralKinds: new Map(),
    nftKinds: new Map(),
    validators: new Map(),
    divisibilities: new Map(),
    services: { market: new Map(), loans: new Map(), collaterals: new Map(), pool: new Map() },
    unreadable: [],
    secondSourcePrices: new Map(),
  }
}

const header: BatchSnapshotHeader = {
  schemaVersion: 1,
  runId: RUN,
  syncPoint: SYNC_POINT,
  fromId: 1,
  toId: 1000,
  live: 2,
  burned: 900,
  missing: 98,
}

function aRow(number: number, liquidationLtv: string): BatchSnapshotRow {
  return {
    cdpId: cdpIdOf(number),
    lastUpdatedAtStateVersion: 5,
    totalLoanValueXrd: Decimal.parse('1'),
    totalCollateralValueXrd: Decimal.parse('2'),
    healthLtv: Decimal.parse('0.5'),
    liquidationLtv: Decimal.parse(liquidationLtv),
    unjudged: null,
  }
}

const key = (fromId: number) => batchSnapshotKey('local', RUN, fromId, fromId + 999)

test('a batch snapshot reads back as written, to the last digit', async () => {
  const rows = [aRow(1, '0.999999999999999999'), aRow(7, '1.000000000000000001')]
  expect(await store.putBatch(key(1), header, rows)).toBe(true)
  expect(await store.batch(key(1))).toEqual({ header, rows })
  expect((await store.batch(key(1))).rows[1]?.liquidationLtv.toString()).toBe('1.000000000000000001')
})

test('a range without live CDPs has a header only', async () => {
  await store.putBatch(key(2001), header, [])
  expect((await store.batch(key(2001))).rows).toEqual([])
})

test('of racing workers one writes the batch snapshot, and its rows stand', async () => {
  const racers = Array.from({ length: 12 }, (_, index) => store.putBatch(key(3001), header, [aRow(index + 1, '1')]))
  const results = await Promise.all(racers)
  const winner = results.indexOf(true)
  expect(results.filter(Boolean)).toHaveLength(1)
  expect((await store.batch(key(3001))).rows[0]?.cdpId).toBe(`#${winner + 1}#`)
})

test('a conflict with another writer is asked again until it is decided', async () => {
  cloud.faults.s3Conflicts.remaining = 3
  expect(await store.putBatch(key(4001), header, [])).toBe(true)
  expect(cloud.faults.s3Conflicts.remaining).toBe(0)
})

test('a market snapshot reads back as written; a second write keeps the first', async () => {
  const marketKey = marketSnapshotKey('local', RUN)
  await store.putMarket(aMarket('0.000000000000000001'), marketKey)
  await store.putMarket(aMarket('2'), marketKey)
  expect(await store.market(marketKey)).toEqual(aMarket('0.000000000000000001'))
})

test('a snapshot that is not there is missing, not empty', async () => {
  await expect(store.market('markets/local/none.json.gz')).rejects.toBeInstanceOf(SnapshotMissingError)
  await expect(store.batch('snapshots/none')).rejects.toThrow('No stored object under snapshots/none.')
})

test.each([
  ['is not gzip', Buffer.from('plain')],
  ['does not end with a full line', gzipSync('{"schemaVersion":1')],
  ['line 1: is not JSON', gzipSync('nonsense\n')],
])('a stored object that %s is refused by name', async (problem, body) => {
  const broken = `broken/${problem}`
  await cloud.s3.send(new PutObjectCommand({ Bucket: cloud.resources.bucket, Key: broken, Body: body }))
  const failure = await store.batch(broken).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(StoredObjectError)
  expect(String(failure)).toContain(problem)
})

test('objects are gzip on the wire', async () => {
  await store.putBatch(key(5001), header, [])
  const stored = await cloud.s3.send(new GetObjectCommand({ Bucket: cloud.resources.bucket, Key: key(5001) }))
  expect(stored.ContentType).toBe('application/gzip')
  expect([...((await stored.Body?.transformToByteArray()) ?? [])].slice(0, 2)).toEqual([0x1f, 0x8b])
})

test('lists every key under a prefix, over as many pages as it takes', async () => {
  const wanted = Array.from({ length: 5 }, (_, index) => `listing/${index}`)
  for (const each of wanted) await objects.putOnce(each, Buffer.from('x'), 'text/plain')
  const keys: string[] = []
  for await (const each of objects.keys('listing/', 2)) keys.push(each)
  expect(keys).toEqual(wanted)
})
