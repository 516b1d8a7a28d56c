import { type AwsClients, awsClients, priceTrustStore, RecordsTable } from '@weft/aws'
import { type Cloud, type CloudResources, createResources, startCloud } from '@weft/cloud'
import {
  type CandidateMessage,
  CdpId,
  DEFAULT_PLAUSIBILITY,
  Decimal,
  judgePrices,
  marketSnapshotKey,
  pricesAtOnce,
  rememberedUnits,
  runIdOf,
} from '@weft/domain'
import { createLedger, type Ledger, type LedgerOptions, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { NetworkConfig } from '@weft/radix'
import { MemoryEventLog, MemoryMetrics } from '@weft/telemetry'
import type { FaultPort } from '../src/commit/faults.ts'
import type { LiquidatorConfig } from '../src/config.ts'
import type { LiquidatorDeps } from '../src/deps.ts'
import type { LiquidatorEvent } from '../src/events.ts'
import { PolicySettings } from '../src/policy.ts'
import { wireLiquidator } from '../src/wire.ts'

/** The operator's phrase: the public test vector of the wallets. */
export const SEED_PHRASE = `${'zoo '.repeat(23)}vote`

/** Embedded AWS, shared by the markets of one test file. */
export interface TestCloud {
  readonly cloud: Cloud
  readonly clients: AwsClients
  stop(): Promise<void>
}

export async function startTestCloud(): Promise<TestCloud> {
  const cloud = await startCloud()
  const clients = awsClients({ region: cloud.region, endpoint: cloud.endpoint })
  return {
    cloud,
    clients,
    async stop() {
      clients.close()
      await cloud.close()
    },
  }
}

/** The liquidator with its real adapters against a local ledger whose rounds the test makes, and a table of its own. */
export interface TestMarket {
  readonly ledger: Ledger
  readonly server: LedgerServer
  readonly deps: LiquidatorDeps
  readonly log: MemoryEventLog<LiquidatorEvent>
  readonly metrics: MemoryMetrics
  readonly resources: CloudResources
  setMode(mode: string): void
  /** Has the prices of now remembered as accepted, as a run of the dispatcher does. */
  rememberPrices(): Promise<void>
  /** A candidate for `cdpId` as an indexer would queue it now. */
  candidate(cdpId: string): CandidateMessage
  stop(): Promise<void>
}

export interface TestMarketOptions {
  readonly ledger?: Partial<LedgerOptions>
  readonly settings?: Partial<PolicySettings>
  readonly faults?: FaultPort
  /** XRD in the operator's wallet. */
  readonly walletXrd?: string
  /** Those of an earlier market instead of new ones. */
  readonly resources?: CloudResources
  /** Puts the ledger behind a server that outlives the market, instead of one of its own. */
  readonly serve?: (ledger: Ledger) => LedgerServer | Promise<LedgerServer>
}

let markets = 0

export async function startTestMarket(
  { cloud, clients }: TestCloud,
  options: TestMarketOptions = {},
): Promise<TestMarket> {
  markets += 1
  const resources = options.resources ?? (await createResources(cloud, { environment: `test-${markets}` }))
  const ledger = await createLedger({
    seed: markets,
    cdps: 0,
    roundMs: 0,
    commitDelayMs: { min: 0, max: 0 },
    ...options.ledger,
    // Prices count at once, so that a test need not let a quarter of an hour pass.
    genesis: { priceDebounceSeconds: 0, ...options.ledger?.genesis },
  })
  const clock = { now: () => ledger.tip().timestampMs }
  const server = await (options.serve?.(ledger) ?? startLedgerServer(ledger, { clock }))
  const log = new MemoryEventLog<LiquidatorEvent>()
  const metrics = new MemoryMetrics()
  const config: LiquidatorConfig = {
    environment: resources.environment,
    network: networkOf(ledger, server.url, options.ledger?.epochMs),
    logLevel: 'info',
    queueUrl: resources.queues.liquidation.url,
    deadLetterUrl: resources.queues.liquidation.deadLetterUrl,
    recordsTable: resources.table,
    modeParameter: resources.modeParameter,
    seedPhraseParameter: resources.seedPhraseParameter,
    accountIndex: 0,
    settings: { ...PolicySettings.parse({}), ...options.settings },
    owner: 'worker',
    gateway: { maxRequestsPerSecond: 10_000, maxConcurrentRequests: 64 },
    aws: { region: cloud.region, endpoint: cloud.endpoint },
  }
  const deps = await wireLiquidator(config, {
    aws: clients,
    clock,
    log,
    metrics,
    wallet: { seedPhrase: SEED_PHRASE },
    monotonicMs: () => clock.now(),
    patience: { wait: async () => void ledger.control.advanceRound() },
    ...(options.faults ? { faults: options.faults } : {}),
  })
  ledger.control.fundAccount(deps.signer.account, { XRD: options.walletXrd ?? '10000' })
  return {
    ledger,
    server,
    deps,
    log,
    metrics,
    resources,
    setMode: (mode) => void cloud.parameters.put(resources.modeParameter, mode),
    async rememberPrices() {
      const snapshot = await deps.pinned.marketSnapshot(await deps.ledger.syncPoint())
      const { state } = judgePrices(undefined, pricesAtOnce(snapshot), DEFAULT_PLAUSIBILITY)
      const store = priceTrustStore(new RecordsTable(clients.dynamodb, resources.table), 'local')
      const before = await store.read()
      const units = new Map(rememberedUnits(undefined, snapshot))
      await store.replace({ ...state, units }, before?.version ?? 0)
    },
    candidate: (cdpId) => candidateOf(ledger, cdpId),
    async stop() {
      if (!options.serve) await server.close()
      ledger.close()
    },
  }
}

export function networkOf({ addresses }: Ledger, gatewayUrl: string, epochMs?: number): NetworkConfig {
  return NetworkConfig.parse(networkFileOf(addresses, gatewayUrl, epochMs))
}

export function candidateOf(ledger: Ledger, cdpId: string): CandidateMessage {
  const { stateVersion, timestampMs } = ledger.tip()
  const runId = runIdOf(timestampMs, stateVersion)
  return {
    schemaVersion: 1,
    runId,
    cdpId: CdpId.parse(cdpId),
    stateVersion,
    ledgerTimeMs: timestampMs,
    marketSnapshotKey: marketSnapshotKey('local', runId),
    liquidationLtv: ledger.control.liquidationLtv(cdpId),
    totalLoanValueXrd: Decimal.ONE,
    totalCollateralValueXrd: Decimal.ONE,
    detectedAtMs: timestampMs,
  }
}
