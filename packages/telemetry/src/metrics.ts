/** Every metric there is, with its CloudWatch unit. Dashboards and alarms are checked against these names. */
export const METRIC_UNITS = {
  RunsStarted: 'Count',
  RunsRefused: 'Count',
  JobsSent: 'Count',
  LedgerAgeSeconds: 'Seconds',
  GatewaysFailing: 'Count',
  RangesIndexed: 'Count',
  CdpsEvaluated: 'Count',
  CandidatesQueued: 'Count',
  CandidatesLeftOut: 'Count',
  HealthDisagreements: 'Count',
  ConfirmFailures: 'Count',
  CdpsUnreadable: 'Count',
  SecondLooksFailed: 'Count',
  /** By kind of outcome: every end of a candidate counts here once. */
  CandidatesEnded: 'Count',
  LiquidationsCommitted: 'Count',
  LiquidationsStale: 'Count',
  LiquidationsUnprofitable: 'Count',
  LiquidationsQuarantined: 'Count',
  LiquidationsFailed: 'Count',
  RealisedProfitXrd: 'None',
  QueueToDoneSeconds: 'Seconds',
  WalletXrd: 'None',
  FeesXrd: 'None',
} as const satisfies Record<string, 'Count' | 'Seconds' | 'None'>

export type MetricName = keyof typeof METRIC_UNITS
export type MetricUnit = (typeof METRIC_UNITS)[MetricName]

/** What a data point is told apart by, beside service and environment: of few values, since each is a metric of its own. */
export type MetricDimensions = Readonly<Record<string, string>>

export interface Metrics {
  /**
   * Adds one data point; its unit is the metric's own.
   * @param value a display value: money as a float is for graphs only and never comes back into a decision.
   */
  count(name: MetricName, value?: number, dimensions?: MetricDimensions): void
}
