import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { type ReplayServer, readRecording, startReplayServer, writeRecording } from '@weft/ledger/replay'
import { DoctorReport, INVENTORY } from '@weft/radix/doctor'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { deadAddress, weft } from '../../test/command.ts'

let ledger: Ledger
let server: LedgerServer

beforeAll(async () => {
  ledger = await createLedger({ seed: 7, cdps: 30, roundMs: 1_000 })
  server = await startLedgerServer(ledger)
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
})

const doctor = (...flags: readonly string[]) =>
  weft(['doctor', '--network', 'local', '--gateway', server.url, ...flags])

test('ends with 0 on a market where liquidation would work, and prints every row and every consequence', async () => {
  const { exitCode, stdout, stderr } = await doctor()
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: [] })
  for (const { id } of INVENTORY)
    expect(stdout).toMatch(new RegExp(`^(as expected|not shown) +${id.replaceAll('.', '\\.')} `, 'm'))
  expect(stdout).toContain('works         detection of CDPs that may be liquidated')
  expect(stdout.trimEnd()).toMatch(/Liquidation would work\.$/)
})

test('prints with --json what the published schema says', async () => {
  const report = DoctorReport.parse(JSON.parse((await doctor('--json')).stdout))
  expect(report).toMatchObject({ network: 'local', fromRecording: false, liquidationWouldWork: true })
  const published: unknown = JSON.parse(
    readFileSync(new URL('../../../../docs/doctor.schema.json', import.meta.url), 'utf8'),
  )
  expect(published).toEqual(JSON.parse(JSON.stringify(z.toJSONSchema(DoctorReport))))
})

test('its inventory stands in the documents, row by row', () => {
  const page = readFileSync(new URL('../../../../docs/doctor.md', import.meta.url), 'utf8')
  const documented = page.split('\n').filter((line) => line.startsWith('| `'))
  expect(documented).toEqual(
    INVENTORY.map(({ id, question, where, expected, others, consequence }) => {
      const cells = [`\`${id}\``, question, where, expected, others.join('; ') || '–', consequence]
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
    }),
  )
  expect(new Set(INVENTORY.map(({ id }) => id)).size).toBe(INVENTORY.length)
})

test('ends with 1, and says why in one line, where liquidation would not work', async () => {
  ledger.control.setService({ component: 'market', service: 'UpdateCDP', enabled: false })
  try {
    const { exitCode, stdout, stderr } = await doctor()
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: ['Liquidation would not work on this network now.'] })
    expect(stdout).toContain('DOES NOT WORK planning for tokens')
    expect(stdout).toContain('market service UpdateCDP is off')
  } finally {
    ledger.control.setService({ component: 'market', service: 'UpdateCDP', enabled: true })
  }
})

test('ends with 2 when no Gateway answers, and when a flag is wrong', async () => {
  const dead = await weft(['doctor', '--gateway', await deadAddress()])
  expect(dead.exitCode).toBe(2)
  expect(dead.stderr).toHaveLength(1)
  const few = await doctor('--requests', '3')
  expect(few).toMatchObject({ exitCode: 2, stderr: ['--requests takes a whole number from 10 to 1000, not "3".'] })
})

describe('with a recording', () => {
  let replay: ReplayServer | undefined
  afterEach(() => replay?.close())

  const newFolder = () => join(mkdtempSync(join(tmpdir(), 'weft-doctor-')), 'recording')

  /** What the report says, but for the Gateway that it was read from. */
  const sayings = (stdout: string) => ({ ...DoctorReport.parse(JSON.parse(stdout)), gateways: [], fromRecording: true })

  test('says the same again, whenever it is asked', async () => {
    const folder = newFolder()
    const first = await doctor('--json', '--record', folder)
    expect(first).toMatchObject({ exitCode: 0, stderr: [] })
    replay = await startReplayServer(readRecording(folder))
    const again = () =>
      weft([
        ...['doctor', '--network', 'local', '--json', '--gateway', replay?.url ?? ''],
        ...['--network-file', join(folder, 'network.json')],
      ])
    const second = await again()
    expect(second).toMatchObject({ exitCode: 0, stderr: [] })
    const { examinedAt, ledger: of, ...report } = sayings(second.stdout)
    const { examinedAt: at, ledger: original, ...expected } = sayings(first.stdout)
    expect(report).toEqual(expected)
    expect(of).toEqual({ ...original, ageMs: of.ageMs })
    expect(Math.abs(Date.parse(examinedAt) - Date.parse(at))).toBeLessThan(60_000)
    expect((await again()).stdout).toBe(second.stdout)
  })

  test('of which an answer is missing, names it', async () => {
    const [folder, damaged] = [newFolder(), newFolder()]
    await doctor('--record', folder)
    const whole = readRecording(folder)
    const network: object = JSON.parse(readFileSync(join(folder, 'network.json'), 'utf8'))
    const exchanges = whole.exchanges.filter(({ path }) => path !== '/state/non-fungible/data')
    writeRecording(damaged, { ...whole, exchanges }, network)
    replay = await startReplayServer(readRecording(damaged))
    const flags = ['--gateway', replay.url, '--network-file', join(damaged, 'network.json')]
    const { exitCode, stdout } = await weft(['doctor', '--network', 'local', ...flags])
    expect(exitCode).toBe(1)
    expect(stdout).toContain('This recording holds no answer to POST /state/non-fungible/data')
  })

  test('no key, URL or host is kept', async () => {
    const folder = newFolder()
    const secret = 'a-partners-key'
    const flags = ['--record', folder, '--network-file', networkFileWithKeys(secret)]
    expect(await weft(['doctor', '--network', 'local', ...flags])).toMatchObject({ exitCode: 0 })
    const kept = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    expect(kept.length).toBeGreaterThan(20)
    for (const text of kept) {
      expect(text).not.toContain(secret)
      expect(text).not.toContain(server.url)
    }
  })

  test('a folder that is in use is refused before anything is asked', async () => {
    const folder = newFolder()
    await doctor('--record', folder)
    const before = server.requestsByEndpoint()
    const { exitCode, stderr } = await doctor('--record', folder)
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: [`${folder} is not empty; give a new folder, for two recordings must not mix.`],
    })
    expect(server.requestsByEndpoint()).toEqual(before)
  })
})

/** The local market's network file with a venue and a source whose URLs hold a key. */
function networkFileWithKeys(secret: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'weft-network-')), 'network.json')
  const { venues, ...network } = networkFileOf(ledger.addresses, server.url)
  const apiUrl = `https://aggregator.invalid/${secret}`
  const [dex] = venues
  writeFileSync(
    file,
    JSON.stringify({
      ...network,
      venues: [dex, { name: 'aggregator', kind: 'ociswap', component: dex.component, apiUrl }],
      secondPrices: [{ name: 'aggregator', kind: 'ociswap', apiUrl }],
    }),
  )
  return file
}
