import {
  batchSnapshotKey,
  type CandidateMessage,
  type CandidateQueue,
  type CdpHealth,
  type CdpId,
  type Clock,
  type ConfirmedHealth,
  cdpNumber,
  Decimal,
  type ExecutionJournal,
  type HealthOracle,
  type HealthVerdict,
  type IndexRangeJob,
  isLiquidatable,
  judgeHealth,
  type MarketSnapshot,
  type PinnedLedger,
  type RunStore,
  type SnapshotStore,
  StoredObjectError,
} from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import { anomaliesOf } from './anomalies.ts'
import { headerOf, rowsOf } from './batch-rows.ts'
import { tripBreaker } from './breaker.ts'
import { type Disagreement, disagreementsIn, lastingDisagreements } from './disagreement.ts'
import type { IndexerEvent } from './events.ts'
import { leaveOutEngaged } from './leave-out-engaged.ts'
import { nftsOf, type PositionSource } from './positions.ts'
import { unjudgedToAsk } from './unjudged-to-ask.ts'

export interface IndexerDeps {
  readonly positions: PositionSource
  /** For a second look at the tip when the ledger contradicts us. */
  readonly ledger: Pick<PinnedLedger, 'syncPoint' | 'marketSnapshot'>
  readonly oracle: HealthOracle
  readonly snapshots: SnapshotStore
  readonly candidates: CandidateQueue
  /** Knows which CDPs need no candidate. */
  readonly journal: Pick<ExecutionJournal, 'engaged'>
  readonly runs: Pick<RunStore, 'completeRange'>
  readonly clock: Clock
  readonly log: EventLog<IndexerEvent>
  readonly metrics: Metrics
  /** CDPs at or above this liquidation LTV are put to the ledger itself; below 1, since prices move while we read. */
  readonly confirmAboveLiquidationLtv: Decimal
  /** Relative difference between our health and the ledger's beyond which our model of the market is in doubt. */
  readonly disagreementTolerance: Decimal
}

export type IndexOutcome =
  | {
      readonly kind: 'indexed'
      readonly live: number
      readonly burned: number
      readonly liquidatable: number
      /** Queued. */
      readonly candidates: number
      /** Confirmed, but in work or at rest: left out. */
      readonly engaged: number
      readonly batchSnapshotKey: string
      /** Another worker had already written this batch snapshot; its object stands. */
      readonly alreadyWritten: boolean
    }
  /** Nobody took the job in time; a newer run covers its range. */
  | { readonly kind: 'expired'; readonly lateByMs: number }

/**
 * One job: every CDP of the range, judged exactly at the sync point, written as batch snapshot; those near the threshold confirmed
 * by the ledger's own `get_cdp`, and so are those that our model cannot judge; what the ledger calls liquidatable is queued, unless a liquidator has it already. Repeating a job is
 * harmless.
 * @throws {LedgerUnavailableError | LedgerDataError | SnapshotMissingError | QueueUnavailableError} the job returns to the queue
 */
export async function indexRange(job: IndexRangeJob, unnamed: IndexerDeps): Promise<IndexOutcome> {
  const log = unnamed.log.along({ runId: job.runId, range: `${job.fromId}-${job.toId}` })
  const deps = { ...unnamed, log }
  const lateByMs = deps.clock.now() - job.expiresAtMs
  if (lateByMs > 0) {
    log.emit({ event: 'indexer.job_expired', lateByMs })
    return { kind: 'expired', lateByMs }
  }
  const market = await marketOf(job, deps.snapshots)
  const readings = await deps.positions.cdps(job.fromId, job.toId, job.syncPoint)
  const cdps = readings.flatMap((reading) => (reading.kind === 'live' ? [reading.cdp] : []))
  const nfts = await nftsOf(cdps, job.syncPoint, deps.positions)
  const verdicts = cdps.map((cdp) => judgeHealth(cdp, market, nfts))
  const judged = verdicts.flatMap((verdict) => (verdict.kind === 'judged' ? [verdict.health] : []))

  const unreadable = readings.filter((reading) => reading.kind === 'unreadable')
  for (const { id: cdpId, why } of unreadable) log.emit({ event: 'indexer.cdp_unreadable', cdpId, why })
  if (unreadable.length > 0) deps.metrics.count('CdpsUnreadable', unreadable.length)

  // Every id up to the counter was minted, so the Gateway knows it, burned or not: one that it leaves out is unknown and never covered.
  const unknown = readings.flatMap((each) =>
    each.kind === 'missing' && cdpNumber(each.id) <= market.cdpCounter ? [each.id] : [],
  )
  if (unknown.length > 0) {
    deps.metrics.count('CdpsMissing', unknown.length)
    log.emit({ event: 'indexer.cdps_missing', count: unknown.length, cdpIds: unknown.slice(0, MOST_NAMED) })
  }

  const unjudgedCdps = verdicts.length - judged.length
  if (unjudgedCdps > 0) deps.metrics.count('CdpsUnjudged', unjudgedCdps)

  const key = batchSnapshotKey(job.syncPoint.network, job.runId, job.fromId, job.toId)
  const rows = rowsOf(cdps, verdicts, unreadable)
  const written = await deps.snapshots.putBatch(key, headerOf(job, readings), rows)

  const liquidatable = new Set(judged.filter(isLiquidatable).map((health) => health.cdpId))
  const breaker = await tripBreaker(
    job,
    cdps.length,
    cdps.filter((cdp) => liquidatable.has(cdp.id)),
    market,
    nfts,
    deps.snapshots,
  )
  if (breaker.missingFormerKey !== undefined)
    log.emit({ event: 'indexer.breaker_blind', missingFormerKey: breaker.missingFormerKey })
  for (const { resource, cdps: held, share } of breaker.holds)
    log.emit({ event: 'indexer.mass_liquidation_held', resource, cdps: held, share: share.toString() })

  const near = judged.filter((health) => health.liquidationLtv.gte(deps.confirmAboveLiquidationLtv))
  const unjudged = new Set(unjudgedToAsk(cdps, verdicts, unreadable, market, job.syncPoint.stateVersion))
  const confirmed = await deps.oracle.confirm([...near.map((health) => health.cdpId), ...unjudged])
  const refused = reportRefusals(confirmed, unjudged, deps)
  const found = confirmed.flatMap((each) =>
    isCandidate(each) && !breaker.heldCdps.has(each.cdpId) ? [candidateOf(each, job, deps)] : [],
  )
  const candidates = await leaveOutEngaged(found, deps)
  await deps.candidates.send(candidates)
  reportJudgements(verdicts, market, deps)

  const counts = {
    live: cdps.length + unreadable.length,
    burned: readings.filter((reading) => reading.kind === 'burned').length,
    missing: readings.filter((reading) => reading.kind === 'missing').length,
    unjudged: unjudgedCdps + unreadable.length + refused,
    liquidatable: liquidatable.size,
    candidates: candidates.length,
  }
  const engaged = found.length - candidates.length
  // Only now: a range counts as covered when its candidates are safely queued.
  await deps.runs.completeRange({
    schemaVersion: 1,
    runId: job.runId,
    fromId: job.fromId,
    toId: job.toId,
    ...counts,
    causedBy: new Map(breaker.causedBy),
    batchSnapshotKey: key,
    finishedAtMs: deps.clock.now(),
  })
  log.emit({ event: 'indexer.range_indexed', ...counts, engaged })
  deps.metrics.count('RangesIndexed')
  deps.metrics.count('CdpsEvaluated', judged.length)
  deps.metrics.count('CandidatesQueued', candidates.length)
  // Last of all: what it finds out is about our model, and must not keep a candidate waiting.
  await reportDisagreements(near, confirmed, deps)
  const { live, burned } = counts
  return {
    kind: 'indexed',
    live,
    burned,
    liquidatable: counts.liquidatable,
    candidates: candidates.length,
    engaged,
    batchSnapshotKey: key,
    alreadyWritten: !written,
  }
}

/** Ids that one log line names. */
const MOST_NAMED = 20

/** @throws {StoredObjectError} when the market snapshot is of another network or sync point: its prices would judge foreign positions. */
async function marketOf(job: IndexRangeJob, snapshots: Pick<SnapshotStore, 'market'>): Promise<MarketSnapshot> {
  const market = await snapshots.market(job.marketSnapshotKey)
  const { network, stateVersion } = market.syncPoint
  if (network !== job.syncPoint.network || stateVersion !== job.syncPoint.stateVersion)
    throw new StoredObjectError(
      job.marketSnapshotKey,
      `it is of ${network} at state version ${stateVersion}, but the job of run ${job.runId} is of ${job.syncPoint.network} at ${job.syncPoint.stateVersion}`,
    )
  return market
}

type Confirmation = Extract<ConfirmedHealth, { kind: 'confirmed' }>

/** The ledger's word decides, and its threshold is strict: exactly 1 is healthy. */
function isCandidate(health: ConfirmedHealth): health is Confirmation {
  return health.kind === 'confirmed' && health.liquidationLtv.gt(Decimal.ONE)
}

function candidateOf(health: Confirmation, job: IndexRangeJob, deps: IndexerDeps): CandidateMessage {
  return {
    schemaVersion: 1,
    runId: job.runId,
    cdpId: health.cdpId,
    stateVersion: job.syncPoint.stateVersion,
    ledgerTimeMs: job.syncPoint.ledgerTimeMs,
    marketSnapshotKey: job.marketSnapshotKey,
    liquidationLtv: health.liquidationLtv,
    totalLoanValueXrd: health.totalLoanValueXrd,
    totalCollateralValueXrd: health.totalCollateralValueXrd,
    detectedAtMs: deps.clock.now(),
  }
}

/** @returns how many CDPs that we could judge the ledger itself refused to; they stay unknown. Of others that is no surprise. */
function reportRefusals(
  confirmed: readonly ConfirmedHealth[],
  unjudged: ReadonlySet<CdpId>,
  deps: IndexerDeps,
): number {
  const refused = confirmed.filter((each) => each.kind === 'refused')
  for (const { cdpId, error } of refused) deps.log.emit({ event: 'indexer.confirm_refused', cdpId, error })
  const surprising = refused.filter(({ cdpId }) => !unjudged.has(cdpId)).length
  if (surprising > 0) deps.metrics.count('ConfirmFailures', surprising)
  return surprising
}

/**
 * Says where the ledger contradicts our model. The range is done by now, so a fault of this second look is reported like a finding
 * and does not bring the job back: its candidates are in work, and the next run looks again.
 */
async function reportDisagreements(
  near: readonly CdpHealth[],
  confirmed: readonly ConfirmedHealth[],
  deps: IndexerDeps,
): Promise<void> {
  const first = disagreementsIn(near, confirmed, deps.disagreementTolerance)
  if (first.length === 0) return
  let lasting: readonly Disagreement[]
  try {
    lasting = await lastingDisagreements(first, deps)
  } catch (error) {
    deps.metrics.count('SecondLooksFailed')
    deps.log.emit({ event: 'indexer.second_look_failed', cdpIds: first.map(({ cdpId }) => cdpId) }, error)
    return
  }
  if (lasting.length > 0) deps.metrics.count('HealthDisagreements', lasting.length)
  for (const { cdpId, own, theirs } of lasting)
    deps.log.emit({
      event: 'indexer.health_disagreement',
      cdpId,
      ownLiquidationLtv: own.toString(),
      ledgerLiquidationLtv: theirs.toString(),
    })
}

function reportJudgements(verdicts: readonly HealthVerdict[], market: MarketSnapshot, deps: IndexerDeps): void {
  for (const verdict of verdicts) {
    if (verdict.kind === 'unjudged')
      deps.log.emit({ event: 'indexer.cdp_unjudged', cdpId: verdict.cdpId, why: verdict.why })
    else for (const anomaly of anomaliesOf(verdict.health, market)) deps.log.emit(anomaly)
  }
}
