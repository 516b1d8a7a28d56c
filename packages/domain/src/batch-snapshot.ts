import * as z from 'zod'
import { CdpId } from './ids.ts'
import { RunId } from './messages.ts'
import { type NetworkName, SyncPoint } from './sync-point.ts'
import { decimalText } from './wire.ts'

/** First line of a batch snapshot. */
export const BatchSnapshotHeader = z.object({
  schemaVersion: z.literal(1),
  runId: RunId,
  syncPoint: SyncPoint,
  fromId: z.int().positive(),
  toId: z.int().positive(),
  live: z.int().nonnegative(),
  burned: z.int().nonnegative(),
  missing: z.int().nonnegative(),
})
export type BatchSnapshotHeader = z.infer<typeof BatchSnapshotHeader>

/** One line per live CDP: what it owed and held at the sync point, in XRD, and how close it is to liquidation. */
export const BatchSnapshotRow = z.object({
  cdpId: CdpId,
  lastUpdatedAtStateVersion: z.int().positive(),
  totalLoanValueXrd: decimalText,
  totalCollateralValueXrd: decimalText,
  healthLtv: decimalText,
  liquidationLtv: decimalText,
  /** Set when the CDP could not be judged; it counts as unknown, never as healthy. */
  unjudged: z.string().nullable(),
})
export type BatchSnapshotRow = z.infer<typeof BatchSnapshotRow>

/** `snapshots/<network>/<yyyy>/<mm>/<dd>/<run>/<from>-<to>.jsonl.gz`, ids padded so that keys sort by range. */
export function batchSnapshotKey(network: NetworkName, runId: RunId, fromId: number, toId: number): string {
  const pad = (id: number) => String(id).padStart(9, '0')
  return `snapshots/${network}/${datePath(runId)}/${runId}/${pad(fromId)}-${pad(toId)}.jsonl.gz`
}

/** `markets/<network>/<yyyy>/<mm>/<dd>/<run>.json.gz` */
export function marketSnapshotKey(network: NetworkName, runId: RunId): string {
  return `markets/${network}/${datePath(runId)}/${runId}.json.gz`
}

function datePath(runId: RunId): string {
  return `${runId.slice(0, 4)}/${runId.slice(4, 6)}/${runId.slice(6, 8)}`
}
