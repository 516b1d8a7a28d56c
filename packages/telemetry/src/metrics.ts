/** Every metric there is, with its CloudWatch unit. Dashboards and alarms are checked against these names. */
export const METRIC_UNITS = {
  RunsStarted: 'Count',
  RunsRefused: 'Count',
  JobsSent: 'Count',
  LedgerAgeSeconds: 'Seconds',
  MarketValuesUnreadable: 'Count',
  RangesIndexed: 'Count',
  CdpsEvaluated: 'Count',
  CandidatesQueued: 'Count',
  CandidatesLeftOut: 'Count',
  HealthDisagreements: 'Count',
  ConfirmFailures: 'Count',
  CdpsUnreadable: 'Count',
  CdpsUnjudged: 'Count',
  SecondLooksFailed: 'Count',
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

export interface Metrics {
  /**
   * Adds one data point; its unit is the metric's own.
   * @param value a display value: money as a float is for graphs only and never comes back into a decision.
   */
  count(name: MetricName, value?: number): void
}
