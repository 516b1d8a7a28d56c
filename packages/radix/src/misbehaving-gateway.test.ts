import { afterEach, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../test/local-market.ts'
import { GatewayHealthOracle } from './weft/gateway-health-oracle.ts'

let local: LocalMarket
afterEach(() => local.close())

test('what is read through a misbehaving Gateway is what stands on the ledger, and every retry is seen', async () => {
  const retries: string[] = []
  local = await startLocalMarket(
    { cdps: 120 },
    { policy: { maxRetries: 12, breakerAfterFailures: 1_000 }, onRetry: (_, problem) => retries.push(problem) },
  )
  local.ledger.control.advanceRound(5)
  const at = await local.reader.syncPoint()
  const calm = { market: await local.reader.marketSnapshot(at), cdps: await local.reader.cdps(1, 130, at) }

  local.server.setFaults({
    seed: 7,
    rules: [
      { endpoint: '*', probability: 0.1, fault: { kind: 'rate-limited' } },
      { endpoint: '*', probability: 0.1, fault: { kind: 'not-synced-up' } },
      { endpoint: '*', probability: 0.1, fault: { kind: 'unavailable' } },
      { endpoint: '*', probability: 0.05, fault: { kind: 'timed-out' } },
      { endpoint: '*', probability: 0.05, fault: { kind: 'dropped-connection' } },
      { endpoint: '*', probability: 0.1, fault: { kind: 'lagging-replica', versions: 3 } },
    ],
  })
  const rough = { market: await local.reader.marketSnapshot(at), cdps: await local.reader.cdps(1, 130, at) }
  expect(rough).toEqual(calm)
  const ids = rough.cdps.flatMap((each) => (each.kind === 'live' ? [each.cdp.id] : []))
  const confirmed = await new GatewayHealthOracle(local.client, local.network).confirm(ids)
  expect(confirmed.every((health) => health.kind === 'confirmed')).toBe(true)
  expect(retries.length).toBeGreaterThan(5)
  expect(retries.join('\n')).toMatch(/HTTP 429/)
  expect(retries.join('\n')).toMatch(/beyond the end of the known ledger/)
})

test('a Gateway that is down is told in one plain sentence', async () => {
  local = await startLocalMarket({ cdps: 0 }, { policy: { maxRetries: 0 } })
  local.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unavailable' } }] })
  await expect(local.reader.syncPoint()).rejects.toThrow(
    /^The ledger did not answer 127\.0\.0\.1:\d+\/status\/gateway-status; retry in \d+ ms\.$/,
  )
})
