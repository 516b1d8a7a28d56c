import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import { pinoEventLog } from './pino-event-log.ts'
import { SecretGuard } from './secret-guard.ts'

type TestEvent =
  | { event: 'test.cdp_liquidated'; cdpId: string; profitXrd: Decimal }
  | {
      event: 'test.keys_derived'
      account: string
      wallet?: { seedPhrase: string; keys: { privateKey: string }[] }
      words?: string[]
    }

// The first public test vector of BIP-39.
const SEED_PHRASE = `${'abandon '.repeat(11)}about`

function captured(guard?: SecretGuard) {
  const lines: string[] = []
  const log = pinoEventLog<TestEvent>({
    service: 'liquidator',
    environment: 'local',
    level: 'info',
    ...(guard ? { guard } : {}),
    write: (line) => lines.push(line),
  })
  return { log, lines, only: () => JSON.parse(lines[0] ?? '') as Record<string, unknown> }
}

test('writes one JSON object a line with service, environment, trail and decimals as plain text', () => {
  const { log, lines, only } = captured()
  log
    .along({ runId: '20261122T221500Z-370965851' })
    .along({ cdpId: '#7#' })
    .emit({ event: 'test.cdp_liquidated', cdpId: '#7#', profitXrd: Decimal.parse('0.000000000000000001') })
  expect(lines).toHaveLength(1)
  expect(lines[0]).toMatch(/\n$/)
  expect(only()).toMatchObject({
    level: 'info',
    service: 'liquidator',
    environment: 'local',
    event: 'test.cdp_liquidated',
    runId: '20261122T221500Z-370965851',
    cdpId: '#7#',
    profitXrd: '0.000000000000000001',
  })
})

test('an event has the level of its name, and nothing below the log level is written', () => {
  const lines: string[] = []
  const options = { service: 's', environment: 'local', write: (line: string) => lines.push(line) }
  const levels = { 'test.cdp_liquidated': 'error', 'test.keys_derived': 'debug' } as const
  const log = pinoEventLog<TestEvent>({ ...options, level: 'info', levels })
  log.emit({ event: 'test.keys_derived', account: 'account_loc1x' })
  log.emit({ event: 'test.cdp_liquidated', cdpId: '#7#', profitXrd: Decimal.ONE })
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(['error'])
})

test('an event with a cause is at least a warning', () => {
  const { log, only } = captured()
  log.emit({ event: 'test.keys_derived', account: 'account_loc1x' }, new Error('boom'))
  expect(only()).toMatchObject({ level: 'warn' })
})

test('writes an error with its causes and without what a library hung on it', () => {
  const { log, only } = captured()
  const cause = Object.assign(new Error('socket closed'), { request: { headers: { cookie: 'monster' } } })
  log.emit(
    { event: 'test.keys_derived', account: 'account_loc1x' },
    new Error('The parameter was not read.', { cause }),
  )
  expect(only()).toMatchObject({
    error: { message: 'The parameter was not read.', cause: { name: 'Error', message: 'socket closed' } },
  })
  expect(JSON.stringify(only())).not.toContain('monster')
})

test('hides fields named like secrets at any depth', () => {
  const { log, lines } = captured()
  log.emit({
    event: 'test.keys_derived',
    account: 'account_loc1x',
    wallet: { seedPhrase: 'not a phrase', keys: [{ privateKey: 'c0ffee' }] },
  })
  expect(lines[0]).not.toMatch(/not a phrase|c0ffee/)
  expect(lines[0]).toContain('account_loc1x')
})

test('hides a seed phrase inside an error message', () => {
  const { log, lines } = captured()
  log.emit({ event: 'test.keys_derived', account: 'account_loc1x' }, new Error(`invalid mnemonic: ${SEED_PHRASE}`))
  expect(lines[0]).not.toContain('abandon')
  expect(lines[0]).toContain('invalid mnemonic')
})

test('hides a secret it was told of wherever it turns up, escaped or not', () => {
  const guard = new SecretGuard()
  guard.protect('gl"c_eyJvIjoi')
  const { log, lines } = captured(guard)
  log
    .along({ requestId: 'gl"c_eyJvIjoi' })
    .emit(
      { event: 'test.keys_derived', account: 'x gl"c_eyJvIjoi y' },
      new Error('PUT with gl"c_eyJvIjoi refused', { cause: 'gl"c_eyJvIjoi' }),
    )
  expect(lines[0]).not.toContain('eyJvIjoi')
})

test('a secret too short to tell from prose is refused', () => {
  expect(() => new SecretGuard().protect('live')).toThrow(RangeError)
})

test('leaves ordinary prose of an error alone', () => {
  const { log, lines } = captured()
  const prose =
    'The ledger did not answer state/entity/details; it was asked again three times and then we gave up on it.'
  log.emit({ event: 'test.keys_derived', account: 'account_loc1x' }, new Error(prose))
  expect(lines[0]).toContain(prose)
})

test.each([
  ['base64', (secret: string) => Buffer.from(secret).toString('base64')],
  ['base64url', (secret: string) => Buffer.from(secret).toString('base64url')],
  ['hex', (secret: string) => Buffer.from(secret).toString('hex')],
])('hides a secret it was told of in %s', (_, encode) => {
  const guard = new SecretGuard()
  // Its base64 has a + and a /, which base64url spells otherwise.
  const secret = '~~~>>>???pass'
  guard.protect(secret)
  const { log, lines } = captured(guard)
  log.emit({ event: 'test.keys_derived', account: 'account_loc1x' }, new Error(`body was ${encode(secret)}`))
  expect(lines[0]).not.toContain(encode(secret).slice(4, 16))
})

test('hides a seed phrase that comes as an array', () => {
  const { log, lines } = captured()
  log.emit({ event: 'test.keys_derived', account: 'account_loc1x', words: SEED_PHRASE.split(' ') })
  expect(lines[0]).not.toContain('abandon')
})

test('writes no character that a terminal would obey, and the line stays the same JSON', () => {
  const { log, lines, only } = captured()
  const hostile = 'a\u009b31m\u202eb\u001b[2J'
  log.emit({ event: 'test.keys_derived', account: hostile })
  for (const character of ['\u009b', '\u202e', '\u001b']) expect(lines[0]).not.toContain(character)
  expect(only()).toMatchObject({ account: hostile })
})
