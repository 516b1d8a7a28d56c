import * as z from 'zod'

export const NetworkName = z.enum(['mainnet', 'stokenet', 'local'])
export type NetworkName = z.infer<typeof NetworkName>

/** State version, epoch and ledger clock that every read of a run is pinned to. */
export const SyncPoint = z.strictObject({
  network: NetworkName,
  stateVersion: z.int().positive(),
  epoch: z.int().nonnegative(),
  round: z.int().nonnegative(),
  /** Proposer round timestamp, unix milliseconds. */
  ledgerTimeMs: z.int().nonnegative(),
})
export type SyncPoint = z.infer<typeof SyncPoint>

/** Whether a run may act on what the ledger says. A halted ledger answers queries normally: only its clock tells. */
export type Freshness =
  | { readonly kind: 'fresh'; readonly ageMs: number }
  | { readonly kind: 'stale'; readonly ageMs: number; readonly limitMs: number }
  /** The ledger clock stood still for longer than `haltedAfterMs`: no scan, no submission. */
  | { readonly kind: 'halted'; readonly ageMs: number; readonly haltedAfterMs: number }
  /** The ledger clock runs ahead of ours by more than a clock may be wrong. */
  | { readonly kind: 'ahead'; readonly aheadMs: number; readonly limitMs: number }

export interface FreshnessLimits {
  readonly maxAgeMs: number
  readonly haltedAfterMs: number
  readonly maxAheadMs: number
}

/** Judges the ledger clock against the wall clock; `nowMs` is unix milliseconds. */
export function judgeFreshness(syncPoint: SyncPoint, nowMs: number, limits: FreshnessLimits): Freshness {
  const ageMs = nowMs - syncPoint.ledgerTimeMs
  if (ageMs < -limits.maxAheadMs) return { kind: 'ahead', aheadMs: -ageMs, limitMs: limits.maxAheadMs }
  if (ageMs > limits.haltedAfterMs) return { kind: 'halted', ageMs, haltedAfterMs: limits.haltedAfterMs }
  if (ageMs > limits.maxAgeMs) return { kind: 'stale', ageMs, limitMs: limits.maxAgeMs }
  return { kind: 'fresh', ageMs: Math.max(ageMs, 0) }
}
