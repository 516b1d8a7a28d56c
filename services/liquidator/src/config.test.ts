import { ConfigError, Decimal } from '@weft/domain'
import { NetworkConfigError } from '@weft/radix'
import { describe, expect, test } from 'vitest'
import { liquidatorConfig } from './config.ts'
import { limitsOf, ownFundsCaps, policyOf } from './policy.ts'

const COMPLETE = {
  WEFT_ENVIRONMENT: 'mainnet',
  WEFT_NETWORK: 'mainnet',
  WEFT_RECORDS_TABLE: 'weft-mainnet-records',
  WEFT_LIQUIDATION_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/000000000000/weft-mainnet-liquidation',
  WEFT_LIQUIDATION_DEAD_LETTERS_URL: 'https://sqs.eu-west-1.amazonaws.com/000000000000/weft-mainnet-liquidation-dlq',
  WEFT_MODE_PARAMETER: '/weft/mainnet/mode',
  WEFT_SEED_PHRASE_PARAMETER: '/weft/mainnet/seed-phrase',
  AWS_REGION: 'eu-west-1',
}

test('needs no more than names, and fills in a policy that protects lenders first', () => {
  const config = liquidatorConfig(COMPLETE)
  expect(config).toMatchObject({ network: { name: 'mainnet', networkId: 1 }, accountIndex: 0, logLevel: 'info' })
  expect(policyOf(config.settings)).toMatchObject({ minProfitXrd: Decimal.parse('5'), lsuExit: 'best', denied: [] })
  expect(policyOf(config.settings).maxCallsPerTransaction).toBe(4)
  const { protocolMode } = policyOf(config.settings)
  expect([String(protocolMode?.maxLossPerCdpXrd), String(protocolMode?.maxLossPerDayXrd)]).toEqual(['25', '250'])
  expect(limitsOf(config.settings).spend.maxLossesPerDayXrd.gt(Decimal.parse('250'))).toBe(true)
})

test('reports every bad variable at once and repeats no value', () => {
  const bad = {
    ...COMPLETE,
    WEFT_NETWORK: 'testnet',
    WEFT_ACCOUNT_INDEX: '-1',
    WEFT_MODE_PARAMETER: 'zoo zoo zoo',
    AWS_REGION: '',
  }
  let caught: unknown
  try {
    liquidatorConfig(bad)
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(ConfigError)
  const { message } = caught as ConfigError
  for (const name of ['WEFT_NETWORK', 'WEFT_ACCOUNT_INDEX', 'WEFT_MODE_PARAMETER', 'AWS_REGION'])
    expect(message).toContain(name)
  expect(message).not.toContain('zoo')
})

test('reads the policy as decimal text', () => {
  const { settings } = liquidatorConfig({
    ...COMPLETE,
    WEFT_LIQUIDATION_POLICY:
      '{"minProfitXrd":"0.000000000000000001","protocolMode":{"maxLossPerCdpXrd":"50","maxLossPerDayXrd":"200"}}',
  })
  expect(settings.minProfitXrd.attos).toBe(1n)
  expect(policyOf(settings).protocolMode?.maxLossPerDayXrd).toEqual(Decimal.parse('200'))
})

test('a loss per CDP of 0 turns protocol mode off, whatever the other limits', () => {
  const { settings } = liquidatorConfig({
    ...COMPLETE,
    WEFT_LIQUIDATION_POLICY:
      '{"protocolMode":{"maxLossPerCdpXrd":"0","maxLossPerDayXrd":"0"},"maxLossesPerDayXrd":"0"}',
  })
  expect(policyOf(settings)).not.toHaveProperty('protocolMode')
})

test.each([
  ['no JSON', '{'],
  ['a governor of losses below what is lost on purpose by default', '{"maxLossesPerDayXrd":"250"}'],
  ['a float instead of decimal text', '{"minProfitXrd":5}'],
  ['a loss per CDP above the loss per day', '{"protocolMode":{"maxLossPerCdpXrd":"201","maxLossPerDayXrd":"200"}}'],
  [
    'a loss budget that would set off the governor',
    '{"protocolMode":{"maxLossPerCdpXrd":"5","maxLossPerDayXrd":"1000"}}',
  ],
  ['a fee that the signer would refuse', '{"lockFeeXrd":"25.1"}'],
  ['a setting that does not exist', '{"minProfit":"5"}'],
  ['a negative amount', '{"minProfitXrd":"-1"}'],
  ['no call at all', '{"maxCallsPerTransaction":0}'],
  ['a slippage above one', '{"maxSlippage":"1.5"}'],
])('refuses a policy with %s', (_, policy) => {
  expect(() => liquidatorConfig({ ...COMPLETE, WEFT_LIQUIDATION_POLICY: policy })).toThrow(/WEFT_LIQUIDATION_POLICY/)
})

test('names the setting of a policy that is no decimal, and repeats nothing of it', () => {
  const read = (minProfitXrd: string) => () =>
    liquidatorConfig({ ...COMPLETE, WEFT_LIQUIDATION_POLICY: JSON.stringify({ minProfitXrd }) })
  expect(read('zoo zoo zoo vote')).toThrow(/WEFT_LIQUIDATION_POLICY\.minProfitXrd .*character 1 of 16/)
  expect(read('zoo zoo zoo vote')).not.toThrow(/zoo/)
  expect(read('8'.repeat(64))).not.toThrow(/88/)
})

test('wants a network configuration for a local ledger, whose addresses nobody ships', () => {
  expect(() => liquidatorConfig({ ...COMPLETE, WEFT_NETWORK: 'local' })).toThrow(NetworkConfigError)
})

test('a claim outlives every worker, and a worker gives back before its function times out', () => {
  const { leaseMs, follow } = limitsOf(liquidatorConfig(COMPLETE).settings)
  const functionTimeoutMs = 120_000
  const visibilityTimeoutMs = 6 * functionTimeoutMs
  expect(follow.giveBackAfterMs).toBeLessThan(functionTimeoutMs)
  expect(leaseMs).toBeGreaterThan(functionTimeoutMs)
  expect(leaseMs).toBeLessThan(visibilityTimeoutMs)
})

describe('the deny and allow lists', () => {
  const MAINNET_RESOURCE = 'resource_rdx1t4upr78guuapv5ept7d7ptekk9mqhy605zgms33mcszen8l9fac8vf'
  const STOKENET_RESOURCE = 'resource_tdx_2_1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxtfd2jc'
  const configured = (subject: string, expiresAtMs: number | null = null, list = 'denied') =>
    liquidatorConfig({
      ...COMPLETE,
      WEFT_LIQUIDATION_POLICY: JSON.stringify({ [list]: [{ subject, reason: 'court order', expiresAtMs }] }),
    })

  test.each(['#1#', MAINNET_RESOURCE])('take %s as the ledger spells it', (subject) => {
    expect(configured(subject).settings.denied).toMatchObject([{ subject }])
    expect(configured(subject, 1_795_966_800_000, 'allowed').settings.allowed).toHaveLength(1)
  })

  test.each(['1', '#1', ' #1# ', '#01#', '#0#', 'xUSDC', MAINNET_RESOURCE.toUpperCase(), `${MAINNET_RESOURCE} `])(
    'refuse "%s", which would match nothing',
    (subject) => expect(() => configured(subject)).toThrow(ConfigError),
  )

  test.each(['denied', 'allowed'])('refuse a resource of another network: %s', (list) => {
    expect(() => configured(STOKENET_RESOURCE, null, list)).toThrow(
      `${list}: ${STOKENET_RESOURCE} is an address of another`,
    )
  })

  test.each([1_795_966_800, 1_795_966_800_000_000])(
    'refuse an expiry that is not in milliseconds: %i',
    (expiresAtMs) => {
      expect(() => configured('#1#', expiresAtMs)).toThrow(ConfigError)
    },
  )
})

test('one Gateway alone is trusted with less of the own funds, and the operator’s word counts before either', () => {
  const { settings } = liquidatorConfig(COMPLETE)
  const caps = (of: typeof settings, gateways: number) =>
    Object.values(ownFundsCaps(of, gateways)).map((each) => each.toString())
  expect(caps(settings, 1)).toEqual(['20000', '200000'])
  expect(caps(settings, 2)).toEqual(['50000', '500000'])
  const told = { ...settings, maxOwnXrdPerTransaction: Decimal.parse('7'), maxOwnXrdPerHour: Decimal.parse('9') }
  expect(caps(told, 1)).toEqual(['7', '9'])
})

test('a cap per transaction above the hour’s is refused', () => {
  const policy = { maxOwnXrdPerTransaction: '10', maxOwnXrdPerHour: '9' }
  expect(() => liquidatorConfig({ ...COMPLETE, WEFT_LIQUIDATION_POLICY: JSON.stringify(policy) })).toThrow(
    'must not be above maxOwnXrdPerHour',
  )
})
