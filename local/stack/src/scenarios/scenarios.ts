import type { FaultPlanInput } from '@weft/ledger'
import type { Scenario } from './scenario.ts'

/** Every price in XRD: when XRD falls against the dollar, all others rise by the same factor. */
const OTHERS = ['LSULP', 'xUSDC', 'xUSDT', 'xwBTC', 'xETH', 'hUSDC', 'hUSDT', 'hWBTC', 'hETH', 'hSOL'] as const
const DOLLAR_PRICED = OTHERS.filter((symbol) => symbol !== 'LSULP')

function xrdFallsBy(percent: number): Readonly<Record<string, string>> {
  // 1 ÷ (1 − p): four digits are plenty for a scenario, and plain text for the ledger.
  const factor = (100 / (100 - percent)).toFixed(4)
  return Object.fromEntries(DOLLAR_PRICED.map((symbol) => [symbol, factor]))
}

const crash = [7, 14, 21, 28, 35].map((percent, step) => ({
  kind: 'scale-prices' as const,
  atMs: 2_000 + step * 3_000,
  factors: xrdFallsBy(percent),
}))

/** A bad day of a public Gateway: slow, limited, now and then gone, and a mempool that loses what it took. */
const FLAKY: FaultPlanInput = {
  rules: [
    { endpoint: '*', fault: { kind: 'latency', medianMs: 20, p95Ms: 150 } },
    { endpoint: '*', probability: 0.03, fault: { kind: 'rate-limited' } },
    { endpoint: '*', probability: 0.02, fault: { kind: 'unavailable' } },
    { endpoint: '*', probability: 0.01, fault: { kind: 'dropped-connection' } },
    { endpoint: '/state/non-fungible/data', probability: 0.05, fault: { kind: 'lagging-replica', versions: 3 } },
    { endpoint: '/transaction/submit', probability: 0.1, fault: { kind: 'timed-out' } },
  ],
  mempool: { loseProbability: 0.1, slowProbability: 0.1, slowFactor: 2, likelyRejectionProbability: 0.1 },
}

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'calm',
    summary: 'Prices wander by fractions of a per cent; nothing may be liquidated.',
    steps: [1, 2, 3].map((step) => ({
      kind: 'scale-prices' as const,
      atMs: step * 3_000,
      factors: Object.fromEntries(DOLLAR_PRICED.map((symbol) => [symbol, step % 2 === 0 ? '1.001' : '0.999'])),
    })),
    expectation: { liquidations: 'none' },
    scriptMs: 12_000,
    drainMs: 20_000,
  },
  {
    name: 'xrd-crash',
    summary: 'XRD loses 35 % in five steps; borrowers of dollars against XRD fall below their threshold.',
    steps: crash,
    expectation: { liquidations: 'some' },
    scriptMs: 15_000,
    drainMs: 90_000,
  },
  {
    name: 'depeg',
    summary: 'xUSDT loses 20 % against the dollar: its holders are liquidated, its borrowers gain.',
    steps: ['0.95', '0.9', '0.85', '0.8'].map((factor, step) => ({
      kind: 'scale-prices' as const,
      atMs: 2_000 + step * 3_000,
      factors: { xUSDT: factor },
    })),
    expectation: { liquidations: 'any' },
    scriptMs: 12_000,
    drainMs: 90_000,
  },
  {
    name: 'churn',
    summary: 'A crash while borrowers repay, add and close, and a competitor liquidates first: candidates go stale.',
    steps: [{ kind: 'actors', atMs: 0, borrowers: 0.8, competitor: 0.25 }, ...crash],
    expectation: { liquidations: 'some', minStale: 1 },
    scriptMs: 15_000,
    drainMs: 90_000,
  },
  {
    name: 'flaky-gateway',
    summary: 'The crash behind a Gateway that is slow, answers 429 and 503, drops connections and loses submissions.',
    steps: crash,
    expectation: { liquidations: 'some' },
    scriptMs: 15_000,
    drainMs: 150_000,
    gatewayFaults: FLAKY,
  },
]

/** @throws {UnknownScenarioError} naming those that exist. */
export function scenarioNamed(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name)
  if (!found) throw new UnknownScenarioError(name)
  return found
}

export class UnknownScenarioError extends Error {
  override readonly name = 'UnknownScenarioError'

  constructor(name: string) {
    super(`There is no scenario "${name}"; choose one of ${SCENARIOS.map((scenario) => scenario.name).join(', ')}.`)
  }
}
