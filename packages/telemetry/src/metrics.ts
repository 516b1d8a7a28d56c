export type MetricUnit = 'Count' | 'Seconds' | 'None'
export type EmittingService = 'dispatcher' | 'indexer' | 'liquidator'

export interface MetricDefinition {
  readonly unit: MetricUnit
  /** Who emits it: alarms and widgets name one of these in the dimension `service`. */
  readonly services: readonly EmittingService[]
  /** Dimensions beside `service` and `environment`, which every metric has. */
  readonly dimensions: readonly string[]
  readonly meaning: string
}

/** Every metric there is. What services emit, and what alarms and dashboards ask for, is checked against this list. */
export const METRICS = {
  RunsStarted: { unit: 'Count', services: ['dispatcher'], dimensions: [], meaning: 'runs that sent jobs' },
  RunsRefused: {
    unit: 'Count',
    services: ['dispatcher'],
    dimensions: [],
    meaning: 'runs that the state of the ledger forbade',
  },
  JobsSent: { unit: 'Count', services: ['dispatcher'], dimensions: [], meaning: 'ranges handed to indexers' },
  LedgerAgeSeconds: {
    unit: 'Seconds',
    services: ['dispatcher'],
    dimensions: [],
    meaning: 'age of the newest ledger state when a run began',
  },
  GatewaysFailing: {
    unit: 'Count',
    services: ['dispatcher', 'indexer', 'liquidator'],
    dimensions: [],
    meaning: 'Gateways that do not serve',
  },
  MarketValuesUnreadable: {
    unit: 'Count',
    services: ['dispatcher'],
    dimensions: [],
    meaning: 'values of the market that do not decode: what needs them is not judged or not done',
  },
  RangesIndexed: { unit: 'Count', services: ['indexer'], dimensions: [], meaning: 'ranges evaluated to their end' },
  CdpsEvaluated: { unit: 'Count', services: ['indexer'], dimensions: [], meaning: 'CDPs judged off-ledger' },
  CandidatesQueued: { unit: 'Count', services: ['indexer'], dimensions: [], meaning: 'CDPs queued as liquidatable' },
  CandidatesLeftOut: {
    unit: 'Count',
    services: ['indexer'],
    dimensions: [],
    meaning: 'liquidatable CDPs that a worker has already, or that rest',
  },
  HealthDisagreements: {
    unit: 'Count',
    services: ['indexer', 'liquidator'],
    dimensions: [],
    meaning: 'CDPs of which the ledger and our model differ beyond rounding',
  },
  ConfirmFailures: {
    unit: 'Count',
    services: ['indexer'],
    dimensions: [],
    meaning: 'confirmations that the ledger did not answer',
  },
  CdpsUnreadable: {
    unit: 'Count',
    services: ['indexer'],
    dimensions: [],
    meaning: 'CDPs whose data is of a shape nobody here knows',
  },
  CdpsMissing: {
    unit: 'Count',
    services: ['indexer'],
    dimensions: [],
    meaning: 'minted ids that the Gateway left out: unknown, never covered',
  },
  CdpsUnjudged: {
    unit: 'Count',
    services: ['indexer'],
    dimensions: [],
    meaning: 'CDPs that our model could not judge',
  },
  SecondLooksFailed: {
    unit: 'Count',
    services: ['indexer'],
    dimensions: [],
    meaning: 'contradictions that could not be looked at again',
  },
  CandidatesEnded: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: ['kind'],
    meaning: 'ends of candidates by kind of outcome: each counts here once',
  },
  CandidatesPutOff: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'candidates that went back to the queue since the ledger did not answer or an intent was open',
  },
  LiquidationsCommitted: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'liquidations that committed',
  },
  LiquidationsStale: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'candidates that the ledger had moved past',
  },
  LiquidationsUnprofitable: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'candidates from which too little could be gained',
  },
  LiquidationsQuarantined: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'candidates held for an operator, a price being doubted',
  },
  LiquidationsFailed: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'transactions that failed, expired or were refused by the signer',
  },
  FatesContradicted: {
    unit: 'Count',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'words of a Gateway on fate or epoch that our own clock and what was signed contradict',
  },
  RealisedProfitXrd: {
    unit: 'None',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'what one liquidation brought, XRD',
  },
  QueueToDoneSeconds: {
    unit: 'Seconds',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'from the queue to the end of a candidate',
  },
  WalletXrd: {
    unit: 'None',
    services: ['liquidator'],
    dimensions: [],
    meaning: 'XRD in the operator’s account, also when low',
  },
  FeesXrd: { unit: 'None', services: ['liquidator'], dimensions: [], meaning: 'network fee of one transaction, XRD' },
} as const satisfies Record<string, MetricDefinition>

export type MetricName = keyof typeof METRICS

/** What a data point is told apart by, beside service and environment: of few values, since each is a metric of its own. */
export type MetricDimensions = Readonly<Record<string, string>>

export interface Metrics {
  /**
   * Adds one data point; its unit is the metric's own.
   * @param value a display value: money as a float is for graphs only and never comes back into a decision.
   */
  count(name: MetricName, value?: number, dimensions?: MetricDimensions): void
}
