import { SqsJobQueue } from '@weft/aws'
import { type IndexRangeJob, LedgerUnavailableError, ResourceAddress, releaseAsset, runIdOf } from '@weft/domain'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { type DispatcherDeps, type DispatchOutcome, dispatch } from './dispatch.ts'

let cloud: TestCloud
let market: TestMarket

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(async () => {
  Object.assign(cloud.cloud.faults.batches, { refuseEntries: 0, senderFault: false, failCalls: 0 })
  await market?.stop()
})

const idsOf = (jobs: readonly IndexRangeJob[]) =>
  jobs.flatMap(({ fromId, toId }) => Array.from({ length: toId - fromId + 1 }, (_, index) => fromId + index))
const everyId = (counter: number) => Array.from({ length: counter }, (_, index) => index + 1)

function runOf(outcome: DispatchOutcome) {
  if (outcome.kind !== 'dispatched') throw new Error(`The run was ${outcome.kind}.`)
  return outcome.run
}

describe('a run', () => {
  test('stores one market snapshot and sends jobs that cover every id exactly once, pinned to the sync point', async () => {
    market = await startTestMarket(cloud, { ledger: { cdps: 23 }, rangeSize: 5 })
    const tip = market.ledger.tip()
    const run = runOf(await dispatch(market.deps))

    const { burned, cdps } = market.ledger.control.summary()
    expect(run).toMatchObject({ cdpCounter: cdps + burned, ranges: Math.ceil((cdps + burned) / 5) })
    expect(run.syncPoint).toMatchObject({ network: 'local', stateVersion: tip.stateVersion, epoch: tip.epoch })

    const jobs = await market.takeJobs()
    expect(idsOf(jobs)).toEqual(everyId(cdps + burned))
    for (const job of jobs)
      expect(job).toMatchObject({
        runId: run.runId,
        syncPoint: run.syncPoint,
        marketSnapshotKey: run.marketSnapshotKey,
        expiresAtMs: run.startedAtMs + market.config.jobLifetimeMs,
      })

    expect(await market.storedKeys()).toEqual([run.marketSnapshotKey])
    const stored = await market.deps.snapshots.market(run.marketSnapshotKey)
    expect(stored).toMatchObject({ syncPoint: run.syncPoint, cdpCounter: run.cdpCounter })
    expect(await market.deps.runs.latest('local')).toEqual(run)
    expect(market.log.named('dispatcher.run_dispatched')).toHaveLength(1)
  })

  test('goes on where values of the market do not decode: they are counted, and the first of them named', async () => {
    market = await startTestMarket(cloud)
    const { ledger } = market.deps
    const read = await ledger.marketSnapshot(await ledger.syncPoint())
    const odd = Array.from({ length: 25 }, (_, id) => ({
      table: 'loan_config_manager',
      key: `History(${id})`,
      why: 'odd',
    }))
    vi.spyOn(ledger, 'marketSnapshot').mockResolvedValue({ ...read, unreadable: odd })
    const run = runOf(await dispatch(market.deps))
    expect(await market.takeJobs()).toHaveLength(run.ranges)
    expect((await market.deps.snapshots.market(run.marketSnapshotKey)).unreadable).toEqual(odd)
    expect(market.metrics.sum('MarketValuesUnreadable')).toBe(25)
    const [said] = market.log.named('dispatcher.market_values_unreadable')
    expect(said).toMatchObject({ count: 25 })
    expect(said?.values).toHaveLength(20)
    expect(said?.values[0]).toBe('loan_config_manager History(0): odd')
  })

  test('keeps to its sync point though the market moves while it reads', async () => {
    market = await startTestMarket(cloud)
    const { ledger } = market.deps
    const at = await ledger.syncPoint()
    const before = await ledger.marketSnapshot(at)
    vi.spyOn(ledger, 'syncPoint').mockImplementation(async () => {
      market.ledger.control.openCdp({ collaterals: { XRD: '10000' }, loans: { xUSDC: '1' } })
      market.ledger.control.setPrices({ xUSDC: '230' })
      return at
    })
    const run = runOf(await dispatch(market.deps))
    expect(run).toMatchObject({ syncPoint: at, cdpCounter: before.cdpCounter })
    const stored = await market.deps.snapshots.market(run.marketSnapshotKey)
    // The second source is asked at the tip: it cannot be pinned.
    expect({ ...stored, secondSourcePrices: before.secondSourcePrices }).toEqual(before)
  })

  test('is not repeated while the ledger has not moved, and is as soon as it has', async () => {
    market = await startTestMarket(cloud)
    const first = runOf(await dispatch(market.deps))
    await market.takeJobs()
    expect(await dispatch(market.deps)).toEqual({
      kind: 'unchanged',
      syncPoint: first.syncPoint,
      since: first.runId,
    })
    expect(await market.takeJobs()).toEqual([])
    market.ledger.control.advanceRound()
    expect(runOf(await dispatch(market.deps)).syncPoint.stateVersion).toBeGreaterThan(first.syncPoint.stateVersion)
  })

  test('names a counter of minted CDPs that fell: an answer that shrank is an error read as data', async () => {
    market = await startTestMarket(cloud)
    const now = market.ledger.tip()
    const syncPoint = { ...(await market.deps.ledger.syncPoint()), stateVersion: now.stateVersion - 1 }
    const sinceRun = runIdOf(now.timestampMs - 1_000, syncPoint.stateVersion)
    await market.deps.runs.start({
      schemaVersion: 1,
      runId: sinceRun,
      syncPoint,
      marketSnapshotKey: 'markets/local/former.json.gz',
      cdpCounter: 999,
      ranges: 1,
      startedAtMs: now.timestampMs - 1_000,
    })
    const { cdpCounter } = runOf(await dispatch(market.deps))
    expect(market.log.named('dispatcher.cdp_counter_fell')).toEqual([
      { event: 'dispatcher.cdp_counter_fell', from: 999, to: cdpCounter, sinceRun },
    ])
  })
})

describe('a ledger that does not answer', () => {
  test('puts the run off and leaves nothing behind: no snapshot, no job, no record', async () => {
    market = await startTestMarket(cloud)
    // The last request of a reading fails, so everything before it has been done.
    vi.spyOn(market.deps.ledger, 'marketSnapshot').mockRejectedValue(
      new LedgerUnavailableError('gateway', 5, undefined),
    )
    const stored = vi.spyOn(market.deps.snapshots, 'putMarket')
    expect(await dispatch(market.deps)).toEqual({ kind: 'put-off', why: 'outage' })
    expect(stored).not.toHaveBeenCalled()
    expect(await market.takeJobs()).toEqual([])
    expect(await market.deps.runs.latest('local')).toBeUndefined()
    expect(market.metrics.sum('RunsRefused')).toBe(1)
  })

  test('is waited for as long as it asks, within the patience of a run', async () => {
    market = await startTestMarket(cloud)
    const { ledger } = market.deps
    vi.spyOn(ledger, 'syncPoint').mockRejectedValueOnce(new LedgerUnavailableError('gateway', 5, undefined))
    runOf(await dispatch(market.deps, 60_000))
    expect(market.log.named('dispatcher.run_put_off')).toMatchObject([{ why: 'outage', retryAfterMs: 5 }])
    expect(market.metrics.sum('RunsRefused')).toBe(0)
    market.ledger.control.advanceRound()
    vi.spyOn(ledger, 'syncPoint').mockRejectedValueOnce(new LedgerUnavailableError('gateway', 60_001, undefined))
    expect(await dispatch(market.deps, 60_000)).toMatchObject({ kind: 'put-off' })
  })

  test('a fault of anything else is none of its own', async () => {
    market = await startTestMarket(cloud)
    vi.spyOn(market.deps.ledger, 'marketSnapshot').mockRejectedValue(new Error('fault'))
    await expect(dispatch(market.deps, 60_000)).rejects.toThrow('fault')
  })
})

describe('a ledger that cannot be trusted to be now', () => {
  test.each([
    ['stale', 121_000],
    ['halted', 901_000],
    ['ahead', -61_000],
  ] as const)('is refused when it is %s: nothing is read and nothing is sent', async (kind, aheadMs) => {
    market = await startTestMarket(cloud)
    market.wall.aheadMs = aheadMs
    const outcome = await dispatch(market.deps)
    expect(outcome).toMatchObject({ kind: 'refused', freshness: { kind } })
    expect(Object.keys(market.server.requestsByEndpoint()).filter((path) => !path.startsWith('/status/'))).toEqual([])
    expect(await market.storedKeys()).toEqual([])
    expect(await market.takeJobs()).toEqual([])
    expect(await market.deps.runs.latest('local')).toBeUndefined()
    expect(market.log.named('dispatcher.run_refused')).toMatchObject([{ freshness: { kind } }])
    expect(market.metrics.sum('RunsRefused')).toBe(1)
  })

  test('is refused when its clock goes on and its epoch does not, until that does', async () => {
    market = await startTestMarket(cloud, { ledger: { epochMs: 86_400_000 } })
    market.ledger.control.advanceTime(2_400_000)
    market.ledger.control.advanceRound()
    const { epoch } = market.ledger.tip()
    expect(await dispatch(market.deps)).toMatchObject({
      kind: 'refused',
      freshness: { kind: 'epoch-stalled', epoch, standsForMs: 2_401_000 },
    })
    expect(await market.takeJobs()).toEqual([])
    market.ledger.control.advanceEpoch()
    expect(await dispatch(market.deps)).toMatchObject({ kind: 'dispatched' })
  })

  test('is taken up again once its clock goes on', async () => {
    market = await startTestMarket(cloud)
    market.wall.aheadMs = 901_000
    await dispatch(market.deps)
    market.wall.aheadMs = 0
    expect(await dispatch(market.deps)).toMatchObject({ kind: 'dispatched' })
  })
})

describe('sending the jobs', () => {
  test('again where the queue refuses entries drops none and sends none twice', async () => {
    market = await startTestMarket(cloud, { ledger: { cdps: 40 }, rangeSize: 2 })
    cloud.cloud.faults.batches.refuseEntries = 5
    const run = runOf(await dispatch(market.deps))
    expect(cloud.cloud.faults.batches.refuseEntries).toBe(0)
    expect(idsOf(await market.takeJobs())).toEqual(everyId(run.cdpCounter))
  })

  test('that fails for good leaves the run unrecorded, so that the next one covers the same state version', async () => {
    market = await startTestMarket(cloud)
    const gone = `${market.resources.queues.indexing.url}-gone`
    const jobs = new SqsJobQueue(cloud.aws.sqs, gone, { maxTries: 2, firstDelayMs: 1, maxDelayMs: 1 })
    await expect(dispatch({ ...market.deps, jobs })).rejects.toMatchObject({ name: 'QueueUnavailableError' })
    expect(await market.deps.runs.latest('local')).toBeUndefined()

    const run = runOf(await dispatch(market.deps))
    expect(run.syncPoint.stateVersion).toBe(market.ledger.tip().stateVersion)
    expect(idsOf(await market.takeJobs())).toEqual(everyId(run.cdpCounter))
  })

  test('begins only when the market snapshot is stored and the prices are judged', async () => {
    market = await startTestMarket(cloud)
    const seen: { readonly snapshot: number; readonly trusted: number }[] = []
    const jobs: DispatcherDeps['jobs'] = {
      async send([job]) {
        if (!job) throw new Error('No job was sent.')
        const { cdpCounter } = await market.deps.snapshots.market(job.marketSnapshotKey)
        const trust = await market.priceTrust.read()
        seen.push({ snapshot: cdpCounter, trusted: trust?.value.assets.size ?? 0 })
      },
    }
    const run = runOf(await dispatch({ ...market.deps, jobs }))
    const tokens = Object.keys(market.ledger.addresses.tokens).filter((symbol) => symbol !== 'XRD').length
    expect(seen).toEqual([{ snapshot: run.cdpCounter, trusted: tokens }])
  })
})

describe('prices', () => {
  const hug = () => ResourceAddress.parse(market.ledger.addresses.tokens.HUG)
  const trustInHug = async () => (await market.priceTrust.read())?.value.assets.get(hug())
  /** Ten million times its price, in the feed alone: the error of August 2026. */
  const absurd = { HUG: '1275.65039984134' }

  test.each([
    ['in force at once', 0],
    ['still behind the market’s cache', 900],
  ])('an absurd one is distrusted in the very run that first reads it: %s', async (_, priceDebounceSeconds) => {
    market = await startTestMarket(cloud, { ledger: { genesis: { priceDebounceSeconds } } })
    await dispatch(market.deps)
    expect(await trustInHug()).toMatchObject({ reasons: [] })

    market.ledger.control.setPrices(absurd, { feedOnly: true })
    expect(await dispatch(market.deps)).toMatchObject({ kind: 'dispatched' })
    expect(await trustInHug()).toMatchObject({
      reasons: [{ kind: 'second-source-disagrees' }, { kind: 'moved-too-far' }],
    })
    expect(market.log.named('dispatcher.price_untrusted').map(({ resource }) => resource)).toEqual([hug()])
  })

  test('an absurd one is never got used to, run after run', async () => {
    market = await startTestMarket(cloud, { ledger: { genesis: { priceDebounceSeconds: 0 } } })
    await dispatch(market.deps)
    for (let run = 0; run < 5; run += 1) {
      market.ledger.control.setPrices(absurd, { feedOnly: true })
      await dispatch(market.deps)
    }
    expect((await trustInHug())?.reasons).not.toEqual([])
    expect(market.log.named('dispatcher.price_untrusted')).toHaveLength(1)
  })

  test('one that comes from another source is distrusted unless the exchange agrees, and the source is remembered', async () => {
    market = await startTestMarket(cloud, { ledger: { genesis: { priceDebounceSeconds: 0 } } })
    await dispatch(market.deps)
    market.ledger.control.setPriceFeedId('HUG', 77)
    await dispatch(market.deps)
    expect(await trustInHug()).toMatchObject({ reasons: [], latest: { origin: { feedId: 77 } } })

    // Within the band, and too far from the exchange.
    market.ledger.control.setPrices({ HUG: '0.000156' }, { feedOnly: true })
    market.ledger.control.setPriceFeedId('HUG', 78)
    await dispatch(market.deps)
    expect(await trustInHug()).toMatchObject({
      reasons: [
        { kind: 'second-source-disagrees' },
        { kind: 'source-changed', from: { feedId: 77 }, to: { feedId: 78 } },
      ],
    })
    const [untrusted] = market.log.named('dispatcher.price_untrusted')
    expect(untrusted?.reasons).toContainEqual(expect.stringMatching(/feed id 78.*feed id 77/))
  })

  test('an operator’s release holds in the runs that follow, though the exchange goes on disagreeing', async () => {
    market = await startTestMarket(cloud, { ledger: { genesis: { priceDebounceSeconds: 0 } } })
    await dispatch(market.deps)
    market.ledger.control.setPrices(absurd, { feedOnly: true })
    await dispatch(market.deps)
    const judged = await market.priceTrust.read()
    if (!judged) throw new Error('No price was judged.')
    expect(judged.value.assets.get(hug())?.reasons).not.toEqual([])
    const released = releaseAsset(judged.value, hug(), market.ledger.tip().timestampMs)
    await market.priceTrust.replace(released, judged.version)
    for (let run = 0; run < 2; run += 1) {
      market.ledger.control.advanceRound()
      await dispatch(market.deps)
    }
    expect(await trustInHug()).toMatchObject({ reasons: [], accepted: { byOperator: true } })
  })
})
