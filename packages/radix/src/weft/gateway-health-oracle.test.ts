import { cdpIdOf } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterEach, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../../test/local-market.ts'
import { GatewayClient } from '../gateway/gateway-client.ts'
import { GatewayHealthOracle } from './gateway-health-oracle.ts'

let local: LocalMarket
afterEach(() => local.close())

const previews = () => local.client.requestsByEndpoint().get('/transaction/preview')
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => cdpIdOf(from + index))

/** Healthy CDPs of one shape, so that none is burned before a test does it. */
const genesisOf = (count: number) => ({
  cdps: Array.from({ length: count }, (_, index) => ({
    collaterals: { XRD: String(10_000 + index) },
    loans: { xUSDC: '10' },
  })),
})

test('answers as the market judges, ten CDPs a call, in the order asked', async () => {
  local = await startLocalMarket({ cdps: 0, genesis: genesisOf(25) })
  const asked = ids(1, 25).reverse()
  const confirmed = await new GatewayHealthOracle(local.client, local.network).confirm(asked)
  expect(confirmed.map((health) => health.cdpId)).toEqual(asked)
  for (const health of confirmed)
    expect(health).toMatchObject({
      kind: 'confirmed',
      liquidationLtv: local.ledger.control.liquidationLtv(health.cdpId),
      totalLoanValueXrd: Decimal.parse('2255.70215353101481709'),
    })
  expect(previews()).toBe(3)
})

test('one bad id never blocks the others: it alone is refused, with the engine’s reason', async () => {
  local = await startLocalMarket({ cdps: 0, genesis: genesisOf(12) })
  local.ledger.control.closeCdp('#7#')
  const confirmed = await new GatewayHealthOracle(local.client, local.network).confirm([...ids(1, 10), cdpIdOf(999)])
  expect(confirmed.filter((health) => health.kind === 'confirmed').map((health) => health.cdpId)).toEqual(
    ids(1, 10).filter((id) => id !== '#7#'),
  )
  expect(confirmed.filter((health) => health.kind === 'refused')).toEqual([
    { kind: 'refused', cdpId: '#7#', error: expect.stringContaining('#7#') },
    { kind: 'refused', cdpId: '#999#', error: expect.stringContaining('#999#') },
  ])
  // Halving finds #7# among ten in 9 calls: 1 + 2 + 2 + 2 + 2; #999# is one more.
  expect(previews()).toBeLessThanOrEqual(10)
})

/** Hears something else than a health of one CDP, as after an upgrade of the market. */
class MisreadingClient extends GatewayClient {
  override async preview(...asked: Parameters<GatewayClient['preview']>) {
    const answer = JSON.stringify(await super.preview(...asked))
    return JSON.parse(answer, (_, each) => (each?.key?.value === '#2#' ? { ...each, value: { kind: 'Bool' } } : each))
  }
}

test('one answer of no known shape never blocks the others: its CDP counts as refused, with the path', async () => {
  local = await startLocalMarket({ cdps: 0, genesis: genesisOf(3) })
  const client = new MisreadingClient({ gatewayUrls: [local.server.url] })
  const confirmed = await new GatewayHealthOracle(client, local.network).confirm(ids(1, 3))
  expect(confirmed.map(({ kind }) => kind)).toEqual(['confirmed', 'refused', 'confirmed'])
  expect(confirmed[1]).toMatchObject({
    cdpId: '#2#',
    error: 'the answer to get_cdp(#1#, #2#, #3#) is of no shape we know: entries.1.value: expected Tuple, got Bool',
  })
})

test('asks nothing for nothing', async () => {
  local = await startLocalMarket({ cdps: 0 })
  expect(await new GatewayHealthOracle(local.client, local.network).confirm([])).toEqual([])
  expect(previews()).toBeUndefined()
})

test('an unavailable Gateway is a fault, and no CDP’s refusal', async () => {
  local = await startLocalMarket({ cdps: 0, genesis: genesisOf(3) }, { policy: { maxRetries: 1 } })
  local.server.setFaults({ rules: [{ endpoint: '/transaction/preview', fault: { kind: 'unavailable' } }] })
  const oracle = new GatewayHealthOracle(local.client, local.network)
  await expect(oracle.confirm(ids(1, 3))).rejects.toMatchObject({ name: 'LedgerUnavailableError' })
})
