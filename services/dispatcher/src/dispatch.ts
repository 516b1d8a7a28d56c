import { setTimeout as sleep } from 'node:timers/promises'
import {
  type Clock,
  EPOCH_LOOK_BACK_MS,
  type Freshness,
  type FreshnessLimits,
  type IndexRangeJob,
  type JobQueue,
  judgeFreshness,
  type LedgerPast,
  LedgerUnavailableError,
  type MarketSnapshot,
  marketSnapshotKey,
  type PinnedLedger,
  type RunId,
  type RunRecord,
  type RunStore,
  runIdOf,
  type SnapshotStore,
  type SyncPoint,
} from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { DispatcherEvent } from './events.ts'
import { cutRanges } from './ranges.ts'

export interface DispatcherDeps {
  readonly ledger: PinnedLedger
  readonly past: LedgerPast
  readonly snapshots: SnapshotStore
  readonly jobs: JobQueue
  readonly runs: RunStore
  readonly clock: Clock
  readonly log: EventLog<DispatcherEvent>
  readonly metrics: Metrics
  readonly freshness: FreshnessLimits
  /** CDP ids per indexing job. */
  readonly rangeSize: number
  /** A job nobody took within this time is dropped unread: a newer run covers its range. */
  readonly jobLifetimeMs: number
  /** Judges the run's prices against the last accepted ones and remembers the verdict, before any candidate can exist. */
  readonly judgePrices: (market: MarketSnapshot, previous: RunRecord | undefined) => Promise<void>
}

export type DispatchOutcome =
  | { readonly kind: 'dispatched'; readonly run: RunRecord }
  /** The ledger is stale, halted, its epoch stands still or its clock is wrong: nothing was read and nothing was sent. */
  | { readonly kind: 'refused'; readonly syncPoint: SyncPoint; readonly freshness: Freshness }
  /** The ledger has not moved since the last run: that run's answers still hold. */
  | { readonly kind: 'unchanged'; readonly syncPoint: SyncPoint; readonly since: RunId }
  /** The ledger did not answer: nothing was stored and nothing was sent. */
  | { readonly kind: 'put-off'; readonly why: LedgerUnavailableError['why'] }

/**
 * One run: sync point → freshness verdict → market snapshot, read once and stored → one job per range of CDP ids.
 * Everything is pinned to the sync point's state version; no health is computed here.
 * @param patienceMs how long to wait for a ledger that does not answer, in its own words; then the next run covers this one.
 * @throws {QueueUnavailableError} when the run could not be completed.
 */
export async function dispatch(deps: DispatcherDeps, patienceMs = 0): Promise<DispatchOutcome> {
  const deadlineMs = performance.now() + patienceMs
  while (true) {
    try {
      return await attemptRun(deps)
    } catch (error) {
      if (!(error instanceof LedgerUnavailableError)) throw error
      const { retryAfterMs, why } = error
      const isLast = performance.now() + retryAfterMs > deadlineMs
      deps.log.emit({ event: 'dispatcher.run_put_off', why, ...(isLast ? {} : { retryAfterMs }) }, error)
      if (isLast) {
        deps.metrics.count('RunsRefused')
        return { kind: 'put-off', why }
      }
      await sleep(retryAfterMs)
    }
  }
}

async function attemptRun(deps: DispatcherDeps): Promise<DispatchOutcome> {
  const syncPoint = await deps.ledger.syncPoint()
  const startedAtMs = deps.clock.now()
  const freshness = await freshnessOf(syncPoint, startedAtMs, deps)
  deps.metrics.count('LedgerAgeSeconds', (startedAtMs - syncPoint.ledgerTimeMs) / 1000)
  if (freshness.kind !== 'fresh') {
    deps.metrics.count('RunsRefused')
    deps.log.emit({ event: 'dispatcher.run_refused', stateVersion: syncPoint.stateVersion, freshness })
    return { kind: 'refused', syncPoint, freshness }
  }
  const previous = await deps.runs.latest(syncPoint.network)
  if (previous?.syncPoint.stateVersion === syncPoint.stateVersion)
    return { kind: 'unchanged', syncPoint, since: previous.runId }

  const runId = runIdOf(startedAtMs, syncPoint.stateVersion)
  const market = await deps.ledger.marketSnapshot(syncPoint)
  reportAnomalies(deps, market, previous)
  const key = marketSnapshotKey(syncPoint.network, runId)
  // Stored before the first job is sent: a job must never name a snapshot that is not there.
  await deps.snapshots.putMarket(market, key)
  await deps.judgePrices(market, previous)

  const jobs = rangeJobs(deps, runId, market, key, previous)
  const run: RunRecord = {
    schemaVersion: 1,
    runId,
    syncPoint,
    marketSnapshotKey: key,
    cdpCounter: market.cdpCounter,
    ranges: jobs.length,
    startedAtMs,
  }
  await deps.jobs.send(jobs)
  // Recorded last: a run that failed to send must not count as the run that "has this state version covered".
  await deps.runs.start(run)
  deps.metrics.count('RunsStarted')
  deps.metrics.count('JobsSent', jobs.length)
  deps.log.along({ runId }).emit({
    event: 'dispatcher.run_dispatched',
    stateVersion: syncPoint.stateVersion,
    ranges: jobs.length,
    cdpCounter: market.cdpCounter,
    ledgerAgeMs: freshness.ageMs,
  })
  return { kind: 'dispatched', run }
}

/** By the clock first: a ledger that stands still is asked nothing more. */
async function freshnessOf(syncPoint: SyncPoint, nowMs: number, deps: DispatcherDeps): Promise<Freshness> {
  const byClock = judgeFreshness(syncPoint, nowMs, deps.freshness)
  if (byClock.kind !== 'fresh') return byClock
  return judgeFreshness(syncPoint, nowMs, deps.freshness, await deps.past.momentAt(nowMs - EPOCH_LOOK_BACK_MS))
}

function rangeJobs(
  deps: DispatcherDeps,
  runId: RunId,
  market: MarketSnapshot,
  key: string,
  previous: RunRecord | undefined,
): readonly IndexRangeJob[] {
  return cutRanges(market.cdpCounter, deps.rangeSize).map(({ fromId, toId }) => ({
    schemaVersion: 1,
    runId,
    syncPoint: market.syncPoint,
    marketSnapshotKey: key,
    ...(previous ? { formerMarketSnapshotKey: previous.marketSnapshotKey } : {}),
    fromId,
    toId,
    expiresAtMs: deps.clock.now() + deps.jobLifetimeMs,
  }))
}

/** An answer that shrank is an error read as data: the counter of minted CDPs never goes down. */
function reportAnomalies(deps: DispatcherDeps, market: MarketSnapshot, previous: RunRecord | undefined): void {
  if (previous && market.cdpCounter < previous.cdpCounter)
    deps.log.emit({
      event: 'dispatcher.cdp_counter_fell',
      from: previous.cdpCounter,
      to: market.cdpCounter,
      sinceRun: previous.runId,
    })
  const { unreadable } = market
  if (unreadable.length === 0) return
  deps.metrics.count('MarketValuesUnreadable', unreadable.length)
  const values = unreadable.slice(0, MOST_NAMED).map(({ table, key, why }) => `${table} ${key}: ${why}`)
  deps.log.emit({ event: 'dispatcher.market_values_unreadable', count: unreadable.length, values })
}

/** Unreadable values that one log line names. */
const MOST_NAMED = 20
