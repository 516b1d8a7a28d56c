import {
  DEFAULT_PLAUSIBILITY,
  holdAsset,
  type MarketSnapshot,
  type PriceTrustState,
  ResourceAddress,
  type VersionedStore,
} from '@weft/domain'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { PriceTrustContendedError, watchPrices } from './price-watch.ts'

let cloud: TestCloud
let market: TestMarket

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
beforeEach(async () => {
  market = await startTestMarket(cloud, { ledger: { genesis: { priceDebounceSeconds: 0 } } })
})
afterEach(() => market?.stop())

const hug = () => ResourceAddress.parse(market.ledger.addresses.tokens.HUG)
const untrusted = () => market.log.named('dispatcher.price_untrusted').map(({ resource }) => resource)

async function snapshot(): Promise<MarketSnapshot> {
  const { ledger } = market.deps
  return ledger.marketSnapshot(await ledger.syncPoint())
}

const watch = (read: MarketSnapshot, store: VersionedStore<PriceTrustState> = market.priceTrust) =>
  watchPrices(read, store, DEFAULT_PLAUSIBILITY, market.log)

async function trust() {
  const stored = await market.priceTrust.read()
  if (!stored) throw new Error('Nothing has been judged yet.')
  return stored
}

/** The store with somebody else's write between this worker's reading and writing, `times` times. */
function contended(times: number, write: () => Promise<unknown>): VersionedStore<PriceTrustState> {
  let left = times
  return {
    read: () => market.priceTrust.read(),
    async replace(value, expectedVersion) {
      if (left > 0) {
        left -= 1
        await write()
      }
      return market.priceTrust.replace(value, expectedVersion)
    },
  }
}

test('takes the first prices as the start and judges XRD, the unit of account, not at all', async () => {
  await watch(await snapshot())
  const { assets } = (await trust()).value
  expect(assets.has(ResourceAddress.parse(market.ledger.addresses.xrd))).toBe(false)
  expect(assets.size).toBeGreaterThan(5)
  expect([...assets.values()].flatMap(({ reasons }) => reasons)).toEqual([])
  expect(market.log.events).toEqual([])
})

test('names a price that lost its trust once, and once more when it is believed again', async () => {
  await watch(await snapshot())
  market.ledger.control.setPrices({ HUG: '1275' }, { feedOnly: true })
  await watch(await snapshot())
  market.ledger.control.advanceRound()
  await watch(await snapshot())
  expect(untrusted()).toEqual([hug()])

  market.ledger.control.setPrices({ HUG: '0.000127565039984134' }, { feedOnly: true })
  for (let reading = 0; reading < DEFAULT_PLAUSIBILITY.agreeingReadings; reading += 1) {
    expect(market.log.named('dispatcher.price_trusted_again')).toEqual([])
    market.ledger.control.advanceRound()
    await watch(await snapshot())
  }
  expect(market.log.named('dispatcher.price_trusted_again')).toMatchObject([{ resource: hug() }])
})

test('a run that is repeated counts its reading once: trust needs readings that differ', async () => {
  await watch(await snapshot())
  market.ledger.control.setPrices({ HUG: '1275' }, { feedOnly: true })
  await watch(await snapshot())
  market.ledger.control.setPrices({ HUG: '0.000127565039984134' }, { feedOnly: true })
  const once = await snapshot()
  for (let repetition = 0; repetition < 5; repetition += 1) await watch(once)
  expect((await trust()).value.assets.get(hug())).toMatchObject({ agreeingReadings: 1 })
  expect(market.log.named('dispatcher.price_trusted_again')).toEqual([])
})

test('an older reading undoes nothing that a newer run wrote', async () => {
  const older = await snapshot()
  market.ledger.control.advanceRound()
  await watch(await snapshot())
  const newer = await trust()
  await watch(older)
  expect(await trust()).toEqual(newer)
})

test('an operator’s hold that lands while a run is judging survives that run', async () => {
  await watch(await snapshot())
  market.ledger.control.advanceRound()
  const read = await snapshot()
  const hold = async () => {
    const { value, version } = await trust()
    await market.priceTrust.replace(holdAsset(value, hug(), 'venue under attack', value.atMs), version)
  }
  await watch(read, contended(1, hold))
  const { value } = await trust()
  expect(value.atMs).toBe(read.syncPoint.ledgerTimeMs)
  expect(value.assets.get(hug())?.reasons).toEqual([{ kind: 'held-by-operator', note: 'venue under attack' }])
})

test('two runs with the same prices name the loss of trust once', async () => {
  await watch(await snapshot())
  market.ledger.control.setPrices({ HUG: '1275' }, { feedOnly: true })
  const read = await snapshot()
  await Promise.all([watch(read), watch(read), watch(read)])
  expect(untrusted()).toEqual([hug()])
})

test('gives the run back when others write again and again, and names nothing it did not write', async () => {
  await watch(await snapshot())
  market.ledger.control.setPrices({ HUG: '1275' }, { feedOnly: true })
  const read = await snapshot()
  const touch = async () => {
    const { value, version } = await trust()
    await market.priceTrust.replace(value, version)
  }
  await expect(watch(read, contended(100, touch))).rejects.toThrow(PriceTrustContendedError)
  expect(untrusted()).toEqual([])
  await watch(read)
  expect(untrusted()).toEqual([hug()])
})
