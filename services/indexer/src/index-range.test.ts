import { DynamoExecutionJournal, RecordsTable, SqsCandidateQueue } from '@weft/aws'
import {
  batchSnapshotKey,
  type CdpId,
  cdpIdOf,
  Decimal,
  type ExecutionRecord,
  IntentHash,
  LedgerUnavailableError,
  runIdOf,
} from '@weft/domain'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { type IndexOutcome, indexRange } from './index-range.ts'

let cloud: TestCloud
let market: TestMarket

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(() => market?.stop())

/** Owed and held in XRD: 96 of 100 stand exactly at the threshold, so that the last digit decides. */
const inXrd = (owed: string) => ({ collaterals: { XRD: '100' }, loans: { XRD: owed } })
const ABOVE = inXrd('96.0000000000000001')
const AT = inXrd('96')
const BELOW = inXrd('95.9999999999999999')
/** 22 557 XRD of xUSDC, judged at 70 %: liquidation LTV 0.99 until xUSDC moves. */
const NEAR_BY_PRICE = { collaterals: { xUSDC: '100' }, loans: { XRD: '15632' } }

const SIGNED = {
  intentHash: IntentHash.parse('txid_loc1specimenspecimen'),
  payloadHex: '4d220504',
  startEpochInclusive: 10,
  endEpochExclusive: 12,
  manifest: 'CALL_METHOD …;',
}

function anExecution(id: number): ExecutionRecord {
  const nowMs = market.deps.clock.now()
  return {
    schemaVersion: 1,
    cdpId: cdpIdOf(id),
    attempt: 1,
    state: 'planned',
    runId: runIdOf(nowMs, 1),
    candidateStateVersion: 1,
    expectedProfitXrd: Decimal.ONE,
    planJson: '{}',
    signed: null,
    realised: null,
    reason: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
}

function indexed(outcome: IndexOutcome) {
  if (outcome.kind !== 'indexed') throw new Error(`The job was ${outcome.kind}.`)
  return outcome
}

const queuedIds = async () => (await market.takeCandidates()).map(({ cdpId }) => cdpId)
const ids = (...numbers: readonly number[]): CdpId[] => numbers.map(cdpIdOf)

test('a market snapshot of another sync point is refused, and nothing is written or queued', async () => {
  market = await startTestMarket(cloud, { seed: 11, cdps: 5 })
  const former = await market.dispatchJob()
  market.ledger.control.setPrices({ xUSDC: '190' })
  const job = { ...(await market.dispatchJob()), marketSnapshotKey: former.marketSnapshotKey }
  await expect(indexRange(job, market.deps)).rejects.toMatchObject({
    name: 'StoredObjectError',
    message: expect.stringContaining(`at state version ${former.syncPoint.stateVersion}, but the job`),
  })
  expect(await market.runs.completions(job.runId)).toEqual([])
  expect(await queuedIds()).toEqual([])
})

describe('the batch snapshot', () => {
  test('says of every CDP of the range what the ledger itself says', async () => {
    market = await startTestMarket(cloud, { seed: 11, cdps: 60 })
    const job = await market.dispatchJob()
    const { batchSnapshotKey: key, live } = indexed(await indexRange(job, market.deps))
    const rows = await market.rows(key)
    expect(rows.size).toBe(live)
    expect(live).toBe(market.ledger.control.summary().cdps)
    const theirs = await market.getCdp(...[...rows.keys()].map((id) => Number(id.slice(1, -1))))
    expect([...rows.values()]).toEqual(
      theirs.map(({ cdpId, liquidationLtv, healthLtv, totalLoanValueXrd, totalCollateralValueXrd }) => ({
        cdpId,
        lastUpdatedAtStateVersion: expect.any(Number),
        totalLoanValueXrd,
        totalCollateralValueXrd,
        healthLtv,
        liquidationLtv,
        unjudged: null,
      })),
    )
  })

  test('lies under network, date, run and range, with a header that says what it covers', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [BELOW, BELOW, BELOW, BELOW] } })
    const job = await market.dispatchJob([2, 3])
    const { batchSnapshotKey: key } = indexed(await indexRange(job, market.deps))
    expect(key).toBe(batchSnapshotKey('local', job.runId, 2, 3))
    expect(key).toMatch(/^snapshots\/local\/\d{4}\/\d\d\/\d\d\/[^/]+\/000000002-000000003\.jsonl\.gz$/)
    const { header, rows } = await market.deps.snapshots.batch(key)
    expect(header).toMatchObject({ runId: job.runId, syncPoint: job.syncPoint, fromId: 2, toId: 3, live: 2 })
    expect(rows.map(({ cdpId }) => cdpId)).toEqual(ids(2, 3))
  })

  test('shows the sync point, whatever the market did between the dispatcher’s run and the indexer’s work', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [NEAR_BY_PRICE, BELOW, AT, BELOW] } })
    const job = await market.dispatchJob()
    const before = await market.getCdp(1, 2, 3, 4)
    const { control } = market.ledger
    control.setPrices({ xUSDC: '150' })
    control.addCollateral('#2#', { XRD: '1000' })
    control.closeCdp('#3#')
    control.repayLoan('#4#', { resource: 'XRD', amount: '50' })
    const { batchSnapshotKey: key, live, burned } = indexed(await indexRange(job, market.deps))
    expect({ live, burned }).toEqual({ live: 4, burned: 0 })
    const rows = await market.rows(key)
    expect([...rows.values()].map(({ cdpId, liquidationLtv }) => [cdpId, liquidationLtv])).toEqual(
      before.map(({ cdpId, liquidationLtv }) => [cdpId, liquidationLtv]),
    )
    for (const row of rows.values())
      expect(row.lastUpdatedAtStateVersion).toBeLessThanOrEqual(job.syncPoint.stateVersion)
  })

  test('counts burned ids and ids that were never minted', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [BELOW, BELOW, BELOW] } })
    market.ledger.control.closeCdp('#2#')
    const job = await market.dispatchJob([1, 6])
    const outcome = indexed(await indexRange(job, market.deps))
    expect(outcome).toMatchObject({ live: 2, burned: 1 })
    const { header } = await market.deps.snapshots.batch(outcome.batchSnapshotKey)
    expect(header).toMatchObject({ live: 2, burned: 1, missing: 3 })
    expect(await market.runs.completions(job.runId)).toMatchObject([
      { fromId: 1, toId: 6, live: 2, burned: 1, missing: 3, unjudged: 0 },
    ])
  })

  test('calls unknown what the Gateway leaves out below the counter: an empty answer covers nobody', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [BELOW, BELOW, BELOW] } })
    const { positions } = market.deps
    const empty = {
      cdps: async (...range: Parameters<typeof positions.cdps>) =>
        (await positions.cdps(...range)).map((each) => ({
          kind: 'missing' as const,
          id: each.kind === 'live' ? each.cdp.id : each.id,
        })),
      nftContents: positions.nftContents.bind(positions),
    }
    // The last one was never minted, and nobody misses it.
    const job = await market.dispatchJob([1, 4])
    await indexRange(job, { ...market.deps, positions: empty })
    expect(market.metrics.sum('CdpsMissing')).toBe(3)
    expect(market.log.named('indexer.cdps_missing')).toMatchObject([{ count: 3, cdpIds: ids(1, 2, 3) }])
    expect(await market.runs.completions(job.runId)).toMatchObject([{ live: 0, missing: 4 }])
  })

  test('is written once: a repeated job queues its candidates again and keeps the first object', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, BELOW] } })
    const job = await market.dispatchJob()
    const first = indexed(await indexRange(job, market.deps))
    expect(first.alreadyWritten).toBe(false)
    expect(await queuedIds()).toEqual(ids(1))

    // Had the second one been stored, the snapshot would lack CDP #2#.
    const { positions } = market.deps
    const shortSighted = {
      cdps: async (...range: Parameters<typeof positions.cdps>) => (await positions.cdps(...range)).slice(0, 1),
      nftContents: positions.nftContents.bind(positions),
    }
    const again = indexed(await indexRange(job, { ...market.deps, positions: shortSighted }))
    expect(again).toMatchObject({ alreadyWritten: true, batchSnapshotKey: first.batchSnapshotKey })
    expect(await queuedIds()).toEqual(ids(1))
    expect([...(await market.rows(first.batchSnapshotKey)).keys()]).toEqual(ids(1, 2))
    expect(await market.runs.completions(job.runId)).toHaveLength(1)
  })
})

describe('candidates', () => {
  test('are the CDPs that the ledger’s own get_cdp puts above 1: one atto above is, exactly 1 is not', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, AT, BELOW] } })
    const [above, at, below] = await market.getCdp(1, 2, 3)
    expect(above?.liquidationLtv).toEqual(Decimal.parse('1.000000000000000001'))
    expect(at?.liquidationLtv).toEqual(Decimal.ONE)
    expect(below?.liquidationLtv.lt(Decimal.ONE)).toBe(true)

    const job = await market.dispatchJob()
    expect(indexed(await indexRange(job, market.deps))).toMatchObject({ live: 3, liquidatable: 1, candidates: 1 })
    expect(await market.takeCandidates()).toEqual([
      {
        schemaVersion: 1,
        runId: job.runId,
        cdpId: '#1#',
        stateVersion: job.syncPoint.stateVersion,
        ledgerTimeMs: job.syncPoint.ledgerTimeMs,
        marketSnapshotKey: job.marketSnapshotKey,
        liquidationLtv: above?.liquidationLtv,
        totalLoanValueXrd: above?.totalLoanValueXrd,
        totalCollateralValueXrd: above?.totalCollateralValueXrd,
        detectedAtMs: market.deps.clock.now(),
      },
    ])
  })

  test('of a market in a crash are exactly those that anyone could liquidate', async () => {
    market = await startTestMarket(cloud, { seed: 12, cdps: 150 })
    market.ledger.control.setPrices({ xUSDC: '340', xUSDT: '345', xwBTC: '38000000', xETH: '1480000', hUSDC: '320' })
    const liquidatable = market.ledger.control.liquidatable()
    expect(liquidatable.length).toBeGreaterThan(10)
    await indexRange(await market.dispatchJob(), market.deps)
    expect((await queuedIds()).sort()).toEqual([...liquidatable].sort())
    expect(market.log.named('indexer.health_disagreement')).toEqual([])
  })

  test('are also those that fell between the run and its work: the ledger’s word decides', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [NEAR_BY_PRICE, AT] } })
    const job = await market.dispatchJob()
    market.ledger.control.setPrices({ xUSDC: '210' })
    expect(indexed(await indexRange(job, market.deps))).toMatchObject({ liquidatable: 0, candidates: 1 })
    expect(await queuedIds()).toEqual(ids(1))
  })

  test('count as found only once they are queued: a range whose queue fails stays uncovered', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE] } })
    const job = await market.dispatchJob()
    const gone = `${market.resources.queues.liquidation.url}-gone`
    const candidates = new SqsCandidateQueue(cloud.aws.sqs, gone, { maxTries: 2, firstDelayMs: 1, maxDelayMs: 1 })
    await expect(indexRange(job, { ...market.deps, candidates })).rejects.toMatchObject({
      name: 'QueueUnavailableError',
    })
    expect(await market.runs.completions(job.runId)).toEqual([])
    await indexRange(job, market.deps)
    expect(await queuedIds()).toEqual(ids(1))
    expect(await market.runs.completions(job.runId)).toHaveLength(1)
  })
})

describe('a CDP that needs no candidate', () => {
  const LEASE_MS = 150_000
  const REST_MS = 20_000

  async function claimed(id: number) {
    const result = await journal().claim(cdpIdOf(id), 'a', market.deps.clock.now(), LEASE_MS)
    if (result.kind !== 'claimed') throw new Error(`${id} is held by ${result.owner}`)
    return result.claim
  }
  const journal = () => new DynamoExecutionJournal(new RecordsTable(cloud.aws.dynamodb, market.resources.table))

  test('is left out while it is in work or rests; it still counts as liquidatable and its range as covered', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, ABOVE, ABOVE, BELOW] } })
    await claimed(1)
    await journal().release(await claimed(2), market.deps.clock.now() + REST_MS)
    await claimed(4)
    const job = await market.dispatchJob()
    const counts = { live: 4, liquidatable: 3, candidates: 1 }
    expect(indexed(await indexRange(job, market.deps))).toMatchObject({ ...counts, engaged: 2 })
    expect(await queuedIds()).toEqual(ids(3))
    expect(await market.runs.completions(job.runId)).toMatchObject([{ ...counts, unjudged: 0 }])
    expect(market.log.named('indexer.range_indexed')).toMatchObject([{ ...counts, engaged: 2 }])
    expect(market.log.named('indexer.engaged_left_out')).toEqual([
      { event: 'indexer.engaged_left_out', inWork: 1, resting: 1, cdpIds: expect.arrayContaining(ids(1, 2)) },
    ])
    expect(market.metrics.sum('CandidatesLeftOut')).toBe(2)
    expect(market.metrics.sum('CandidatesQueued')).toBe(1)
  })

  test('is queued again once its worker’s lease has lapsed with a live intent, or its rest is over', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, ABOVE] } })
    const dead = await claimed(1)
    const planned = anExecution(1)
    await journal().begin(dead, planned)
    await journal().advance(dead, 'planned', { ...planned, state: 'signed', signed: SIGNED })
    await journal().release(await claimed(2), market.deps.clock.now() + LEASE_MS)
    await indexRange(await market.dispatchJob(), market.deps)
    expect(await queuedIds()).toEqual([])
    market.ledger.control.advanceTime(LEASE_MS)
    market.ledger.control.advanceRound()
    await indexRange(await market.dispatchJob(), market.deps)
    expect(await queuedIds()).toEqual(ids(1, 2))
  })

  test('is queued all the same when the journal cannot be asked: the fault is named and loses nothing', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, ABOVE] } })
    await claimed(1)
    const job = await market.dispatchJob()
    const gone = new DynamoExecutionJournal(new RecordsTable(cloud.aws.dynamodb, `${market.resources.table}-gone`))
    expect(indexed(await indexRange(job, { ...market.deps, journal: gone }))).toMatchObject({
      candidates: 2,
      engaged: 0,
    })
    expect(await queuedIds()).toEqual(ids(1, 2))
    expect(market.log.named('indexer.engagement_unknown')).toEqual([
      { event: 'indexer.engagement_unknown', candidates: 2 },
    ])
    expect(await market.runs.completions(job.runId)).toMatchObject([{ candidates: 2 }])
  })

  test('is one of many: the event names the first of them and counts all', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: Array.from({ length: 25 }, () => ABOVE) } })
    for (let id = 1; id <= 25; id += 1) await claimed(id)
    await indexRange(await market.dispatchJob(), market.deps)
    const [leftOut] = market.log.named('indexer.engaged_left_out')
    expect(leftOut).toMatchObject({ inWork: 25, resting: 0 })
    expect(leftOut?.cdpIds).toHaveLength(20)
  })
})

describe('one bad CDP never blocks its range', () => {
  test('when the ledger refuses to judge it: the others are queued, and it counts as unknown', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, ABOVE, ABOVE, ABOVE, ABOVE] } })
    const job = await market.dispatchJob()
    // Burned at the tip, so that a get_cdp that names it fails as a whole.
    market.ledger.control.closeCdp('#3#')
    expect(indexed(await indexRange(job, market.deps))).toMatchObject({ candidates: 4 })
    expect(await queuedIds()).toEqual(ids(1, 2, 4, 5))
    expect(market.log.named('indexer.confirm_refused').map(({ cdpId }) => cdpId)).toEqual(ids(3))
    expect(await market.runs.completions(job.runId)).toMatchObject([{ unjudged: 1 }])
  })

  test('when its data is of no shape we know: it is named with the path, stands in the snapshot as unjudged, and the ledger judges it', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, ABOVE, BELOW] } })
    const job = await market.dispatchJob()
    const resource = market.ledger.addresses.cdpResource
    market.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: ['#2#'] } }] })
    const { batchSnapshotKey: key } = indexed(await indexRange(job, market.deps))
    expect(await queuedIds()).toEqual(ids(1, 2))
    const why = 'data of CDP #2#: loans: expected Map, got Bool'
    expect(market.log.named('indexer.cdp_unreadable')).toEqual([{ event: 'indexer.cdp_unreadable', cdpId: '#2#', why }])
    expect(market.metrics.sum('CdpsUnreadable')).toBe(1)
    const { header, rows } = await market.deps.snapshots.batch(key)
    expect(header).toMatchObject({ live: 3, burned: 0, missing: 0 })
    expect(rows).toHaveLength(3)
    expect(rows.find(({ cdpId }) => cdpId === '#2#')).toMatchObject({ unjudged: why })
    expect(await market.runs.completions(job.runId)).toMatchObject([{ live: 3, unjudged: 1, candidates: 2 }])
  })

  test('when its price has expired: it is named and stands in the snapshot as unjudged, never as healthy', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE, NEAR_BY_PRICE, ABOVE], priceUpdateSeconds: 0 } })
    market.ledger.control.advanceTime(5 * 3_600_000)
    market.ledger.control.advanceRound()
    const job = await market.dispatchJob()
    const { batchSnapshotKey: key } = indexed(await indexRange(job, market.deps))
    expect(await queuedIds()).toEqual(ids(1, 3))
    expect(market.log.named('indexer.cdp_unjudged').map(({ cdpId }) => cdpId)).toEqual(ids(2))
    expect(market.metrics.sum('CdpsUnjudged')).toBe(1)
    const rows = await market.rows(key)
    expect(rows.get(cdpIdOf(2))?.unjudged).toMatch(/price of resource_loc1\w+/)
    expect(rows.get(cdpIdOf(1))?.unjudged).toBeNull()
    expect(await market.runs.completions(job.runId)).toMatchObject([{ live: 3, unjudged: 1 }])
  })
})

test('drops a job that nobody took in time: nothing is read, written or queued', async () => {
  market = await startTestMarket(cloud, { genesis: { cdps: [ABOVE] } })
  const job = await market.dispatchJob()
  const late = { ...job, expiresAtMs: market.deps.clock.now() - 1 }
  expect(await indexRange(late, market.deps)).toEqual({ kind: 'expired', lateByMs: 1 })
  expect(market.log.named('indexer.job_expired')).toEqual([{ event: 'indexer.job_expired', lateByMs: 1 }])
  expect(await queuedIds()).toEqual([])
  expect(await market.runs.completions(job.runId)).toEqual([])
  await expect(market.rows(batchSnapshotKey('local', job.runId, 1, 1))).rejects.toMatchObject({
    name: 'SnapshotMissingError',
  })
})

describe('a difference from the ledger’s own judgement', () => {
  test('that comes from a price which moved in between is none', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [NEAR_BY_PRICE, AT] } })
    const job = await market.dispatchJob()
    market.ledger.control.setPrices({ xUSDC: '200' })
    await indexRange(job, market.deps)
    expect(market.log.named('indexer.health_disagreement')).toEqual([])
    expect(market.metrics.sum('HealthDisagreements')).toBe(0)
  })

  test('that cannot be looked at again is named, and neither loses nor delays a candidate', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [NEAR_BY_PRICE, ABOVE] } })
    const job = await market.dispatchJob()
    market.ledger.control.setPrices({ xUSDC: '200' })
    const { ledger } = market.deps
    const queuedBeforeTheSecondLook: CdpId[] = []
    const outage = new LedgerUnavailableError('the second look', 1_000, undefined)
    const deps = {
      ...market.deps,
      ledger: {
        marketSnapshot: ledger.marketSnapshot.bind(ledger),
        syncPoint: async () => {
          queuedBeforeTheSecondLook.push(...(await queuedIds()))
          throw outage
        },
      },
    }
    expect(indexed(await indexRange(job, deps))).toMatchObject({ candidates: 2 })
    expect(queuedBeforeTheSecondLook).toEqual(ids(1, 2))
    expect(await market.runs.completions(job.runId)).toMatchObject([{ live: 2, candidates: 2 }])
    expect(market.log.named('indexer.second_look_failed')).toEqual([
      { event: 'indexer.second_look_failed', cdpIds: ids(1) },
    ])
    expect(market.metrics.sum('SecondLooksFailed')).toBe(1)
    expect(market.log.named('indexer.health_disagreement')).toEqual([])
  })

  test('that lasts is named with both figures and counted, and the ledger’s word still decides', async () => {
    market = await startTestMarket(cloud, { genesis: { cdps: [NEAR_BY_PRICE, AT, BELOW] } })
    const { oracle } = market.deps
    // As if the market judged this one CDP by a rule that we do not know.
    const otherRule: typeof oracle = {
      confirm: async (asked) =>
        (await oracle.confirm(asked)).map((health) =>
          health.kind === 'confirmed' && health.cdpId === '#2#'
            ? { ...health, liquidationLtv: Decimal.parse('1.002') }
            : health,
        ),
    }
    await indexRange(await market.dispatchJob(), { ...market.deps, oracle: otherRule })
    expect(market.log.named('indexer.health_disagreement')).toEqual([
      {
        event: 'indexer.health_disagreement',
        cdpId: '#2#',
        ownLiquidationLtv: '1',
        ledgerLiquidationLtv: '1.002',
      },
    ])
    expect(market.metrics.sum('HealthDisagreements')).toBe(1)
    expect(await queuedIds()).toEqual(ids(2))
  })
})

describe('what endangers lenders is named, whatever the health', () => {
  test('a CDP that owes more than it holds', async () => {
    const underwater = { collaterals: { xUSDC: '100' }, loans: { XRD: '22600' } }
    market = await startTestMarket(cloud, { genesis: { cdps: [BELOW, underwater, { ...NEAR_BY_PRICE }] } })
    await indexRange(await market.dispatchJob(), market.deps)
    const [judged] = await market.getCdp(2)
    expect(market.log.named('indexer.bad_debt')).toEqual([
      {
        event: 'indexer.bad_debt',
        cdpId: '#2#',
        totalLoanValueXrd: judged?.totalLoanValueXrd.toString(),
        totalCollateralValueXrd: judged?.totalCollateralValueXrd.toString(),
      },
    ])
  })

  test('one borrower who owes more than half of a pool, as on 30 August 2026', async () => {
    const borrower = (share: string) => ({ collaterals: { XRD: '50000000' }, loans: { xETH: share } })
    market = await startTestMarket(cloud, { genesis: { cdps: [borrower('1'), borrower('5.1'), borrower('3.9')] } })
    await indexRange(await market.dispatchJob(), market.deps)
    expect(market.log.named('indexer.debt_concentrated')).toMatchObject([
      { cdpId: '#2#', resource: market.ledger.addresses.tokens.xETH, amount: expect.stringMatching(/^5\.(09|1)/) },
    ])
  })
})
