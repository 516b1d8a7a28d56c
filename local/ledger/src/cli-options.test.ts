import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseCommandLine } from './cli-options.ts'

test('fills in what the command line leaves out', () => {
  expect(parseCommandLine(['--cdps', '20', '--seed', '7'])).toEqual({
    port: 4100,
    cdps: 20,
    seed: 7,
    roundMs: 1000,
    epochMs: 300_000,
    commitDelay: { min: 2000, max: 6000 },
  })
})

test('reads delays, actors and the fault file', () => {
  const file = faultFileWith({ rules: [{ endpoint: '*', probability: 0.5, fault: { kind: 'unavailable' } }] })
  const args = ['--commit-delay', '100-200', '--actors', 'borrowers=0.3,competitor=1', '--faults', file]
  expect(parseCommandLine(args)).toMatchObject({
    commitDelay: { min: 100, max: 200 },
    actors: { borrowers: { probability: 0.3 }, competitor: { probability: 1 } },
    faults: { seed: 1, rules: [{ endpoint: '*', fault: { kind: 'unavailable' } }] },
  })
})

test.each([
  [['--prt', '1'], /unknown option '--prt'/],
  [['--cdps', 'many'], /--cdps .* 'many' .*whole number from 0 to 1000000/],
  [['--port', '70000'], /65535/],
  [['--commit-delay', '9-1'], /ascending/],
  [['--actors', 'lenders=1'], /borrowers=0\.3,competitor=0\.1/],
  [['extra'], /too many arguments/],
  [['--faults', '/nowhere/plan.json'], /cannot be read/],
  [
    ['--faults', faultFileWith({ rules: [{ endpoint: 'data', fault: { kind: 'unavailable' } }] })],
    /rules\[0\]\.endpoint/,
  ],
])('refuses %j in one line', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(message)
  expect(() => parseCommandLine(args)).toThrow(/^[^\n]+$/)
})

function faultFileWith(plan: unknown): string {
  const file = join(mkdtempSync(join(tmpdir(), 'ledger-faults-')), 'plan.json')
  writeFileSync(file, JSON.stringify(plan))
  return file
}
