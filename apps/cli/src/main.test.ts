import { createLedger, type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deadAddress, weft, weftUnread } from '../test/command.ts'

let ledger: Ledger
let server: LedgerServer
let dead: string

beforeAll(async () => {
  ledger = await createLedger({ seed: 1, cdps: 3, roundMs: 0 })
  server = await startLedgerServer(ledger)
  dead = await deadAddress()
})
afterAll(async () => {
  await server?.close()
  ledger?.close()
})

/** In a process of its own each, as a user runs it: that takes seconds, so the flags of every command stand in program.test.ts. */
describe('what a command cannot do it says in one line, with exit code 2 and never a stack trace', () => {
  test.each<[string, () => readonly string[], () => Readonly<Record<string, string>>, RegExp]>([
    ['an unknown flag', () => ['executions', 'list', '--nonsense'], () => ({}), /^unknown option '--nonsense'/],
    ['a bad number', () => ['scan', '--network', 'mainnet', '--top', '0'], () => ({}), /^--top takes a whole number/],
    [
      'a report that could not be written after the run',
      () => ['start', '--headless', '--report', '/nowhere/at/all/report.json'],
      () => ({}),
      /^--report cannot be written to \/nowhere\/at\/all; name a file/,
    ],
    [
      'an unreachable Gateway',
      () => ['scan', '--network', 'mainnet', '--gateway', dead],
      () => ({}),
      /^The ledger did not answer 127\.0\.0\.1:\d+\/status\/.*ECONNREFUSED/,
    ],
    [
      'the wrong network',
      () => ['scan', '--network', 'mainnet', '--gateway', server.url],
      () => ({}),
      /serves \w+ \(network id 240\), but the configuration is for mainnet \(network id 1\); check the Gateway URL/,
    ],
    [
      'a broken configuration, every variable at once',
      () => ['executions', 'list'],
      () => ({ WEFT_AWS_ENDPOINT: 'nonsense', WEFT_NETWORK: 'mars', WEFT_LIQUIDATION_QUEUE_URL: 'x' }),
      /^Bad environment: WEFT_NETWORK .*; WEFT_LIQUIDATION_QUEUE_URL .*; WEFT_AWS_ENDPOINT /,
    ],
    [
      'an unreachable local stack',
      () => ['executions', 'list'],
      () => ({ WEFT_AWS_ENDPOINT: dead }),
      /ECONNREFUSED.*; start the local stack with `npm start`, or correct WEFT_AWS_ENDPOINT\.$/,
    ],
  ])('%s', async (_, args, environment, line) => {
    const { exitCode, stdout, stderr } = await weft(args(), environment())
    expect(stderr).toEqual([expect.stringMatching(line)])
    expect(exitCode).toBe(2)
    expect(stdout).toBe('')
  })
})

test('ends quietly when nobody reads on', async () => {
  const scan = ['scan', '--network', 'local', '--gateway', server.url]
  expect(await weftUnread(scan)).toEqual({ exitCode: 0, stderr: [] })
})

test('explains itself, exit codes included, and that is no error', async () => {
  const { exitCode, stdout, stderr } = await weft(['--help'])
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: [] })
  for (const word of [
    'start',
    'scan',
    'liquidate',
    'executions',
    'quarantine',
    'pause',
    'resume',
    'Exit codes: 0 done',
  ])
    expect(stdout).toContain(word)
})
