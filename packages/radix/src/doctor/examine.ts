import {
  type Cdp,
  type CdpId,
  type Clock,
  type ConfirmedHealth,
  EPOCH_LOOK_BACK_MS,
  judgeHealth,
  type LedgerMoment,
  LedgerUnavailableError,
  type MarketSnapshot,
  type NonFungibleLocalId,
  ResourceAddress,
  type SyncPoint,
} from '@weft/domain'
import type { Exchange } from '../gateway/exchange.ts'
import { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig } from '../network-config.ts'
import { GatewayPast } from '../tip/gateway-past.ts'
import { GatewayHealthOracle } from '../weft/gateway-health-oracle.ts'
import { GatewayLedger } from '../weft/gateway-ledger.ts'
import { livePrices } from '../weft/live-prices.ts'
import { POOL_STORES, poolStore } from '../weft/pool-stores.ts'
import { Evidence } from './evidence.ts'
import type { Examination, Step, TransactionReading } from './examination.ts'
import { KNOWN_TRANSACTIONS, type KnownTransaction } from './known-transactions.ts'
import { depositUnitRatios } from './pool-getters.ts'
import { poolsWithInterestDue } from './position-rows.ts'
import { type DoctorReport, reportOf } from './report.ts'
import { RequestBudget } from './request-budget.ts'
import { type PoolStore, transactionFacts } from './transaction-facts.ts'
import { venueAnswers } from './venue-answers.ts'

/** Of the youngest CDPs, as many as one request reads; and how many of them, and of assets and pools, one call is asked about. */
const SAMPLE = 100
const PER_CALL = 10

export const MOST_REQUESTS = 60

export interface DoctorOptions {
  readonly clock: Clock
  /** Default {@link MOST_REQUESTS}. */
  readonly mostRequests?: number
  /** Hears every answer of a Gateway as it came, for a recording. */
  readonly onExchange?: (exchange: Exchange) => void
  /** Default: those of the network. */
  readonly transactions?: readonly KnownTransaction[]
}

/**
 * Reads each entity, store and method that the backend will ever read, by the readers of the services and without writing anything, and
 * says what is as expected and what would work.
 * @throws {WrongNetworkError} when every Gateway serves another network.
 * @throws {LedgerUnavailableError} when no Gateway answers: then nothing can be said of the market.
 */
export async function examineNetwork(network: NetworkConfig, options: DoctorOptions): Promise<DoctorReport> {
  const mostRequests = options.mostRequests ?? MOST_REQUESTS
  const evidence = new Evidence()
  const budget = new RequestBudget(mostRequests)
  const client = new GatewayClient({
    gatewayUrls: network.gatewayUrls,
    network,
    // A person waits here: two tries tell an unreachable Gateway from a hiccup soon enough.
    policy: { maxRetries: 2, attemptTimeoutMs: 10_000 },
    signal: budget.signal,
    onRequest: () => budget.spend(),
    onExchange: (exchange) => {
      evidence.note(exchange)
      options.onExchange?.(exchange)
    },
  })
  const ledger = new GatewayLedger(client, network, { secondPrices: [] })
  const at = await ledger.syncPoint()
  const earlier = await stepOf(() => new GatewayPast(client).momentAt(at.ledgerTimeMs - EPOCH_LOOK_BACK_MS))
  const transactions = options.transactions ?? KNOWN_TRANSACTIONS[network.name] ?? []
  const examination = await examine(network, client, ledger, at, evidence, transactions)
  return reportOf(examination, {
    nowMs: evidence.recordedAtMs ?? options.clock.now(),
    earlier: doneOr<LedgerMoment | undefined>(earlier, undefined),
    gateways: client.gatewayStates(),
    requests: budget.made,
    mostRequests,
  })
}

async function examine(
  network: NetworkConfig,
  client: GatewayClient,
  ledger: GatewayLedger,
  at: SyncPoint,
  evidence: Evidence,
  known: readonly KnownTransaction[],
): Promise<Examination> {
  const { networkId, addresses } = network
  const market = await stepOf(() => ledger.marketSnapshot(at))
  const counter = market.kind === 'done' ? market.value.cdpCounter : 0
  const cdps = await after(market, () => ledger.cdps(Math.max(1, counter - SAMPLE + 1), counter, at))
  const live = doneOr(cdps, []).flatMap((each) => (each.kind === 'live' ? [each.cdp] : []))
  const nfts = await after(market, () => ledger.nftContents(pledgedBy(live), at))
  const verdicts =
    market.kind === 'done' ? live.map((cdp) => judgeHealth(cdp, market.value, doneOr(nfts, new Map()))) : []
  const confirmed = await after(cdps, () => confirmedBy(client, network, live))
  const asked = await after(market, (read) => {
    const assets = [...read.resources.keys()].slice(0, PER_CALL)
    return livePrices(client, networkId, addresses.market, assets)
  })
  const ratios = await after(market, (read) => depositUnitRatios(client, networkId, addresses.pool, poolsToAsk(read)))
  const venues = await venueAnswers(network, client)
  // Taken now: what stood in the store when a transaction was made is not what stands there today.
  const store = poolStoreOf(evidence, addresses.pool)
  const transactions: TransactionReading[] = []
  for (const each of known)
    transactions.push({ known: each, facts: await stepOf(() => transactionFacts(client, each, store)) })
  return { network, at, evidence, market, cdps, nfts, verdicts, confirmed, asked, ratios, venues, transactions }
}

function poolStoreOf(evidence: Evidence, pool: string): PoolStore | undefined {
  const store = poolStore(evidence.state(pool), POOL_STORES.resource_pools)
  const keyHexes = store.kind === 'decoded' ? evidence.keyHexes(store.value) : []
  return store.kind === 'decoded' && keyHexes.length > 0 ? { address: store.value, keyHexes } : undefined
}

/** Pools that would show whether interest that is due is counted; without such, any: that the getter answers is worth knowing too. */
function poolsToAsk(market: MarketSnapshot): readonly ResourceAddress[] {
  const due = poolsWithInterestDue(market).map(([underlying]) => ResourceAddress.parse(underlying))
  return (due.length > 0 ? due : [...market.pools.keys()]).slice(0, PER_CALL)
}

function confirmedBy(
  client: GatewayClient,
  network: NetworkConfig,
  live: readonly Cdp[],
): Promise<readonly ConfirmedHealth[]> {
  const indebted: readonly CdpId[] = live.flatMap(({ id, loans }) => (loans.size > 0 ? [id] : []))
  return new GatewayHealthOracle(client, network).confirm(indebted.slice(-PER_CALL))
}

function pledgedBy(cdps: readonly Cdp[]): ReadonlyMap<ResourceAddress, readonly NonFungibleLocalId[]> {
  const pledged = new Map<ResourceAddress, NonFungibleLocalId[]>()
  for (const { nftCollaterals } of cdps)
    for (const [resource, { ids }] of nftCollaterals) pledged.set(resource, [...(pledged.get(resource) ?? []), ...ids])
  return pledged
}

/** One step; that it failed is part of what is reported. @throws {LedgerUnavailableError} since without a Gateway there is nothing to say. */
async function stepOf<T>(read: () => Promise<T>): Promise<Step<T>> {
  try {
    return { kind: 'done', value: await read() }
  } catch (error) {
    if (error instanceof LedgerUnavailableError && error.why === 'outage') throw error
    return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
  }
}

function after<A, T>(earlier: Step<A>, read: (value: A) => Promise<T>): Promise<Step<T>> {
  return earlier.kind === 'failed' ? Promise.resolve(earlier) : stepOf(() => read(earlier.value))
}

function doneOr<T>(step: Step<T>, otherwise: T): T {
  return step.kind === 'done' ? step.value : otherwise
}
