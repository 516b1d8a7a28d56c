import { Decimal } from '@weft/domain/decimal'
import { type Charge, type Pricing, roleOf } from './charge.ts'
import type { PlanSummary, SummaryResource } from './plan-summary.ts'

/** Queues, buckets, the table, the image repository, keys and secrets. */
export const storeCharges: Readonly<Record<string, Pricing>> = {
  aws_sqs_queue: (resource, { assume }) => {
    const requests = (quantity: Charge['quantity']): Charge[] => [{ what: 'requests', price: 'sqs-request', quantity }]
    const role = roleOf(resource)
    // Nothing polls a dead-letter queue but a person; CloudWatch reads its depth for nothing.
    if (role.endsWith('-dlq')) return requests(() => Decimal.ZERO)
    if (role === 'indexing')
      // Sent ten at a time, received and deleted one by one; the base task's idle polls last 20 s each.
      return requests((traffic) =>
        traffic.ranges.times(Decimal.parse('2.1')).plus(assume('hoursPerMonth').times(Decimal.fromInteger(180))),
      )
    if (role === 'liquidation')
      return requests((traffic) =>
        traffic.attempts
          .plus(traffic.declined)
          .times(Decimal.parse('2.1'))
          .plus(assume('hoursPerMonth').times(assume('lambdaPollersRequestsPerHour'))),
      )
    return undefined
  },

  aws_s3_bucket: (resource, { assume, plan }) => {
    switch (roleOf(resource)) {
      case 'snapshots': {
        const months = Decimal.fromInteger(expireDays(resource, plan)).dividedBy(DAYS_PER_MONTH)
        return [
          {
            what: 'writes: a market per run, a batch per range',
            price: 's3-put',
            quantity: (t) => t.runs.plus(t.ranges),
          },
          { what: 'reads: the market, once per range', price: 's3-get', quantity: (t) => t.ranges },
          {
            what: 'snapshots until they expire',
            price: 's3-gb-month',
            quantity: (t) =>
              t.readings
                .times(assume('batchRowBytes'))
                .plus(t.runs.times(assume('marketSnapshotBytes')))
                .dividedBy(GIGA)
                .times(months),
          },
        ]
      }
      case 'artefacts':
        return [{ what: 'zips and saved plans', price: 's3-gb-month', quantity: () => assume('artefactGb') }]
      case 'terraform-state':
        return [{ what: 'states', price: 's3-gb-month', quantity: () => Decimal.parse('0.1') }]
      default:
        // What Grafana refuses lands here; when all is well that is nothing.
        return roleOf(resource).endsWith('-fallback')
          ? [{ what: 'refused deliveries', price: 's3-gb-month', quantity: () => Decimal.ZERO }]
          : undefined
    }
  },

  aws_dynamodb_table: (resource, { assume }) => {
    if (roleOf(resource) === 'terraform-locks')
      return [{ what: 'locks', price: 'dynamodb-write', quantity: () => Decimal.fromInteger(1000) }]
    if (roleOf(resource) !== 'records') return undefined
    const gb: Charge['quantity'] = (t) =>
      t.ranges
        .plus(t.runs)
        .plus(t.attempts)
        .times(assume('recordBytes'))
        .times(assume('recordLifetimeMonths'))
        .dividedBy(GIGA)
    const charges: Charge[] = [
      {
        // An attempt enters the index by-kind once, where its later writes change nothing, and by-spending with its last write.
        what: 'writes: per range, three per run and six per liquidation, and their entries in the indexes',
        price: 'dynamodb-write',
        quantity: (t) =>
          t.ranges.plus(t.runs.times(Decimal.fromInteger(3 + 1))).plus(t.attempts.times(Decimal.fromInteger(6 + 2))),
      },
      {
        what: 'reads',
        price: 'dynamodb-read',
        quantity: (t) =>
          t.ranges
            .plus(t.runs.times(Decimal.fromInteger(3)))
            .plus(t.attempts.plus(t.declined).times(Decimal.fromInteger(4))),
      },
      { what: 'records', price: 'dynamodb-gb-month', quantity: gb },
    ]
    if (resource.settings.pointInTimeRecovery === true)
      charges.push({ what: 'point-in-time recovery', price: 'dynamodb-pitr-gb-month', quantity: gb })
    return charges
  },

  aws_ecr_repository: (_resource, { assume }) => [
    { what: 'images', price: 'ecr-gb-month', quantity: () => assume('imageGb') },
  ],

  aws_secretsmanager_secret: () => [{ what: 'secret', price: 'secret-month', quantity: () => Decimal.ONE }],

  aws_kms_key: () => [{ what: 'key', price: 'kms-key-month', quantity: () => Decimal.ONE }],
}

const GIGA = Decimal.fromInteger(1_000_000_000)
const DAYS_PER_MONTH = Decimal.parse('30.4')
/** As blueprints/liquidation-service sets it; a plan that is silent is priced by it. */
const SNAPSHOT_DAYS = 90

/** The bucket's lifecycle rules stand beside it, in the same module. */
function expireDays(bucket: SummaryResource, plan: PlanSummary): number {
  const module = bucket.address.replace(/aws_s3_bucket\..*$/, '')
  const rules = plan.resources.find(
    ({ address, type }) => type === 'aws_s3_bucket_lifecycle_configuration' && address.startsWith(module),
  )
  const days = Number(rules?.settings.expireDays)
  return Number.isSafeInteger(days) && days > 0 ? days : SNAPSHOT_DAYS
}
