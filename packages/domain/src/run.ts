import * as z from 'zod'
import { ResourceAddress } from './ids.ts'
import { RunId } from './messages.ts'
import { censusOfAll } from './prices/liquidation-causes.ts'
import type { LiquidatableCensus } from './prices/mass-liquidation-breaker.ts'
import { type NetworkName, SyncPoint } from './sync-point.ts'
import { mapOf } from './wire.ts'

/** One run of the dispatcher: what it was pinned to and how many ranges it cut. */
export const RunRecord = z.object({
  schemaVersion: z.literal(1),
  runId: RunId,
  syncPoint: SyncPoint,
  marketSnapshotKey: z.string(),
  cdpCounter: z.int().nonnegative(),
  ranges: z.int().nonnegative(),
  startedAtMs: z.int().nonnegative(),
})
export type RunRecord = z.infer<typeof RunRecord>

/** What an indexer found in one range; all ranges together are the run's proof that no CDP went unchecked. */
export const RangeCompletion = z.object({
  schemaVersion: z.literal(1),
  runId: RunId,
  fromId: z.int().positive(),
  toId: z.int().positive(),
  live: z.int().nonnegative(),
  burned: z.int().nonnegative(),
  missing: z.int().nonnegative(),
  /** Could not be judged: unknown, never healthy. */
  unjudged: z.int().nonnegative(),
  liquidatable: z.int().nonnegative(),
  /** Queued; liquidatable CDPs that liquidators already have are not among them. */
  candidates: z.int().nonnegative(),
  /** Resource → CDPs of the range that its price move since the run before made liquidatable. */
  causedBy: mapOf(ResourceAddress, z.int().positive()).optional(),
  batchSnapshotKey: z.string(),
  finishedAtMs: z.int().nonnegative(),
})
export type RangeCompletion = z.infer<typeof RangeCompletion>

/** Remembers runs and their coverage. Writing the same run or range twice is harmless. */
export interface RunStore {
  start(run: RunRecord): Promise<void>
  /** The most recently started run, `undefined` before the first. */
  latest(network: NetworkName): Promise<RunRecord | undefined>
  completeRange(completion: RangeCompletion): Promise<void>
  completions(runId: RunId): Promise<readonly RangeCompletion[]>
}

export type Coverage =
  | { readonly kind: 'complete'; readonly judged: number }
  | { readonly kind: 'partial'; readonly rangesMissing: number; readonly unjudged: number; readonly missing: number }

/** Whether every id up to the run's counter was answered for and every live CDP judged. An id that the Gateway left out is unknown. */
export function coverageOf(run: RunRecord, completions: readonly RangeCompletion[]): Coverage {
  const done = new Map(completions.map((each) => [each.fromId, each]))
  const unjudged = [...done.values()].reduce((sum, each) => sum + each.unjudged, 0)
  const missing = [...done.values()].reduce((sum, each) => sum + each.missing, 0)
  const rangesMissing = run.ranges - done.size
  if (rangesMissing > 0 || unjudged > 0 || missing > 0) return { kind: 'partial', rangesMissing, unjudged, missing }
  return { kind: 'complete', judged: [...done.values()].reduce((sum, each) => sum + each.live, 0) }
}

/** What a run's ranges found so far, by the asset whose move caused it. */
export function censusOfRun(completions: readonly RangeCompletion[]): LiquidatableCensus {
  return censusOfAll(completions.map(({ live, causedBy }) => ({ liveCdps: live, causedBy: causedBy ?? new Map() })))
}
