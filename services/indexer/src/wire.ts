import {
  type AwsClients,
  DynamoExecutionJournal,
  DynamoRunStore,
  RecordsTable,
  S3Objects,
  S3SnapshotStore,
  SqsCandidateQueue,
} from '@weft/aws'
import { type Clock, Decimal } from '@weft/domain'
import { GatewayClient, GatewayHealthOracle, GatewayLedger, isFailing } from '@weft/radix'
import type { EventLog, Metrics } from '@weft/telemetry'
import { CachedMarkets } from './cached-markets.ts'
import type { IndexerConfig } from './config.ts'
import type { IndexerEvent } from './events.ts'
import type { IndexerDeps } from './index-range.ts'

export interface Surroundings {
  readonly aws: AwsClients
  readonly clock: Clock
  readonly log: EventLog<IndexerEvent>
  readonly metrics: Metrics
}

/** Prices and interest move between the pinned read and the preview at the tip; beyond this our model is in doubt. */
const DISAGREEMENT_TOLERANCE = Decimal.parse('0.001')

/** The indexer with its real adapters, the same on AWS and on one machine. */
export function wireIndexer(config: IndexerConfig, { aws, clock, log, metrics }: Surroundings): IndexerDeps {
  const gateway = new GatewayClient({
    gatewayUrls: config.network.gatewayUrls,
    network: config.network,
    policy: config.gateway,
    onGateway: (host, state) => {
      log.emit({ event: 'indexer.gateway_changed', host, state })
      if (isFailing(state)) metrics.count('GatewaysFailing')
    },
  })
  // Prices are judged by the dispatcher, on its snapshot; here the market is read for a second look at health alone.
  const ledger = new GatewayLedger(gateway, config.network, { secondPrices: [] })
  const records = new RecordsTable(aws.dynamodb, config.recordsTable, ({ message }) =>
    log.emit({ event: 'indexer.record_unreadable', why: message }),
  )
  return {
    positions: ledger,
    ledger,
    oracle: new GatewayHealthOracle(gateway, config.network),
    snapshots: new CachedMarkets(new S3SnapshotStore(new S3Objects(aws.s3, config.bucket))),
    candidates: new SqsCandidateQueue(aws.sqs, config.liquidationQueueUrl),
    journal: new DynamoExecutionJournal(records),
    runs: new DynamoRunStore(records),
    clock,
    log,
    metrics,
    confirmAboveLiquidationLtv: config.confirmAboveLiquidationLtv,
    disagreementTolerance: DISAGREEMENT_TOLERANCE,
  }
}
