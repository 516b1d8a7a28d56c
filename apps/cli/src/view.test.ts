import type { StackStatus } from '@weft/stack'
import { expect, test } from 'vitest'
import { renderStatus } from './view.ts'

const IDLE = { ready: 0, inFlight: 0, oldestAgeSeconds: 0 }

function aStatus(changes: Partial<StackStatus> = {}): StackStatus {
  return {
    scenario: 'xrd-crash',
    elapsedMs: 65_400,
    gatewayUrl: 'http://127.0.0.1:4100',
    awsEndpoint: 'http://127.0.0.1:4200',
    ledger: {
      stateVersion: 812,
      epoch: 10_002,
      cdps: 960,
      liquidatable: 17,
      liquidations: 41,
      liquidationsByOthers: 3,
    },
    moves: [],
    runs: { dispatched: 9, refused: 1, lastSeconds: 2.34 },
    queues: { indexing: IDLE, liquidation: IDLE },
    candidates: 61,
    outcomes: {},
    liquidationsPerMinute: 37.6,
    gatewayRequests: 1234,
    recent: [],
    ...changes,
  }
}

test('shows where the data is on its way: ledger, runs, queues, candidates, outcomes, requests', () => {
  const screen = renderStatus(
    aStatus({
      moves: [{ symbol: 'xUSDC', priceXrd: '300', percent: 33 }],
      queues: { indexing: IDLE, liquidation: { ready: 12, inFlight: 4, oldestAgeSeconds: 7.6 } },
      outcomes: { stale: 4, liquidated: 38, unprofitable: 2 },
      recent: ['#7# liquidated'],
    }),
  )
  for (const text of [
    'scenario xrd-crash · 1:05',
    'state version 812 · epoch 10002 · 960 CDPs · 17 liquidatable now',
    'xUSDC +33.0 %',
    '9 runs · 1 refused · last took 2.3 s · 1234 Gateway requests',
    '12 waiting · 4 in flight · oldest 8 s',
    '61 candidates · 41 liquidations on the ledger · 38 a minute · 3 by others',
    'liquidated 38 · stale 4 · unprofitable 2',
    '#7# liquidated',
    'WEFT_AWS_ENDPOINT=http://127.0.0.1:4200 npm run weft -- executions list',
  ])
    expect(screen).toContain(text)
})

test('says in words that nothing has happened yet', () => {
  const screen = renderStatus(aStatus())
  expect(screen).toContain('prices as at the start')
  expect(screen).toContain('no candidate has ended yet')
})

test('fits a terminal of a hundred columns, however long a queue or a line is', () => {
  const flood = { ready: 1_000_000, inFlight: 9_999, oldestAgeSeconds: 86_400 }
  const moves = ['xUSDC', 'xUSDT', 'hUSDC', 'hUSDT', 'xwBTC', 'xETH'].map((symbol) => ({
    symbol,
    priceXrd: '1',
    percent: -99.9,
  }))
  const screen = renderStatus(
    aStatus({
      moves,
      queues: { indexing: flood, liquidation: flood },
      recent: Array.from({ length: 50 }, (_, index) => `${index} ${'x'.repeat(300)}`),
    }),
  )
  const lines = screen.split('\n')
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100)
  expect(lines.filter((line) => line.includes('xxx'))).toHaveLength(12)
  expect(screen).toContain(`${'█'.repeat(20)} 1000000 waiting`)
  expect(screen).not.toContain('37 xxx')
  expect(screen).toContain('49 xxx')
})
