import type { MarketAnswers } from '@weft/ledger'
import { afterEach, describe, expect, test } from 'vitest'
import { type Alteration, type AlteredGateway, startAlteredGateway } from '../../test/altered-gateway.ts'
import { type LocalMarket, startLocalMarket } from '../../test/local-market.ts'
import { type DoctorOptions, examineNetwork } from './examine.ts'
import type { DoctorReport } from './report.ts'

let market: LocalMarket | undefined
let gateway: AlteredGateway | undefined
afterEach(async () => {
  await gateway?.close()
  await market?.close()
  gateway = undefined
})

interface Situation {
  readonly answers?: Partial<MarketAnswers>
  readonly alter?: Alteration
  readonly doctor?: Partial<DoctorOptions>
  readonly prepare?: (market: LocalMarket) => void
  /** For how many half hours nobody touches a pool. */
  readonly halfHours?: number
}

const HALF_AN_HOUR_MS = 1_800_000

/** A market on which interest is due, with the longest period too, as `weft doctor` finds it. */
async function examined({
  answers = {},
  alter,
  doctor = {},
  prepare,
  halfHours = 50,
}: Situation = {}): Promise<DoctorReport> {
  market = await startLocalMarket({ market: answers })
  const { ledger, network, server } = market
  for (let half = 0; half < halfHours; half += 1) {
    ledger.control.advanceTime(HALF_AN_HOUR_MS)
    ledger.control.advanceRound()
    ledger.control.advanceEpoch()
  }
  prepare?.(market)
  gateway = alter && (await startAlteredGateway(server.url, alter))
  const gatewayUrls = [gateway?.url ?? server.url]
  return examineNetwork({ ...network, gatewayUrls }, { clock: { now: () => ledger.tip().timestampMs }, ...doctor })
}

/** What was found of the rows that are not as expected. */
function differing({ rows }: DoctorReport): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rows.flatMap(({ id, finding }) =>
      finding.kind === 'as-expected' || id.startsWith('transaction.') ? [] : [[id, finding.kind]],
    ),
  )
}

function finding({ rows }: DoctorReport, id: string) {
  return rows.find((row) => row.id === id)?.finding
}

function capability({ capabilities }: DoctorReport, id: string) {
  return capabilities.find((each) => each.id === id)
}

describe('on the local ledger', () => {
  test('every row that reading answers is as expected, everything works, and nothing is written', async () => {
    const report = await examined()
    expect(differing(report)).toEqual({})
    expect(report.capabilities.filter(({ works }) => !works)).toEqual([])
    expect(report.liquidationWouldWork).toBe(true)
    expect(report.requests.made).toBeLessThanOrEqual(60)
    const asked = Object.keys(market?.server.requestsByEndpoint() ?? {})
    expect(asked).not.toContain('/transaction/submit')
    expect(Object.values(market?.server.requestsByEndpoint() ?? {}).reduce((a, b) => a + b, 0)).toBe(
      report.requests.made,
    )
  })

  test('tells the age of the ledger, the pace of its epochs, and release and lag of the Gateway', async () => {
    const report = await examined()
    expect(report.ledger).toMatchObject({ stateVersion: market?.ledger.tip().stateVersion, ageMs: 0 })
    expect(report.ledger.epochMs).toBeGreaterThan(60_000)
    expect(report.gateways).toMatchObject([{ state: 'serving', release: 'local-ledger', lagMs: 0 }])
  })

  test.each<[Partial<MarketAnswers>, Readonly<Record<string, string>>]>([
    [{ period: '900' }, { 'pool.accrual-period': 'other-answer' }],
    [{ period: '86400' }, { 'pool.accrual-period': 'other-answer' }],
    [{ widths: 'i64' }, { 'market.integer-kinds': 'other-answer', 'pool.integer-kinds': 'other-answer' }],
    [{ 'feed-state': 'store' }, { 'feeds.state': 'other-answer' }],
    // Only a transaction shows these.
    [{ interest: 'simple' }, {}],
    [{ rate: 'start' }, {}],
    [{ expiry: 'exclusive' }, {}],
    [{ 'bonus-share': 'bonus' }, {}],
    [{ overpayment: 'cut' }, {}],
    [{ 'nft-close-factor': 'whole-loan' }, {}],
  ])('with %j exactly the rows that show it differ, and liquidation works all the same', async (answers, rows) => {
    const report = await examined({ answers })
    expect(differing(report)).toEqual(rows)
    expect(report.liquidationWouldWork).toBe(true)
  })
})

describe('whether get_cdp counts interest that is due', () => {
  test('is seen where some is due, and where little is, liquidation works all the same', async () => {
    const report = await examined({ answers: { 'get-cdp': 'accrued' }, halfHours: 4 })
    expect(differing(report)).toEqual({ 'method.get-cdp-accrual': 'other-answer' })
    expect(report.liquidationWouldWork).toBe(true)
  })

  test('stops every plan where a day of it is due, for then the market judges otherwise than we do', async () => {
    const report = await examined({ answers: { 'get-cdp': 'accrued' } })
    expect(differing(report)).toEqual({ 'method.get-cdp-accrual': 'other-answer', 'method.get_cdp': 'unknown' })
    expect(capability(report, 'detection')).toMatchObject({ works: true })
    expect(capability(report, 'planning.token')?.why[0]).toMatch(/^the market judges \d+ of 10 CDPs otherwise/)
    expect(report.liquidationWouldWork).toBe(false)
  })

  test('is not seen where none is due', async () => {
    expect(differing(await examined({ halfHours: 0 }))).toEqual({ 'method.get-cdp-accrual': 'not-shown' })
  })
})

describe('what is not as known', () => {
  /** Alters answers of one endpoint by their text. */
  const replacing =
    (endpoint: string, from: string | RegExp, to: string): Alteration =>
    (path, answer) =>
      path === endpoint ? answer.replaceAll(from, to) : answer

  const ENTITIES = '/state/entity/details'
  const ENTRIES = '/state/key-value-store/data'

  test('a market of another generation is named, and nothing works', async () => {
    const report = await examined({ alter: replacing(ENTITIES, '"lending_pool"', '"registered_lending_pools"') })
    expect(finding(report, 'market.generation')).toMatchObject({ kind: 'unknown' })
    expect(finding(report, 'table.price_cache')).toMatchObject({ kind: 'not-shown' })
    expect(capability(report, 'detection')).toMatchObject({ works: false })
    expect(capability(report, 'detection')?.why[0]).toContain('another generation of the market')
    expect(capability(report, 'planning')).toMatchObject({ works: false })
    expect(report.liquidationWouldWork).toBe(false)
  })

  test('a field that is missing takes down what reads it, and says so with the names that stand there', async () => {
    const report = await examined({ alter: replacing(ENTITIES, '"transient_res_manager"', '"receipt_res_manager"') })
    expect(differing(report)).toEqual({ 'market.fields': 'missing', 'pool.flash-loan-term': 'missing' })
    expect(finding(report, 'market.fields')).toEqual({ kind: 'missing', why: 'no transient_res_manager' })
    expect(capability(report, 'funding.flash-loan')).toMatchObject({ works: false })
    // Own funds still pay.
    expect(report.liquidationWouldWork).toBe(true)
  })

  test('an entry of unknown shape is shown raw, and takes down the kind of collateral that needs it', async () => {
    const alter = replacing(ENTRIES, /"variant_name":"LSU"/g, '"variant_name":"StakedToken"')
    const report = await examined({ alter })
    const found = finding(report, 'table.resource_type_cache')
    expect(found).toMatchObject({ kind: 'unknown' })
    expect(found?.kind === 'unknown' && found.raw).toContain('StakedToken')
    expect(found?.kind === 'unknown' && found.why).toContain('2 of 24 entries do not decode')
  })

  test('a table that is missing stops planning, and not detection', async () => {
    const report = await examined({ alter: replacing(ENTITIES, '"resource_configs"', '"asset_configs"') })
    expect(finding(report, 'table.resource_configs')).toMatchObject({ kind: 'missing' })
    expect(capability(report, 'detection')).toMatchObject({ works: true })
    expect(capability(report, 'planning.token')).toMatchObject({ works: false })
    expect(report.liquidationWouldWork).toBe(false)
  })

  test('services by other numbers are the other answer, and unknown ones are unknown', async () => {
    const numbers = await examined({
      alter: (path, answer) => (path === ENTRIES ? swappedNumbers(answer) : answer),
    })
    expect(differing(numbers)).toEqual({ 'switches.collaterals': 'other-answer' })
    await gateway?.close()
    await market?.close()
    const names = await examined({ alter: replacing(ENTRIES, '"RemoveForLiquidation"', '"Seize"') })
    expect(finding(names, 'switches.collaterals')).toMatchObject({ kind: 'unknown' })
    expect(capability(names, 'planning.token')).toMatchObject({ works: false })
  })

  test('a switch that is off for every debt means that liquidation would not work', async () => {
    const report = await examined({
      prepare: ({ ledger }) => {
        ledger.control.setService({ component: 'market', service: 'UpdateCDP', enabled: false })
      },
    })
    expect(capability(report, 'planning.lsu')).toMatchObject({ works: false })
    expect(capability(report, 'planning.lsu')?.why[0]).toContain('market service UpdateCDP is off')
    expect(report.liquidationWouldWork).toBe(false)
  })

  test('get_cdp that refuses every CDP means that nothing is detected', async () => {
    const alter: Alteration = (path, answer) =>
      path === '/transaction/preview' ? answer.replace('"status":"Succeeded"', '"status":"Failed"') : answer
    const report = await examined({ alter })
    expect(finding(report, 'method.get_cdp')).toMatchObject({ kind: 'unknown' })
    expect(capability(report, 'detection')).toMatchObject({ works: false })
    expect(capability(report, 'exit.swap')).toMatchObject({ works: false })
  })

  test('a role that is closed to others is told with its rule', async () => {
    const entry = {
      role_key: { module: 'Main', name: 'can_liquidate' },
      assignment: { resolution: 'Explicit', explicit_rule: { type: 'DenyAll' } },
    }
    const alter: Alteration = (path, answer) => {
      if (path !== ENTITIES) return answer
      return answer.replaceAll('"entries":[]', `"entries":[${JSON.stringify(entry)}]`)
    }
    const report = await examined({ alter })
    expect(finding(report, 'market.roles')).toMatchObject({ kind: 'unknown' })
    expect(JSON.stringify(finding(report, 'market.roles'))).toContain('can_liquidate (DenyAll)')
  })

  test('a ledger that stands still is no market to liquidate on', async () => {
    const report = await examined({
      doctor: { clock: { now: () => (market?.ledger.tip().timestampMs ?? 0) + 3_600_000 } },
    })
    expect(report.ledger.ageMs).toBe(3_600_000)
    expect(capability(report, 'detection')?.why[0]).toBe('the ledger has stood still for 3600 s')
    expect(report.liquidationWouldWork).toBe(false)
  })

  test('no more requests are sent than allowed, and what was not read is reported as that', async () => {
    const report = await examined({ doctor: { mostRequests: 20 } })
    const sent = Object.values(market?.server.requestsByEndpoint() ?? {}).reduce((a, b) => a + b, 0)
    expect(report.requests).toEqual({ made: 20, most: 20 })
    expect(sent).toBeLessThanOrEqual(20)
    expect(capability(report, 'detection')?.why.join()).toContain('it would take more than 20 requests')
    expect(report.liquidationWouldWork).toBe(false)
  })

  test('without any Gateway that answers there is nothing to say', async () => {
    await expect(examined({ alter: () => '<html>', doctor: {} })).rejects.toMatchObject({
      name: 'LedgerUnavailableError',
    })
  })
})

/** The services 2 and 3 of collaterals, numbered the other way round. */
function swappedNumbers(answer: string): string {
  const swapped = { FlashOperation: '3', RemoveForLiquidation: '2' } as const
  return JSON.stringify(JSON.parse(answer), (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('variant_name' in value)) return value
    const { variant_name: name } = value
    return name === 'FlashOperation' || name === 'RemoveForLiquidation'
      ? { ...value, variant_id: swapped[name] }
      : value
  })
}
