import * as z from 'zod'
import { CdpId } from './ids.ts'
import { SyncPoint } from './sync-point.ts'
import { decimalText } from './wire.ts'

/** Run id: UTC start time and state version, e.g. `20261122T221500Z-370965851`; sorts by time. */
export const RunId = z
  .string()
  .regex(/^\d{8}T\d{6}Z-\d+$/, 'expected a run id such as 20261122T221500Z-370965851')
  .brand<'RunId'>()
export type RunId = z.infer<typeof RunId>

/** @param startedAtMs unix milliseconds */
export function runIdOf(startedAtMs: number, stateVersion: number): RunId {
  const stamp = new Date(startedAtMs).toISOString().replace(/[-:]|\.\d+/g, '')
  return RunId.parse(`${stamp}-${stateVersion}`)
}

/** CDP ids of one job at most: a range is held in memory as a whole. */
export const MAX_IDS_PER_JOB = 10_000

/** Dispatcher → indexer: judge every CDP from `fromId` to `toId`, both included, at the sync point. */
export const IndexRangeJob = z
  .object({
    schemaVersion: z.literal(1),
    runId: RunId,
    syncPoint: SyncPoint,
    marketSnapshotKey: z.string().min(1),
    /** Of the run before, whose prices tell which asset's move made a CDP liquidatable; absent in the first run. */
    formerMarketSnapshotKey: z.string().min(1).optional(),
    fromId: z.int().positive(),
    toId: z.int().positive(),
    /** Unix ms after which the job is dropped unread: the next run covers the range better. */
    expiresAtMs: z.int().positive(),
  })
  .refine(({ fromId, toId }) => fromId <= toId, { path: ['toId'], error: 'must not be below fromId' })
  .refine(({ fromId, toId }) => toId - fromId < MAX_IDS_PER_JOB, {
    path: ['toId'],
    error: `a job covers at most ${MAX_IDS_PER_JOB} ids`,
  })
export type IndexRangeJob = z.infer<typeof IndexRangeJob>

/** Indexer → liquidator: the ledger itself called this CDP liquidatable. All judging happens again at the tip. */
export const CandidateMessage = z.object({
  schemaVersion: z.literal(1),
  runId: RunId,
  cdpId: CdpId,
  /** State version of the batch snapshot that named the candidate. */
  stateVersion: z.int().positive(),
  ledgerTimeMs: z.int().nonnegative(),
  marketSnapshotKey: z.string().min(1),
  /** As the ledger's own `get_cdp` gave it. */
  liquidationLtv: decimalText,
  totalLoanValueXrd: decimalText,
  totalCollateralValueXrd: decimalText,
  detectedAtMs: z.int().nonnegative(),
})
export type CandidateMessage = z.infer<typeof CandidateMessage>
