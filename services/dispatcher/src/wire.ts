import {
  type AwsClients,
  DynamoRunStore,
  priceTrustStore,
  RecordsTable,
  S3Objects,
  S3SnapshotStore,
  SqsJobQueue,
} from '@weft/aws'
import { type Clock, censusOfRun } from '@weft/domain'
import { GatewayClient, GatewayLedger, GatewayPast, isFailing, plausibilityOf } from '@weft/radix'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { DispatcherConfig } from './config.ts'
import type { DispatcherDeps } from './dispatch.ts'
import type { DispatcherEvent } from './events.ts'
import { watchPrices } from './price-watch.ts'

export interface Surroundings {
  readonly aws: Pick<AwsClients, 'dynamodb' | 's3' | 'sqs'>
  readonly clock: Clock
  readonly log: EventLog<DispatcherEvent>
  readonly metrics: Metrics
}

/** The dispatcher with its real adapters, the same on AWS and on one machine. */
export function wireDispatcher(config: DispatcherConfig, { aws, clock, log, metrics }: Surroundings): DispatcherDeps {
  const gateway = new GatewayClient({
    gatewayUrls: config.network.gatewayUrls,
    network: config.network,
    policy: config.gateway,
    onGateway: (host, state) => {
      log.emit({ event: 'dispatcher.gateway_changed', host, state })
      if (isFailing(state)) metrics.count('GatewaysFailing')
    },
  })
  const table = new RecordsTable(aws.dynamodb, config.recordsTable, ({ message }) =>
    log.emit({ event: 'dispatcher.record_unreadable', why: message }),
  )
  const trust = priceTrustStore(table, config.network.name)
  const runs = new DynamoRunStore(table)
  return {
    ledger: new GatewayLedger(gateway, config.network, {
      onSecondPricesMissing: (missing) =>
        log.emit({
          event: 'dispatcher.second_prices_missing',
          resources: missing.map(({ resource }) => resource),
          why: [...new Set(missing.map(({ detail }) => detail))],
        }),
    }),
    past: new GatewayPast(gateway),
    snapshots: new S3SnapshotStore(new S3Objects(aws.s3, config.bucket)),
    jobs: new SqsJobQueue(aws.sqs, config.indexingQueueUrl),
    runs,
    clock,
    log,
    metrics,
    freshness: config.freshness,
    rangeSize: config.rangeSize,
    jobLifetimeMs: config.jobLifetimeMs,
    judgePrices: async (market, previous) => {
      const census = previous ? censusOfRun(await runs.completions(previous.runId)) : undefined
      await watchPrices(market, trust, plausibilityOf(config.network), log, census)
    },
  }
}
