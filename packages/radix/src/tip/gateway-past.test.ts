import { createLedger, startLedgerServer } from '@weft/ledger'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { GatewayClient } from '../gateway/gateway-client.ts'
import { GatewayPast } from './gateway-past.ts'

const HOUR = 3_600_000

let ledger: Awaited<ReturnType<typeof createLedger>>
let server: Awaited<ReturnType<typeof startLedgerServer>>
let past: GatewayPast
let startMs: number
beforeEach(async () => {
  ledger = await createLedger({ seed: 1, cdps: 0, roundMs: 0 })
  server = await startLedgerServer(ledger, { clock: { now: () => ledger.tip().timestampMs } })
  past = new GatewayPast(new GatewayClient({ gatewayUrls: [server.url] }))
  startMs = ledger.tip().timestampMs
})
afterEach(async () => {
  await server.close()
  ledger.close()
})

test('a ledger that stood still shows the moment it stopped, and the epoch it was in', async () => {
  const { timestampMs: ledgerTimeMs, epoch } = ledger.tip()
  ledger.control.advanceTime(3 * HOUR)
  ledger.control.advanceRound()
  expect(ledger.tip().epoch).toBe(epoch + 1)
  expect(await past.momentAt(startMs + 2 * HOUR)).toEqual({ ledgerTimeMs, epoch })
})

test('a moment before the ledger began is none', async () => {
  expect(await past.momentAt(startMs - HOUR)).toBeUndefined()
})

test('many questions about one half minute are one request', async () => {
  ledger.control.advanceTime(HOUR)
  ledger.control.advanceRound()
  const moment = startMs + HOUR / 2
  const inOneGrain = moment - (moment % 30_000)
  await Promise.all([0, 10_000, 29_999].map((later) => past.momentAt(inOneGrain + later)))
  expect(server.requestsByEndpoint()['/stream/transactions']).toBe(1)
})
