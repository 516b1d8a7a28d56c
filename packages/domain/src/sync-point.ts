import * as z from 'zod'

export const NetworkName = z.enum(['mainnet', 'stokenet', 'local'])
export type NetworkName = z.infer<typeof NetworkName>

/** State version, epoch and ledger clock that every read of a run is pinned to. */
export const SyncPoint = z.object({
  network: NetworkName,
  stateVersion: z.int().positive(),
  epoch: z.int().nonnegative(),
  round: z.int().nonnegative(),
  /** Proposer round timestamp, unix milliseconds. */
  ledgerTimeMs: z.int().nonnegative(),
})
export type SyncPoint = z.infer<typeof SyncPoint>

/** Where the ledger stood at some time. */
export type LedgerMoment = Pick<SyncPoint, 'epoch' | 'ledgerTimeMs'>

/** Whether a run may act on what the ledger says. A halted ledger answers queries normally: only its clock tells. */
export type Freshness =
  | { readonly kind: 'fresh'; readonly ageMs: number }
  | { readonly kind: 'stale'; readonly ageMs: number; readonly limitMs: number }
  /** The ledger clock stood still for longer than `haltedAfterMs`: no scan, no submission. */
  | { readonly kind: 'halted'; readonly ageMs: number; readonly haltedAfterMs: number }
  /** The clock goes on and the epoch does not: intents would never expire, and what ends with an epoch never happens. */
  | { readonly kind: 'epoch-stalled'; readonly epoch: number; readonly standsForMs: number; readonly limitMs: number }
  /** The ledger clock runs ahead of ours by more than a clock may be wrong. */
  | { readonly kind: 'ahead'; readonly aheadMs: number; readonly limitMs: number }

export interface FreshnessLimits {
  readonly maxAgeMs: number
  readonly haltedAfterMs: number
  readonly maxAheadMs: number
}

/** Epochs last about five minutes; one that lasts four times as long has stopped. */
const LONGEST_EPOCH_MS = 20 * 60_000
/** How far back to look for {@link judgeFreshness}'s earlier moment: longer than any epoch that goes on may last. */
export const EPOCH_LOOK_BACK_MS = 30 * 60_000

/**
 * Judges the ledger clock against the wall clock, and the epoch against the ledger clock. `nowMs` is unix milliseconds.
 * @param earlier where the ledger stood some time ago; without it, progress of the epoch is not judged.
 */
export function judgeFreshness(
  syncPoint: SyncPoint,
  nowMs: number,
  limits: FreshnessLimits,
  earlier?: LedgerMoment,
): Freshness {
  const ageMs = nowMs - syncPoint.ledgerTimeMs
  if (ageMs < -limits.maxAheadMs) return { kind: 'ahead', aheadMs: -ageMs, limitMs: limits.maxAheadMs }
  if (ageMs > limits.haltedAfterMs) return { kind: 'halted', ageMs, haltedAfterMs: limits.haltedAfterMs }
  if (ageMs > limits.maxAgeMs) return { kind: 'stale', ageMs, limitMs: limits.maxAgeMs }
  const standsForMs = earlier?.epoch === syncPoint.epoch ? syncPoint.ledgerTimeMs - earlier.ledgerTimeMs : 0
  if (standsForMs > LONGEST_EPOCH_MS)
    return { kind: 'epoch-stalled', epoch: syncPoint.epoch, standsForMs, limitMs: LONGEST_EPOCH_MS }
  return { kind: 'fresh', ageMs: Math.max(ageMs, 0) }
}
