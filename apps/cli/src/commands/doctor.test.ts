import { readFileSync } from 'node:fs'
import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { DoctorReport, INVENTORY } from '@weft/radix/doctor'
import { afterAll, beforeAll, expect, test } from 'vitest'
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
