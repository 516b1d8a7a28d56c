import type { FaultPlanInput, GenesisOverrides, NearThreshold } from '@weft/ledger'
import type { Scenario } from './scenario.ts'

const MINUTE_MS = 60_000
/** Of idle time: a cadence without work lasts little more than a second, so a higher rate wins nothing. Latency is measured at rate 1. */
const FAST = 240
/** The market takes a new price when the one it has is 15 minutes old: it sees every second of these. */
const PRICE_EVERY_MS = 8 * MINUTE_MS
/** After the last step: it is in force by then, and has been looked at. */
const LAST_PRICE_MS = 21 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

/** Every price in XRD: when XRD falls against the dollar, all others rise by the same factor. */
const OTHERS = ['LSULP', 'xUSDC', 'xUSDT', 'xwBTC', 'xETH', 'hUSDC', 'hUSDT', 'hWBTC', 'hETH', 'hSOL'] as const
const DOLLAR_PRICED = OTHERS.filter((symbol) => symbol !== 'LSULP')

function xrdFallsBy(percent: number): Readonly<Record<string, string>> {
  // 1 ÷ (1 − p): four digits are plenty for a scenario, and plain text for the ledger.
  const factor = (100 / (100 - percent)).toFixed(4)
  return Object.fromEntries(DOLLAR_PRICED.map((symbol) => [symbol, factor]))
}

/** Fine steps, as a market falls: one that lost a third at once would leave CDPs that no liquidation can heal. */
const crash = [3.5, 7, 10.5, 14, 17.5, 21, 24.5, 28, 31.5, 35].map((percent, step) => ({
  kind: 'scale-prices' as const,
  atMs: MINUTE_MS + step * PRICE_EVERY_MS,
  factors: xrdFallsBy(percent),
}))

/** Faster than borrowers and competitors can keep up with. */
const plunge = [7, 14, 21, 28, 35].map((percent, step) => ({
  kind: 'scale-prices' as const,
  atMs: 2 * MINUTE_MS + step * PRICE_EVERY_MS,
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
  mempool: { loseProbability: 0.05, slowProbability: 0.1, slowFactor: 2, likelyRejectionProbability: 0.1 },
}

/**
 * People who hold XRD and borrowed dollars: most of what a fall of XRD endangers. Of what can be sold at once: LSU and claims are bought
 * with the operator's own funds step by step, so that what they wait for is no measure of the services; the other CDPs have them.
 */
const crowdOf = (share: string, ...liquidationLtv: NearThreshold['liquidationLtv']): NearThreshold => ({
  share,
  liquidationLtv,
  loans: DOLLAR_PRICED,
  collaterals: ['XRD', 'LSULP'],
  kinds: ['token', 'deposit-unit'],
})

/**
 * One liquidation of a CDP against XRD repays half a debt and seizes 7 % more than that. It heals when LTV is below
 * 2 ÷ (1 + 0.8 × 1.07) = 1.077, or 4 ÷ (3 + 0.8 × 1.07) = 1.037 when it repays one of two equal debts. A fall of 5 % takes the crowd to
 * 1.003–1.035. The realistic CDPs that are as near make the share 30 % of all.
 */
const SHOCKED = crowdOf('0.293', '0.953', '0.983')
const STREAMED = crowdOf('0.5', '0.94', '0.983')
/** Hundreds of liquidations sell the same collateral between two prices; arbitrage that would refill a shallower exchange comes with prices only. */
const DEEP_EXCHANGE_XRD = '1000000000'

/** Not the exchange is on trial in a crash: on the default depth the last CDPs wait for it, not for us, and the run takes twice as long. */
const CRASH_GENESIS: GenesisOverrides = { dexDepthXrd: DEEP_EXCHANGE_XRD }

/** All feeds but HUG's are refreshed as the real ones were: a price that nobody updates for four hours makes the market refuse. */
const UNCHANGED = Object.fromEntries(OTHERS.map((symbol) => [symbol, '1']))

/** 53 hours of the wrong price in jumps of three: each jump moves the clock, refreshes the right feeds and repeats the wrong one. */
const wrongHours = Array.from({ length: 18 }, (_, jump) => {
  const atMs = (10 + jump * 2) * MINUTE_MS
  return [
    { kind: 'advance-time' as const, atMs, ms: 3 * HOUR_MS },
    { kind: 'scale-prices' as const, atMs, factors: UNCHANGED },
    { kind: 'set-prices' as const, atMs, prices: { HUG: `12${60 + jump}.048956797137538379` }, feedOnly: true },
  ]
}).flat()
const AFTER_WRONG_HOURS_MS = (10 + 18 * 2) * MINUTE_MS

/** Where latency is measured no time is skipped, so a run comes every few seconds and a price is in force at once. */
const REAL_TIME = { rate: 1, cadenceMs: 5_000, epochMs: 60_000 } as const

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'calm',
    summary: 'Prices wander by fractions of a per cent; nothing may be liquidated.',
    steps: [1, 2, 3].map((step) => ({
      kind: 'scale-prices' as const,
      // Between two refreshes of the feed, which come every ten minutes.
      atMs: (10 * step - 5) * MINUTE_MS,
      factors: Object.fromEntries(DOLLAR_PRICED.map((symbol) => [symbol, step % 2 === 0 ? '1.001' : '0.999'])),
    })),
    expectation: { liquidations: 'none' },
    scriptMs: 46 * MINUTE_MS,
    drainMs: 20 * MINUTE_MS,
    rate: FAST,
  },
  {
    name: 'xrd-crash',
    summary: 'XRD loses 35 % in ten steps; borrowers of dollars against XRD fall below their threshold.',
    steps: crash,
    expectation: { liquidations: 'some' },
    scriptMs: MINUTE_MS + 9 * PRICE_EVERY_MS + LAST_PRICE_MS,
    drainMs: 2 * HOUR_MS,
    rate: FAST,
    genesis: CRASH_GENESIS,
  },
  {
    name: 'depeg',
    summary: 'xUSDT loses 20 % against the dollar: its holders are liquidated, its borrowers gain.',
    steps: ['0.95', '0.9', '0.85', '0.8'].map((factor, step) => ({
      kind: 'scale-prices' as const,
      atMs: 2 * MINUTE_MS + step * PRICE_EVERY_MS,
      factors: { xUSDT: factor },
    })),
    expectation: { liquidations: 'any' },
    scriptMs: 2 * MINUTE_MS + 3 * PRICE_EVERY_MS + LAST_PRICE_MS,
    drainMs: 2 * HOUR_MS,
    rate: FAST,
  },
  {
    name: 'churn',
    summary: 'A crash while borrowers repay, add and close, and a competitor liquidates first: candidates go stale.',
    steps: [{ kind: 'actors', atMs: 0, borrowers: 0.1, competitor: 0.1 }, ...plunge],
    expectation: { liquidations: 'some', minStale: 1 },
    scriptMs: 2 * MINUTE_MS + 4 * PRICE_EVERY_MS + LAST_PRICE_MS,
    drainMs: 2 * HOUR_MS,
    rate: FAST,
    // One pair of hands, so that candidates wait in the queue while others act.
    liquidatorConcurrency: 1,
  },
  {
    name: 'flaky-gateway',
    summary: 'The crash behind a Gateway that is slow, answers 429 and 503, drops connections and loses submissions.',
    steps: crash,
    expectation: { liquidations: 'some' },
    scriptMs: MINUTE_MS + 9 * PRICE_EVERY_MS + LAST_PRICE_MS,
    drainMs: 2 * HOUR_MS,
    rate: FAST,
    // Short, so that an intent that got lost is given up within the scenario.
    epochMs: 20_000,
    gatewayFaults: FLAKY,
    genesis: CRASH_GENESIS,
  },
  {
    name: 'feed-error',
    summary:
      'HUG ×10⁷ for 53 hours, the transaction of 30 August 2026, then the floor: not one liquidation on a wrong price.',
    steps: [
      { kind: 'open-cdp', atMs: 0, name: 'bystander', collaterals: { HUG: '400000000' }, loans: { XRD: '9000' } },
      { kind: 'await-run', atMs: MINUTE_MS },
      { kind: 'set-prices', atMs: 8 * MINUTE_MS, prices: { HUG: '1289.783156723014634465' }, feedOnly: true },
      { kind: 'await-run', atMs: 9 * MINUTE_MS },
      ...wrongHours,
      {
        kind: 'exploit-price',
        atMs: AFTER_WRONG_HOURS_MS,
        collaterals: { HUG: '539703.171057886068001932' },
        loans: { LSULP: '5000', XRD: '5000' },
        takeBack: { HUG: '539000' },
      },
      { kind: 'await-run', atMs: AFTER_WRONG_HOURS_MS + MINUTE_MS },
      {
        kind: 'set-prices',
        atMs: AFTER_WRONG_HOURS_MS + 2 * MINUTE_MS,
        prices: { HUG: '0.0000000001' },
        feedOnly: true,
      },
      { kind: 'await-run', atMs: AFTER_WRONG_HOURS_MS + LAST_PRICE_MS },
    ],
    expectation: { liquidations: 'none', untrusted: ['HUG'], badDebt: true, outcomes: ['quarantined'] },
    scriptMs: AFTER_WRONG_HOURS_MS + LAST_PRICE_MS + 5 * MINUTE_MS,
    // Hours that pass in an instant look like a halt, and the quiet period after one would hide what the prices are judged by.
    policy: { quietPeriodSeconds: 0 },
    drainMs: HOUR_MS,
    rate: FAST,
  },
  {
    name: 'ledger-halt',
    summary:
      'The ledger stands still for eleven days and restarts with stale prices: nothing is sent until all is fresh again.',
    steps: [
      { kind: 'await-run', atMs: 0 },
      { kind: 'halt', atMs: 5 * MINUTE_MS, halted: true },
      { kind: 'advance-time', atMs: 6 * MINUTE_MS, ms: 11 * 24 * HOUR_MS },
      { kind: 'halt', atMs: 18 * MINUTE_MS, halted: false },
      { kind: 'scale-prices', atMs: 24 * MINUTE_MS, factors: xrdFallsBy(14) },
    ],
    expectation: { liquidations: 'some', refusedRuns: true, outcomes: ['ledger-not-fresh'] },
    // Longer than the quiet period.
    scriptMs: 55 * MINUTE_MS,
    drainMs: 2 * HOUR_MS,
    rate: FAST,
  },
  {
    name: 'shock-30',
    summary:
      'One price update of −5 % makes 30 % of all CDPs liquidatable at once; nearly all need one liquidation each.',
    steps: [{ kind: 'scale-prices', atMs: 2_000, factors: xrdFallsBy(5) }],
    expectation: { liquidations: 'some', minLiquidatableShare: 0.28 },
    scriptMs: 5_000,
    drainMs: 120_000,
    ...REAL_TIME,
    genesis: { nearThreshold: SHOCKED, dexDepthXrd: DEEP_EXCHANGE_XRD, priceDebounceSeconds: 0 },
  },
  {
    name: 'stream-250',
    summary: 'XRD sinks evenly: 250 CDPs a minute become liquidatable until half of all have been (2 500 CDPs: 5 min).',
    steps: [{ kind: 'cross-thresholds', atMs: 2_000, crowd: STREAMED, perMinute: 250, symbols: DOLLAR_PRICED }],
    // With few CDPs the stream is short, and a run more or less between its first and its last is a third of it.
    expectation: { liquidations: 'some', minCandidatesPerMinute: 150 },
    scriptMs: 2_000,
    drainMs: 90_000,
    ...REAL_TIME,
    genesis: { nearThreshold: STREAMED, dexDepthXrd: DEEP_EXCHANGE_XRD, priceDebounceSeconds: 0 },
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
