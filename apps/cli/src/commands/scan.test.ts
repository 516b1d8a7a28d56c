import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as z from 'zod'
import { weft } from '../../test/command.ts'

const ScanJson = z.object({
  at: z.object({ network: z.literal('local'), stateVersion: z.int() }),
  live: z.int(),
  burned: z.int(),
  missing: z.int(),
  unreadable: z.int(),
  unjudged: z.array(z.object({ cdpId: z.string(), why: z.string() })),
  cdps: z.array(z.object({ cdpId: z.string(), liquidationLtv: z.string(), totalLoanValueXrd: z.string() })),
})

let ledger: Ledger
let server: LedgerServer

beforeAll(async () => {
  // More than one step of 200 ids, and a crash, so that some are beyond their threshold.
  ledger = await createLedger({ seed: 21, cdps: 230, roundMs: 0, genesis: { priceDebounceSeconds: 0 } })
  ledger.control.setPrices({ xUSDC: '340', xUSDT: '345', xwBTC: '38000000', xETH: '1480000' })
  server = await startLedgerServer(ledger)
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
})

const scan = (...flags: readonly string[]) => weft(['scan', '--network', 'local', '--gateway', server.url, ...flags])

test('judges every CDP as the ledger itself does, riskiest first, and reads no more than it needs', async () => {
  const { exitCode, stdout, stderr } = await scan('--json', '--top', '1000')
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: [] })
  const result = ScanJson.parse(JSON.parse(stdout))
  const summary = ledger.control.summary()
  expect(result).toMatchObject({
    at: { stateVersion: ledger.tip().stateVersion },
    live: summary.cdps,
    burned: summary.burned,
    missing: 0,
    unjudged: [],
  })
  expect(result.cdps).toHaveLength(summary.cdps)
  expect(result.cdps.map(({ cdpId, liquidationLtv }) => [cdpId, liquidationLtv])).toEqual(
    result.cdps.map(({ cdpId }) => [cdpId, ledger.control.liquidationLtv(cdpId).toString()]),
  )
  const ltvs = result.cdps.map(({ liquidationLtv }) => Number(liquidationLtv))
  expect(ltvs).toEqual([...ltvs].sort((a, b) => b - a))
  const beyond = result.cdps.slice(0, summary.liquidatable.length).map(({ cdpId }) => cdpId)
  expect(beyond.length).toBeGreaterThan(5)
  expect(beyond.sort()).toEqual([...summary.liquidatable].sort())
  expect(Object.keys(server.requestsByEndpoint())).not.toContain('/transaction/submit')
})

test('lists a CDP whose data cannot be read beside all others that can', async () => {
  const resource = ledger.addresses.cdpResource
  const [hidden = ''] = ledger.control.summary().liquidatable
  server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: [hidden] } }] })
  try {
    const why = `data of CDP ${hidden}: loans: expected Map, got Bool`
    const result = ScanJson.parse(JSON.parse((await scan('--json', '--top', '1000')).stdout))
    const { cdps } = ledger.control.summary()
    expect(result).toMatchObject({ live: cdps, unreadable: 1, unjudged: [{ cdpId: hidden, why }] })
    expect(result.cdps).toHaveLength(cdps - 1)
    const { exitCode, stdout } = await scan('--top', '3')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('1 that could not be judged')
    expect(stdout).toContain(`${hidden} could not be judged: ${why}`)
  } finally {
    server.setFaults({})
  }
})

test('prints the riskiest as a table, with a head that says how many may be liquidated', async () => {
  const { exitCode, stdout } = await scan('--top', '3')
  const { cdps, liquidatable } = ledger.control.summary()
  const [head = '', , columns = '', ...rows] = stdout.trimEnd().split('\n')
  expect(exitCode).toBe(0)
  expect(head).toContain(`${cdps} CDPs`)
  expect(head).toContain(`${liquidatable.length} liquidatable`)
  expect(columns).toMatch(/^CDP +liquidation LTV +loans XRD/)
  expect(rows).toHaveLength(3)
  for (const row of rows) expect(row).toMatch(/^#\d+# +\d+\.\d/)
})
