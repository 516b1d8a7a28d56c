import { ConfigError, Decimal } from '@weft/domain'
import { expect, test } from 'vitest'
import { indexerConfig } from './config.ts'

const COMPLETE = {
  WEFT_ENVIRONMENT: 'mainnet',
  WEFT_NETWORK: 'mainnet',
  WEFT_SNAPSHOTS_BUCKET: 'weft-mainnet-snapshots',
  WEFT_RECORDS_TABLE: 'weft-mainnet-records',
  WEFT_INDEXING_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/000000000000/weft-mainnet-indexing',
  WEFT_INDEXING_DEAD_LETTERS_URL: 'https://sqs.eu-west-1.amazonaws.com/000000000000/weft-mainnet-indexing-dlq',
  WEFT_LIQUIDATION_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/000000000000/weft-mainnet-liquidation',
  AWS_REGION: 'eu-west-1',
}

test('needs no more than names, and asks the ledger about everything from two per cent below the threshold', () => {
  expect(indexerConfig(COMPLETE)).toMatchObject({
    network: { name: 'mainnet', networkId: 1 },
    confirmAboveLiquidationLtv: Decimal.parse('0.98'),
    concurrency: 2,
  })
})

test('reports every bad variable at once and repeats no value', () => {
  const bad = {
    WEFT_ENVIRONMENT: 'abandon abandon art',
    WEFT_NETWORK: 'abandon',
    WEFT_INDEXING_QUEUE_URL: 'abandon',
    WEFT_LIQUIDATION_QUEUE_URL: '',
    WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV: 'abandon',
    WEFT_INDEXER_CONCURRENCY: '33',
    WEFT_GATEWAY_REQUESTS_PER_SECOND: '0',
  }
  let caught: unknown
  try {
    indexerConfig({ ...COMPLETE, ...bad })
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(ConfigError)
  const { problems, message } = caught as ConfigError
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(Object.keys(bad).sort())
  expect(message).not.toContain('abandon')
})

test.each(['0', '1.000000000000000001', '-0.5', '98%'])(
  'refuses to confirm above %s: nothing liquidatable may go unasked',
  (ltv) => {
    expect(() => indexerConfig({ ...COMPLETE, WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV: ltv })).toThrow(
      /WEFT_CONFIRM_ABOVE_LIQUIDATION_LTV/,
    )
  },
)
