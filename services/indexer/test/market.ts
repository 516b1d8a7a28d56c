import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { type AwsClients, awsClients, DynamoRunStore, RecordsTable } from '@weft/aws'
import { type Cloud, type CloudResources, createResources, serviceEnvironment, startCloud } from '@weft/cloud'
import {
  type BatchSnapshotRow,
  CandidateMessage,
  type CdpId,
  type ConfirmedHealth,
  cdpIdOf,
  type IndexRangeJob,
  marketSnapshotKey,
  runIdOf,
} from '@weft/domain'
import { createLedger, type Ledger, type LedgerOptions, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { MemoryEventLog, MemoryMetrics } from '@weft/telemetry'
import { indexerConfig } from '../src/config.ts'
import type { IndexerEvent } from '../src/events.ts'
import type { IndexerDeps } from '../src/index-range.ts'
import { wireIndexer } from '../src/wire.ts'

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

/** The indexer with its real adapters against a local ledger whose rounds the test makes, and an environment of its own. */
export interface TestMarket {
  readonly ledger: Ledger
  readonly server: LedgerServer
  readonly resources: CloudResources
  readonly deps: IndexerDeps
  readonly log: MemoryEventLog<IndexerEvent>
  readonly metrics: MemoryMetrics
  readonly runs: DynamoRunStore
  /** A job over all ids, or `[fromId, toId]`, as a dispatcher would send it now; its market snapshot is stored. */
  dispatchJob(range?: readonly [number, number]): Promise<IndexRangeJob>
  /** The ledger's own word on CDPs, now. */
  getCdp(...ids: readonly number[]): Promise<readonly Confirmed[]>
  /** Takes every candidate that waits in the queue, in id order. */
  takeCandidates(): Promise<readonly CandidateMessage[]>
  /** Rows of a batch snapshot by CDP. */
  rows(key: string): Promise<ReadonlyMap<CdpId, BatchSnapshotRow>>
  stop(): Promise<void>
}

type Confirmed = Extract<ConfirmedHealth, { kind: 'confirmed' }>

let markets = 0

export async function startTestMarket(
  { cloud, aws }: TestCloud,
  options: Partial<LedgerOptions> = {},
): Promise<TestMarket> {
  markets += 1
  const resources = await createResources(cloud, { environment: `test-${markets}` })
  const ledger = await createLedger({
    seed: markets,
    cdps: 0,
    roundMs: 0,
    ...options,
    // Prices count at once, so that a test need not let a quarter of an hour pass.
    genesis: { priceDebounceSeconds: 0, ...options.genesis },
  })
  const server = await startLedgerServer(ledger)
  const config = indexerConfig({
    ...serviceEnvironment(cloud, resources),
    WEFT_NETWORK: 'local',
    WEFT_NETWORK_CONFIG: JSON.stringify(networkFileOf(ledger.addresses, server.url)),
    WEFT_GATEWAY_REQUESTS_PER_SECOND: '10000',
  })
  const clock = { now: () => ledger.tip().timestampMs }
  const log = new MemoryEventLog<IndexerEvent>()
  const metrics = new MemoryMetrics()
  const deps = wireIndexer(config, { aws, clock, log, metrics })
  return {
    ledger,
    server,
    resources,
    deps,
    log,
    metrics,
    runs: new DynamoRunStore(new RecordsTable(aws.dynamodb, resources.table)),
    dispatchJob: (range) => dispatchJob(deps, range),
    getCdp: async (...ids) => {
      const confirmed = await deps.oracle.confirm(ids.map(cdpIdOf))
      return confirmed.map((each) => {
        if (each.kind === 'refused') throw new Error(`The ledger refuses to judge ${each.cdpId}: ${each.error}`)
        return each
      })
    },
    takeCandidates: () => takeCandidates(aws, resources.queues.liquidation.url),
    rows: async (key) => new Map((await deps.snapshots.batch(key)).rows.map((row) => [row.cdpId, row])),
    async stop() {
      await server.close()
      ledger.close()
    },
  }
}

async function dispatchJob(deps: IndexerDeps, range: readonly [number, number] | undefined): Promise<IndexRangeJob> {
  const syncPoint = await deps.ledger.syncPoint()
  const market = await deps.ledger.marketSnapshot(syncPoint)
  const runId = runIdOf(syncPoint.ledgerTimeMs, syncPoint.stateVersion)
  const key = marketSnapshotKey('local', runId)
  await deps.snapshots.putMarket(market, key)
  const [fromId, toId] = range ?? [1, market.cdpCounter]
  return {
    schemaVersion: 1,
    runId,
    syncPoint,
    marketSnapshotKey: key,
    fromId,
    toId,
    expiresAtMs: deps.clock.now() + 600_000,
  }
}

async function takeCandidates(aws: AwsClients, queueUrl: string): Promise<readonly CandidateMessage[]> {
  const candidates: CandidateMessage[] = []
  for (;;) {
    const { Messages = [] } = await aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    )
    if (Messages.length === 0) return candidates.sort((a, b) => a.cdpId.localeCompare(b.cdpId))
    candidates.push(...Messages.map(({ Body }) => CandidateMessage.parse(JSON.parse(Body ?? ''))))
  }
}
