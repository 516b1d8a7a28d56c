import { ConfigError } from '@weft/domain'
import { NetworkConfigError } from '@weft/radix'
import { expect, test } from 'vitest'
import { dispatcherConfig } from './config.ts'

const COMPLETE = {
  WEFT_ENVIRONMENT: 'mainnet',
  WEFT_NETWORK: 'mainnet',
  WEFT_SNAPSHOTS_BUCKET: 'weft-mainnet-snapshots',
  WEFT_RECORDS_TABLE: 'weft-mainnet-records',
  WEFT_INDEXING_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/000000000000/weft-mainnet-indexing',
  AWS_REGION: 'eu-west-1',
}

test('needs no more than names, and fills in careful limits', () => {
  expect(dispatcherConfig(COMPLETE)).toMatchObject({
    network: { name: 'mainnet', networkId: 1 },
    logLevel: 'info',
    rangeSize: 1_000,
    jobLifetimeMs: 600_000,
    freshness: { maxAgeMs: 120_000, haltedAfterMs: 900_000, maxAheadMs: 60_000 },
    aws: { region: 'eu-west-1', endpoint: undefined },
  })
})

test('reports every bad variable at once and repeats no value', () => {
  const bad = {
    WEFT_ENVIRONMENT: 'abandon abandon art',
    WEFT_NETWORK: 'abandon',
    WEFT_GATEWAY_URL: 'ftp://abandon',
    WEFT_LOG_LEVEL: 'abandon',
    WEFT_INDEXING_QUEUE_URL: 'abandon',
    WEFT_RANGE_SIZE: '10001',
    WEFT_JOB_LIFETIME_SECONDS: '9',
    WEFT_MAX_LEDGER_AGE_SECONDS: '1.5',
    WEFT_HALTED_AFTER_SECONDS: '-30',
    WEFT_GATEWAY_REQUESTS_PER_SECOND: '0',
    WEFT_GATEWAY_CONCURRENT_REQUESTS: '1e3',
    WEFT_AWS_ENDPOINT: 'abandon',
    WEFT_SNAPSHOTS_BUCKET: '',
    WEFT_RECORDS_TABLE: 'ab',
  }
  let caught: unknown
  try {
    dispatcherConfig(bad)
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(ConfigError)
  const { problems, message } = caught as ConfigError
  const named = problems.map((problem) => problem.split(' ')[0])
  expect(named.sort()).toEqual([...Object.keys(bad), 'AWS_REGION'].sort())
  expect(message).not.toContain('abandon')
})

test('takes another Gateway than the shipped one', () => {
  const { network } = dispatcherConfig({ ...COMPLETE, WEFT_GATEWAY_URL: 'https://gateway.example' })
  expect(network.gatewayUrls).toEqual(['https://gateway.example'])
})

test('wants a network configuration for a local ledger, whose addresses nobody ships', () => {
  expect(() => dispatcherConfig({ ...COMPLETE, WEFT_NETWORK: 'local' })).toThrow(NetworkConfigError)
})

test('refuses a network on which no market is known', () => {
  const nowhere = { ...COMPLETE, WEFT_NETWORK: 'stokenet' }
  expect(() => dispatcherConfig(nowhere)).toThrow(/stokenet.*WEFT_NETWORK_CONFIG/)
})

test('refuses the configuration of another network than the one asked for', () => {
  const { network } = dispatcherConfig(COMPLETE)
  const other = { ...COMPLETE, WEFT_NETWORK: 'local', WEFT_NETWORK_CONFIG: JSON.stringify(network) }
  expect(() => dispatcherConfig(other)).toThrow(/mainnet.*local/)
})
