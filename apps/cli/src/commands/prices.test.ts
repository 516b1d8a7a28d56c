import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { deadAddress, weft } from '../../test/command.ts'

const Quote = z.strictObject({ priceXrd: z.string(), atMs: z.int() })
const PricesJson = z.strictObject({
  at: z.looseObject({ network: z.literal('local') }),
  assets: z.array(
    z.strictObject({
      resource: z.string(),
      inForceXrd: z.string().nullable(),
      why: z.string().nullable(),
      cached: Quote.nullable(),
      feed: Quote.nullable(),
      sources: z.array(z.looseObject({ name: z.string(), kind: z.enum(['priced', 'none']) })),
    }),
  ),
})

let ledger: Ledger
let server: LedgerServer

beforeAll(async () => {
  ledger = await createLedger({ seed: 3, cdps: 5, roundMs: 0 })
  // The exchange follows, the feed has it, and the market's cache still holds the former price.
  ledger.control.setPrices({ xUSDC: '250' })
  server = await startLedgerServer(ledger)
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
})

const prices = (...flags: readonly string[]) =>
  weft(['prices', '--network', 'local', '--gateway', server.url, ...flags])

test('shows of each asset what is in force, in the cache, in the feed, and at the exchange', async () => {
  const { exitCode, stdout, stderr } = await prices('--json')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: [] })
  const { assets } = PricesJson.parse(JSON.parse(stdout))
  expect(assets).toHaveLength(11)
  const found = assets.find(({ resource }) => resource === ledger.addresses.tokens.xUSDC)
  expect(found).toMatchObject({
    inForceXrd: '225.570215353101481709',
    cached: { priceXrd: '225.570215353101481709' },
    feed: { priceXrd: '250' },
    sources: [{ name: 'local-dex', kind: 'priced' }],
  })
  expect(Number(found?.sources[0]?.priceXrd)).toBeCloseTo(250, 0)
})

test('prints a table, and below it why a source has no vote', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'weft-prices-')), 'network.json')
  const { name, component } = networkFileOf(ledger.addresses, server.url).venues[0]
  const silent = { name: 'silent', kind: 'weft-api', apiUrl: await deadAddress() }
  const secondPrices = [{ name, kind: 'simulated-dex', component }, silent]
  writeFileSync(file, JSON.stringify({ ...networkFileOf(ledger.addresses, server.url), secondPrices }))
  const { exitCode, stdout } = await prices('--network-file', file)
  const [head = '', , columns = ''] = stdout.split('\n')
  expect(exitCode).toBe(0)
  expect(head).toMatch(/^local at state version \d+/)
  expect(columns).toMatch(/^asset +in force +cache +feed +local-dex +silent$/)
  expect(stdout).toMatch(/ has no vote: silent: silent gives no quote: no answer \(ECONNREFUSED\)/)
  expect(stdout).toContain(ledger.addresses.tokens.xUSDC)
})

test('an asset whose price has expired has none in force, and says why', async () => {
  const late = await createLedger({ seed: 3, cdps: 0, roundMs: 0, genesis: { priceUpdateSeconds: 0 } })
  late.control.advanceTime(5 * 3_600_000)
  late.control.advanceRound()
  const lateServer = await startLedgerServer(late)
  try {
    const { exitCode, stdout } = await weft(['prices', '--network', 'local', '--gateway', lateServer.url])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/has no price in force: the feed's price of .* is \d+ ms old/)
  } finally {
    await lateServer.close()
    late.close()
  }
})
