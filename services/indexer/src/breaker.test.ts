import { Decimal, ResourceAddress } from '@weft/domain'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { indexRange } from './index-range.ts'

let cloud: TestCloud
let market: TestMarket

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(() => market?.stop())

/** Just healthy: xUSDC at 70 % liquidation threshold carries this loan until it loses a little. */
const HOLDS_XUSDC = { collaterals: { xUSDC: '100' }, loans: { XRD: '15632' } }
const HOLDS_XRD = { collaterals: { XRD: '1000' }, loans: { XRD: '10' } }

/** A job that knows the prices of the run before xUSDC fell by 5 %, and nothing or `second` of any other source. */
async function jobAfterTheFall(holders: number, second: ReadonlyMap<'xUSDC', string> = new Map()) {
  market = await startTestMarket(cloud, {
    genesis: { cdps: [...Array(holders).fill(HOLDS_XUSDC), ...Array(20).fill(HOLDS_XRD)] },
  })
  const former = await market.dispatchJob()
  const price = Decimal.parse('225.570215353101481709').times(Decimal.parse('0.95')).toString()
  market.ledger.control.setPrices({ xUSDC: price })
  const job = await market.dispatchJob()
  const secondSourcePrices = new Map([...second].map(([symbol, text]) => [token(symbol), Decimal.parse(text)] as const))
  const snapshot = await market.deps.snapshots.market(job.marketSnapshotKey)
  const marketSnapshotKey = `${job.marketSnapshotKey}-second`
  await market.deps.snapshots.putMarket({ ...snapshot, secondSourcePrices }, marketSnapshotKey)
  return { ...job, marketSnapshotKey, formerMarketSnapshotKey: former.marketSnapshotKey }
}

function token(symbol: string): ResourceAddress {
  return ResourceAddress.parse(market.ledger.addresses.tokens[symbol])
}

test('holds back what one asset alone made liquidatable beyond a plausible share, and names asset and count', async () => {
  const job = await jobAfterTheFall(12)
  const outcome = await indexRange(job, market.deps)
  expect(outcome).toMatchObject({ kind: 'indexed', liquidatable: 12, candidates: 0 })
  expect(market.log.named('indexer.mass_liquidation_held')).toMatchObject([{ resource: token('xUSDC'), cdps: 12 }])
  expect(await market.takeCandidates()).toEqual([])
  const [completion] = await market.runs.completions(job.runId)
  expect(completion?.causedBy?.get(token('xUSDC'))).toBe(12)
})

test('lets the small genuine flow pass', async () => {
  const job = await jobAfterTheFall(3)
  expect(await indexRange(job, market.deps)).toMatchObject({ liquidatable: 3, candidates: 3 })
  expect(market.log.named('indexer.mass_liquidation_held')).toEqual([])
})

test('lets a mass pass whose price a second source confirms', async () => {
  const job = await jobAfterTheFall(12, new Map([['xUSDC', '214']]))
  expect(await indexRange(job, market.deps)).toMatchObject({ liquidatable: 12, candidates: 12 })
})

test('does not trip in the first run, which knows no former prices', async () => {
  const { formerMarketSnapshotKey: _none, ...job } = await jobAfterTheFall(12)
  expect(await indexRange(job, market.deps)).toMatchObject({ liquidatable: 12, candidates: 12 })
})

test('says that it saw nothing when the former market is gone, and keeps no candidate back', async () => {
  const job = await jobAfterTheFall(3)
  const missingFormerKey = `${job.formerMarketSnapshotKey}-deleted`
  const outcome = await indexRange({ ...job, formerMarketSnapshotKey: missingFormerKey }, market.deps)
  expect(outcome).toMatchObject({ liquidatable: 3, candidates: 3 })
  expect(market.log.named('indexer.breaker_blind')).toEqual([{ event: 'indexer.breaker_blind', missingFormerKey }])
})
