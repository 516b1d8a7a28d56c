import { type AwsClients, awsClients } from '@weft/aws'
import { type Cloud, type CloudResources, createResources, serviceEnvironment, startCloud } from '@weft/cloud'
import { type DispatcherDeps, type DispatcherEvent, dispatcherConfig, wireDispatcher } from '@weft/dispatcher'
import { type IndexerDeps, type IndexerEvent, indexerConfig, wireIndexer } from '@weft/indexer'
import type { GenesisOverrides } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { type NetworkConfig, parseNetworkConfig } from '@weft/radix'
import { accountKeyFromSeedPhrase, EngineToolkit } from '@weft/radix/transactions'
import { MemoryEventLog, MemoryMetrics } from '@weft/telemetry'
import { SharedClock } from './clock.ts'
import { type LedgerHost, startLedgerHost } from './ledger/ledger-host.ts'

/** A public BIP-39 test vector: an account on the simulated ledger is nobody's. */
const LOCAL_SEED_PHRASE = `${'zoo '.repeat(23)}vote`
/** A local ledger has no quota, and one process stands for many Lambdas. */
const LOCAL_REQUESTS_PER_SECOND = 1_000
const LOCAL_CONCURRENT_REQUESTS = 64
/** What the operator's account holds at the start, in whole units: enough for fees, and funding comes from flash loans. */
const OPERATOR_FUNDS = { XRD: '200000' }

/**
 * How long a candidate stays hidden that a worker gave back or died with. On AWS twelve minutes, several runs; here a scenario would be over.
 */
const LIQUIDATION_VISIBILITY_SECONDS = 90

export interface StackOptions {
  readonly seed: number
  readonly cdps: number
  readonly cadenceMs: number
  readonly commitDelayMs: { readonly min: number; readonly max: number }
  readonly roundMs?: number
  readonly epochMs?: number
  readonly rangeSize?: number
  /** What the ledger is made of where it differs from a realistic market. */
  readonly genesis?: GenesisOverrides
  /** `WEFT_LIQUIDATION_POLICY` as an object. */
  readonly policy?: Readonly<Record<string, unknown>>
  /** Sees every AWS client before it is used, e.g. to record what the services ask of AWS. */
  readonly onAwsClients?: (service: 'dispatcher' | 'indexer', clients: AwsClients) => void
}

/** Ledger, cloud and the wired services on this machine; nothing runs by itself yet. */
export interface Stack {
  readonly options: StackOptions
  readonly clock: SharedClock
  readonly ledger: LedgerHost
  readonly cloud: Cloud
  readonly resources: CloudResources
  readonly network: NetworkConfig
  readonly operatorAccount: string
  /** What a service process of its own would be given. */
  readonly environment: Readonly<Record<string, string>>
  readonly aws: Readonly<Record<'dispatcher' | 'indexer' | 'watcher', AwsClients>>
  readonly deps: {
    readonly dispatcher: DispatcherDeps
    readonly indexer: IndexerDeps
  }
  readonly logs: {
    readonly dispatcher: MemoryEventLog<DispatcherEvent>
    readonly indexer: MemoryEventLog<IndexerEvent>
  }
  readonly metrics: MemoryMetrics
  close(): Promise<void>
}

/**
 * Starts the simulated ledger on its own thread, embedded AWS, and wires the services with the adapters and the configuration path
 * of production. @throws {LedgerThreadError}
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const clock = new SharedClock()
  const epochMs = options.epochMs ?? 300_000
  const [ledger, cloud] = await Promise.all([
    startLedgerHost({
      seed: options.seed,
      cdps: options.cdps,
      roundMs: options.roundMs ?? 1_000,
      epochMs,
      commitDelayMs: options.commitDelayMs,
      genesis: options.genesis ?? {},
      clock: clock.shared,
    }),
    startCloud(),
  ])
  const resources = await createResources(cloud, {
    environment: 'local',
    visibilityTimeoutSeconds: { liquidation: LIQUIDATION_VISIBILITY_SECONDS },
  })
  const network = localNetwork(ledger, epochMs)
  const operatorAccount = await fundOperator(ledger, network)
  // Where the operator's commands look for them, as they would in an environment on AWS.
  cloud.parameters.put(resources.seedPhraseParameter, LOCAL_SEED_PHRASE, 'SecureString')
  cloud.parameters.put(`/weft/${resources.environment}/network-config`, JSON.stringify(network))
  const environment = {
    ...serviceEnvironment(cloud, resources),
    WEFT_NETWORK: 'local',
    WEFT_NETWORK_CONFIG: JSON.stringify(network),
    WEFT_RANGE_SIZE: String(options.rangeSize ?? 500),
    WEFT_GATEWAY_REQUESTS_PER_SECOND: String(LOCAL_REQUESTS_PER_SECOND),
    WEFT_GATEWAY_CONCURRENT_REQUESTS: String(LOCAL_CONCURRENT_REQUESTS),
    WEFT_LIQUIDATION_POLICY: JSON.stringify(options.policy ?? {}),
    WEFT_JOB_LIFETIME_SECONDS: '600',
  }
  const config = {
    dispatcher: dispatcherConfig(environment),
    indexer: indexerConfig(environment),
  }
  const aws = {
    dispatcher: awsClients(config.dispatcher.aws),
    indexer: awsClients(config.indexer.aws),
    watcher: awsClients(config.indexer.aws),
  }
  for (const service of ['dispatcher', 'indexer'] as const) options.onAwsClients?.(service, aws[service])
  const logs = {
    dispatcher: new MemoryEventLog<DispatcherEvent>(),
    indexer: new MemoryEventLog<IndexerEvent>(),
  }
  const metrics = new MemoryMetrics()
  const deps = {
    dispatcher: wireDispatcher(config.dispatcher, { aws: aws.dispatcher, clock, log: logs.dispatcher, metrics }),
    indexer: wireIndexer(config.indexer, { aws: aws.indexer, clock, log: logs.indexer, metrics }),
  }
  return {
    options,
    clock,
    ledger,
    cloud,
    resources,
    network,
    operatorAccount,
    environment,
    aws,
    deps,
    logs,
    metrics,
    close: async () => {
      for (const clients of Object.values(aws)) clients.close()
      await Promise.all([ledger.stop(), cloud.close()])
    },
  }
}

function localNetwork({ url, addresses }: LedgerHost, epochMs: number): NetworkConfig {
  return parseNetworkConfig(networkFileOf(addresses, url, epochMs), 'the local ledger')
}

async function fundOperator(ledger: LedgerHost, network: NetworkConfig): Promise<string> {
  const { publicKeyHex } = accountKeyFromSeedPhrase(LOCAL_SEED_PHRASE, network.networkId, 0)
  const account = (await EngineToolkit.load()).accountOf(publicKeyHex, network.networkId)
  await ledger.control.fundAccount(account, OPERATOR_FUNDS)
  return account
}
