import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { type AwsClients, awsClients, priceTrustStore, RecordsTable, S3Objects } from '@weft/aws'
import { type Cloud, type CloudResources, createResources, serviceEnvironment, startCloud } from '@weft/cloud'
import { IndexRangeJob, type PriceTrustState, type VersionedStore } from '@weft/domain'
import { createLedger, type Ledger, type LedgerOptions, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { MemoryEventLog, MemoryMetrics } from '@weft/telemetry'
import { type DispatcherConfig, dispatcherConfig } from '../src/config.ts'
import type { DispatcherDeps } from '../src/dispatch.ts'
import type { DispatcherEvent } from '../src/events.ts'
import { wireDispatcher } from '../src/wire.ts'

/** Embedded AWS, shared by the markets of one test file. */
export interface TestCloud {
  readonly cloud: Cloud
  readonly aws: AwsClients
  stop(): Promise<void>
}

export async function startTestCloud(): Promise<TestCloud> {
  const cloud = await startCloud()
  const aws = awsClients({ region: cloud.region, endpoint: cloud.endpoint })
  return {
    cloud,
    aws,
    async stop() {
      aws.close()
      await cloud.close()
    },
  }
}

/** The dispatcher with its real adapters against a local ledger whose rounds the test makes, and an environment of its own. */
export interface TestMarket {
  readonly ledger: Ledger
  readonly server: LedgerServer
  readonly resources: CloudResources
  readonly config: DispatcherConfig
  readonly deps: DispatcherDeps
  readonly log: MemoryEventLog<DispatcherEvent>
  readonly metrics: MemoryMetrics
  readonly objects: S3Objects
  readonly priceTrust: VersionedStore<PriceTrustState>
  /** How far the wall clock is ahead of the ledger's; 0 at first. */
  readonly wall: { aheadMs: number }
  /** Takes every job that waits in the queue, in id order. */
  takeJobs(): Promise<readonly IndexRangeJob[]>
  storedKeys(): Promise<readonly string[]>
  stop(): Promise<void>
}

let markets = 0

export async function startTestMarket(
  { cloud, aws }: TestCloud,
  options: { readonly ledger?: Partial<LedgerOptions>; readonly rangeSize?: number } = {},
): Promise<TestMarket> {
  markets += 1
  const resources = await createResources(cloud, { environment: `test-${markets}` })
  const ledger = await createLedger({ seed: markets, cdps: 12, roundMs: 0, ...options.ledger })
  const server = await startLedgerServer(ledger)
  const config = dispatcherConfig({
    ...serviceEnvironment(cloud, resources),
    WEFT_NETWORK: 'local',
    WEFT_NETWORK_CONFIG: JSON.stringify(networkFileOf(ledger.addresses, server.url)),
    WEFT_RANGE_SIZE: String(options.rangeSize ?? 5),
    WEFT_GATEWAY_REQUESTS_PER_SECOND: '10000',
  })
  const wall = { aheadMs: 0 }
  const clock = { now: () => ledger.tip().timestampMs + wall.aheadMs }
  const log = new MemoryEventLog<DispatcherEvent>()
  const metrics = new MemoryMetrics()
  const objects = new S3Objects(aws.s3, resources.bucket)
  return {
    ledger,
    server,
    resources,
    config,
    deps: wireDispatcher(config, { aws, clock, log, metrics }),
    log,
    metrics,
    objects,
    priceTrust: priceTrustStore(new RecordsTable(aws.dynamodb, resources.table), 'local'),
    wall,
    takeJobs: () => takeJobs(aws, resources.queues.indexing.url),
    async storedKeys() {
      const keys: string[] = []
      for await (const key of objects.keys('')) keys.push(key)
      return keys
    },
    async stop() {
      await server.close()
      ledger.close()
    },
  }
}

async function takeJobs(aws: AwsClients, queueUrl: string): Promise<readonly IndexRangeJob[]> {
  const jobs: IndexRangeJob[] = []
  for (;;) {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    )
    if (Messages.length === 0) return jobs.sort((a, b) => a.fromId - b.fromId)
    jobs.push(...Messages.map(({ Body }) => IndexRangeJob.parse(JSON.parse(Body ?? ''))))
  }
}
