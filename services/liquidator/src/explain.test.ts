import { DynamoQuarantineStore, RecordsTable } from '@weft/aws'
import { CdpId, Decimal } from '@weft/domain'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { IntentStillOpenError } from './commit/follow.ts'
import { explain } from './explain.ts'
import { liquidate } from './liquidate.ts'

let cloud: TestCloud
let market: TestMarket
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(() => market?.stop())

test('shows health, alternatives, manifest and what the ledger would make of it, and leaves no trace', async () => {
  market = await startTestMarket(cloud)
  const cdpId = market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
  market.ledger.control.setPrices({ xUSDC: '190' })
  const { stateVersion } = market.ledger.tip()
  const explanation = await explain(CdpId.parse(cdpId), market.deps)
  if (explanation.kind !== 'explained') expect.fail(explanation.kind)
  expect(explanation).toMatchObject({ mode: 'live', stops: [], freshness: { kind: 'fresh' } })
  expect(explanation.verdict).toMatchObject({ kind: 'planned', plan: { cdpId } })
  expect(explanation.verdict.alternatives.length).toBeGreaterThan(1)
  expect(explanation.manifest).toContain(`NonFungibleLocalId("${cdpId}")`)
  expect(explanation.preview).toMatchObject({ kind: 'succeeded' })
  expect(explanation.confirmed).toMatchObject({ liquidationLtv: explanation.health.liquidationLtv })
  expect(await market.deps.journal.standingOf(CdpId.parse(cdpId))).toEqual({ attempts: [], holder: undefined })
  expect(market.ledger.tip().stateVersion).toBe(stateVersion)
})

test('goes on past the guard that would stop it, and names it', async () => {
  market = await startTestMarket(cloud)
  const cdpId = market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
  market.ledger.control.setPrices({ xUSDC: '19' }, { feedOnly: true })
  market.setMode('paused')
  const explanation = await explain(CdpId.parse(cdpId), market.deps)
  expect(explanation).toMatchObject({
    kind: 'explained',
    mode: 'paused',
    stops: [{ kind: 'paused' }, { kind: 'quarantined' }],
  })
  if (explanation.kind === 'explained') expect(explanation.preview).toMatchObject({ kind: 'succeeded' })
  const quarantined = await market.deps.quarantine.find(CdpId.parse(cdpId))
  expect(quarantined).toBeUndefined()
})

test('names the quiet period after a halt', async () => {
  market = await startTestMarket(cloud)
  const cdpId = CdpId.parse(market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } }))
  market.ledger.control.advanceTime(254 * 60 * 60_000)
  market.ledger.control.setPrices({ xUSDC: '190' })
  expect(await explain(cdpId, market.deps)).toMatchObject({
    kind: 'explained',
    freshness: { kind: 'fresh' },
    stops: [{ kind: 'ledger-not-fresh', freshness: 'quiet-period' }],
  })
})

test('a healthy CDP: says so, and shows what would be tried', async () => {
  market = await startTestMarket(cloud)
  const cdpId = CdpId.parse(market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } }))
  expect(await explain(cdpId, market.deps)).toMatchObject({
    kind: 'explained',
    verdict: { kind: 'planned' },
    preview: { kind: 'failed' },
    stops: [{ kind: 'stale', reason: 'recovered' }, { kind: 'preview-failed' }],
  })
})

test('names no price that an operator has released as he saw it', async () => {
  market = await startTestMarket(cloud)
  const cdpId = CdpId.parse(market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } }))
  market.ledger.control.setPrices({ xUSDC: '19' }, { feedOnly: true })
  expect(await liquidate(market.candidate(cdpId), market.deps)).toMatchObject({ kind: 'quarantined' })
  const quarantine = new DynamoQuarantineStore(new RecordsTable(cloud.clients.dynamodb, market.resources.table))
  await quarantine.decide(cdpId, 'released', 'ada', market.deps.clock.now())
  expect(await explain(cdpId, market.deps)).toMatchObject({ kind: 'explained', stops: [] })
})

describe('names each guard that looks at more than the CDP', () => {
  async function stopsOf(
    options: Parameters<typeof startTestMarket>[1],
    before: (cdpId: CdpId) => Promise<unknown> = async () => undefined,
  ) {
    market = await startTestMarket(cloud, options)
    const cdpId = CdpId.parse(market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } }))
    market.ledger.control.setPrices({ xUSDC: '190' })
    await before(cdpId)
    const explanation = await explain(cdpId, market.deps)
    return explanation.kind === 'explained' ? explanation.stops : explanation.kind
  }
  const run = (cdpId: CdpId) => liquidate(market.candidate(cdpId), market.deps)

  test('a wallet at its floor', async () => {
    expect(await stopsOf({ walletXrd: '209' })).toMatchObject([{ kind: 'wallet-low' }])
  })

  test('another worker that has it', async () => {
    const claim = (cdpId: CdpId) => market.deps.journal.claim(cdpId, 'somebody', market.deps.clock.now(), 60_000)
    expect(await stopsOf({}, claim)).toMatchObject([{ kind: 'held', by: 'worker' }])
  })

  test('a transaction of ours that is not final', async () => {
    const slow = { ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } }
    const stops = await stopsOf(slow, (cdpId) => expect(run(cdpId)).rejects.toThrow(IntentStillOpenError))
    expect(stops).toMatchObject([{ kind: 'held', by: 'intent' }])
  })

  test('the governors', async () => {
    const stops = await stopsOf({ settings: { maxFeesPerHourXrd: Decimal.parse('0.1') } }, async (cdpId) => {
      expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
      market.ledger.control.setPrices({ xUSDC: '150' })
      market.ledger.control.advanceTime(10_000)
      market.ledger.control.advanceRound()
    })
    expect(stops).toMatchObject([{ kind: 'governed', governor: 'fees-per-hour' }])
  })
})

test('says what the ledger thinks of a CDP whose data cannot be read', async () => {
  market = await startTestMarket(cloud)
  const cdpId = market.ledger.control.openCdp({ collaterals: { XRD: '100' } })
  const resource = market.ledger.addresses.cdpResource
  market.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: [cdpId] } }] })
  expect(await explain(CdpId.parse(cdpId), market.deps)).toMatchObject({
    kind: 'unjudged',
    why: `data of CDP ${cdpId}: loans: expected Map, got Bool`,
    confirmed: { kind: 'confirmed' },
  })
})

test('says that a CDP is burned', async () => {
  market = await startTestMarket(cloud)
  const cdpId = market.ledger.control.openCdp({ collaterals: { XRD: '100' } })
  market.ledger.control.closeCdp(cdpId)
  expect(await explain(CdpId.parse(cdpId), market.deps)).toMatchObject({ kind: 'burned', cdpId })
})
