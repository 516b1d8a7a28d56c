import { Decimal } from '@weft/domain/decimal'
import { type Charge, type Pricing, roleOf } from './charge.ts'
import type { Traffic } from './traffic.ts'

/** Logs, metrics, alarms, and what ships them. */
export const observabilityCharges: Readonly<Record<string, Pricing>> = {
  aws_cloudwatch_log_group: (resource, { assume }) => {
    const bytes: Record<string, (t: Traffic) => Decimal> = {
      dispatcher: (t) => t.runs.times(assume('logBytesPerRun')),
      indexer: (t) => t.ranges.times(assume('logBytesPerRange')),
      liquidator: (t) => t.attempts.plus(t.declined).times(assume('logBytesPerCandidate')),
    }
    const lines = bytes[roleOf(resource)]
    if (lines === undefined)
      return roleOf(resource).includes('firehose')
        ? [{ what: 'delivery errors', price: 'logs-ingested-gb', quantity: () => Decimal.ZERO }]
        : undefined
    const days = resource.settings.retentionDays
    const months =
      typeof days === 'number'
        ? Decimal.fromInteger(days).dividedBy(Decimal.parse('30.4'))
        : assume('logRetentionMonths')
    const gb = (t: Traffic) => lines(t).times(t.logFactor).dividedBy(GIGA)
    return [
      { what: 'lines taken in', price: 'logs-ingested-gb', quantity: gb },
      // CloudWatch compresses what it keeps; a fifth is what it states itself for text (from memory).
      {
        what: 'lines kept',
        price: 'logs-stored-gb-month',
        quantity: (t) => gb(t).times(months).times(Decimal.parse('0.2')),
      },
      {
        what: "the service's own metrics (EMF)",
        price: 'cloudwatch-metric-month',
        quantity: () => assume('serviceMetrics'),
      },
    ]
  },

  aws_cloudwatch_metric_alarm: () => alarms(1),

  // Target tracking makes two alarms of its own, each over the two metrics of the backlog per task.
  aws_appautoscaling_policy: () => alarms(4),

  aws_cloudwatch_dashboard: () => [
    { what: 'dashboard', price: 'cloudwatch-dashboard-month', quantity: () => Decimal.ONE },
  ],

  aws_ecs_cluster: (resource, { assume }) =>
    resource.settings.containerInsights === 'disabled'
      ? []
      : [
          {
            what: 'Container Insights metrics',
            price: 'cloudwatch-metric-month',
            quantity: () => assume('containerInsightsMetrics'),
          },
        ],

  aws_cloudwatch_metric_stream: (_resource, { assume }) => [
    { what: 'one update a minute for each metric', price: 'metric-stream-update', quantity: () => updates(assume) },
  ],

  aws_kinesis_firehose_delivery_stream: (resource, { assume }) => {
    if (roleOf(resource).includes('metrics'))
      return [
        {
          what: 'metrics carried',
          price: 'firehose-gb',
          quantity: () => updates(assume).times(assume('streamedBytesPerUpdate')).dividedBy(GIGA),
        },
      ]
    if (roleOf(resource).includes('logs'))
      return [
        {
          what: 'log lines carried',
          price: 'firehose-gb',
          quantity: (t) =>
            t.runs
              .times(assume('logBytesPerRun'))
              .plus(t.ranges.times(assume('logBytesPerRange')))
              .plus(t.attempts.plus(t.declined).times(assume('logBytesPerCandidate')))
              .times(t.logFactor)
              .dividedBy(GIGA),
        },
      ]
    return undefined
  },

  aws_sns_topic: () => [{ what: 'alarm mails', price: 'sns-email', quantity: (t) => t.alarmMails }],
}

const GIGA = Decimal.fromInteger(1_000_000_000)

function alarms(metrics: number): Charge[] {
  return [{ what: 'alarm', price: 'cloudwatch-alarm-metric-month', quantity: () => Decimal.fromInteger(metrics) }]
}

function updates(assume: (name: string) => Decimal): Decimal {
  return assume('streamedMetrics').times(assume('hoursPerMonth')).times(Decimal.fromInteger(60))
}
