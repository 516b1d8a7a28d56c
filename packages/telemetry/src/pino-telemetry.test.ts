import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import { pinoTelemetry } from './pino-telemetry.ts'
import { SecretGuard } from './secret-guard.ts'

type TestEvent =
  | { event: 'test.cdp_liquidated'; cdpId: string; profitXrd: Decimal }
  | { event: 'test.keys_derived'; account: string; wallet?: { seedPhrase: string; keys: { privateKey: string }[] } }

// The first public test vector of BIP-39.
const SEED_PHRASE = `${'abandon '.repeat(11)}about`

function captured(guard?: SecretGuard) {
  const lines: string[] = []
  const telemetry = pinoTelemetry<TestEvent>({
    service: 'liquidator',
    environment: 'local',
    level: 'info',
    ...(guard ? { guard } : {}),
    write: (line) => lines.push(line),
  })
  return { telemetry, lines, only: () => JSON.parse(lines[0] ?? '') as Record<string, unknown> }
}

test('writes one JSON object a line with service, environment, trail and decimals as plain text', () => {
  const { telemetry, lines, only } = captured()
  telemetry
    .along({ runId: '20261122T221500Z-370965851' })
    .along({ cdpId: '#7#' })
    .info({ event: 'test.cdp_liquidated', cdpId: '#7#', profitXrd: Decimal.parse('0.000000000000000001') })
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

test('writes nothing below its level', () => {
  const { telemetry, lines } = captured()
  telemetry.debug({ event: 'test.keys_derived', account: 'account_loc1x' })
  expect(lines).toEqual([])
})

test('writes an error with its causes and without what a library hung on it', () => {
  const { telemetry, only } = captured()
  const cause = Object.assign(new Error('socket closed'), { request: { headers: { cookie: 'monster' } } })
  telemetry.error(
    { event: 'test.keys_derived', account: 'account_loc1x' },
    new Error('The parameter was not read.', { cause }),
  )
  expect(only()).toMatchObject({
    error: { message: 'The parameter was not read.', cause: { name: 'Error', message: 'socket closed' } },
  })
  expect(JSON.stringify(only())).not.toContain('monster')
})

test('hides fields named like secrets at any depth', () => {
  const { telemetry, lines } = captured()
  telemetry.info({
    event: 'test.keys_derived',
    account: 'account_loc1x',
    wallet: { seedPhrase: 'not a phrase', keys: [{ privateKey: 'c0ffee' }] },
  })
  expect(lines[0]).not.toMatch(/not a phrase|c0ffee/)
  expect(lines[0]).toContain('account_loc1x')
})

test('hides a seed phrase inside an error message', () => {
  const { telemetry, lines } = captured()
  telemetry.error(
    { event: 'test.keys_derived', account: 'account_loc1x' },
    new Error(`invalid mnemonic: ${SEED_PHRASE}`),
  )
  expect(lines[0]).not.toContain('abandon')
  expect(lines[0]).toContain('invalid mnemonic')
})

test('hides a secret it was told of wherever it turns up, escaped or not', () => {
  const guard = new SecretGuard()
  guard.protect('gl"c_eyJvIjoi')
  const { telemetry, lines } = captured(guard)
  telemetry
    .along({ requestId: 'gl"c_eyJvIjoi' })
    .warn(
      { event: 'test.keys_derived', account: 'x gl"c_eyJvIjoi y' },
      new Error('PUT with gl"c_eyJvIjoi refused', { cause: 'gl"c_eyJvIjoi' }),
    )
  expect(lines[0]).not.toContain('eyJvIjoi')
})

test('a secret too short to tell from prose is refused', () => {
  expect(() => new SecretGuard().protect('live')).toThrow(RangeError)
})

test('leaves ordinary prose of an error alone', () => {
  const { telemetry, lines } = captured()
  const prose =
    'The ledger did not answer state/entity/details; it was asked again three times and then we gave up on it.'
  telemetry.warn({ event: 'test.keys_derived', account: 'account_loc1x' }, new Error(prose))
  expect(lines[0]).toContain(prose)
})
