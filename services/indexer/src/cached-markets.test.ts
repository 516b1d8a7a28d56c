import type { SnapshotStore } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { CachedMarkets } from './cached-markets.ts'

let cloud: TestCloud
let market: TestMarket

beforeAll(async () => {
  cloud = await startTestCloud()
  market = await startTestMarket(cloud, { cdps: 1 })
})
afterAll(async () => {
  await market?.stop()
  await cloud?.stop()
})

/** The real store, counting how often a market is fetched; the first `failures` fetches fail. */
function counted(failures = 0): { store: SnapshotStore; fetched: string[] } {
  const { snapshots } = market.deps
  const fetched: string[] = []
  return {
    fetched,
    store: {
      async market(key) {
        fetched.push(key)
        if (fetched.length <= failures) throw new Error('the bucket is away')
        return snapshots.market(key)
      },
      batch: (key) => snapshots.batch(key),
      putMarket: (snapshot, key) => snapshots.putMarket(snapshot, key),
      putBatch: (key, header, rows) => snapshots.putBatch(key, header, rows),
    },
  }
}

async function storedMarkets(count: number): Promise<readonly string[]> {
  const keys: string[] = []
  for (let run = 0; run < count; run += 1) {
    market.ledger.control.advanceRound()
    keys.push((await market.dispatchJob()).marketSnapshotKey)
  }
  return keys
}

test('fetches the market snapshot of a run once, also for ranges that start together', async () => {
  const [key = ''] = await storedMarkets(1)
  const { store, fetched } = counted()
  const cached = new CachedMarkets(store)
  const [one, other] = await Promise.all([cached.market(key), cached.market(key)])
  expect(one).toBe(other)
  expect(await cached.market(key)).toBe(one)
  expect(fetched).toEqual([key])
})

test('asks again after a failure: the redelivered job must not meet the old error', async () => {
  const [key = ''] = await storedMarkets(1)
  const { store, fetched } = counted(1)
  const cached = new CachedMarkets(store)
  await expect(cached.market(key)).rejects.toThrow('the bucket is away')
  await expect(cached.market(key)).resolves.toMatchObject({ schemaVersion: 2 })
  expect(fetched).toHaveLength(2)
})

test('remembers the last two runs and no more, so that memory does not grow', async () => {
  const [first = '', second = '', third = ''] = await storedMarkets(3)
  const { store, fetched } = counted()
  const cached = new CachedMarkets(store)
  for (const key of [first, second, third, third, second, first]) await cached.market(key)
  expect(fetched).toEqual([first, second, third, first])
})
