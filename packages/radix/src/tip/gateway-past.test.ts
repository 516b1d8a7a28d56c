import { afterEach, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../test-local-market.ts'
import { GatewayPast } from './gateway-past.ts'

let local: LocalMarket
afterEach(() => local.close())

/** Questions are rounded down to half a minute. */
const GRAIN_MS = 30_000

test('tells where the ledger clock stood, also while it stood still', async () => {
  const startTimeMs = 1_790_000_010_000
  local = await startLocalMarket({ cdps: 0, startTimeMs })
  const past = new GatewayPast(local.client)
  local.ledger.control.advanceTime(600_000)
  local.ledger.control.advanceRound()
  const halted = (await local.reader.syncPoint()).ledgerTimeMs
  local.ledger.control.advanceTime(3_600_000)
  local.ledger.control.advanceRound()
  const resumed = (await local.reader.syncPoint()).ledgerTimeMs

  expect(await past.ledgerTimeAt(halted + 1_800_000)).toBe(halted)
  expect(await past.ledgerTimeAt(resumed + GRAIN_MS)).toBe(resumed)
  expect(await past.ledgerTimeAt(startTimeMs - 86_400_000)).toBe(startTimeMs - 86_400_000)
})

test('asks once for many questions about one moment, and again after a failure', async () => {
  local = await startLocalMarket({ cdps: 0, startTimeMs: 1_790_000_010_000 }, { policy: { maxRetries: 0 } })
  const past = new GatewayPast(local.client)
  const moment = 1_790_000_010_000 + 2 * GRAIN_MS
  local.server.setFaults({ rules: [{ endpoint: '/stream/transactions', times: 1, fault: { kind: 'unavailable' } }] })
  await expect(past.ledgerTimeAt(moment)).rejects.toMatchObject({ name: 'LedgerUnavailableError' })
  await past.ledgerTimeAt(moment)
  await past.ledgerTimeAt(moment + 1)
  expect(local.client.requestsByEndpoint().get('/stream/transactions')).toBe(2)
})
