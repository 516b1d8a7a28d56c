import { CdpId } from '@weft/domain'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { explain } from './explain.ts'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from './test-market.ts'

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
  expect(explanation).toMatchObject({ kind: 'explained', mode: 'paused', stops: [{ kind: 'quarantined' }] })
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
