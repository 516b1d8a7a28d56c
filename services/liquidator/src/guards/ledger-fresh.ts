import { type Clock, type FreshnessLimits, judgeFreshness, type LedgerTip, type SyncPoint } from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../outcome.ts'

/** What the ledger clock showed in the past. */
export interface LedgerPast {
  /** Ledger time, unix ms, of the last state at or before `unixMs`. @throws {LedgerUnavailableError} */
  ledgerTimeAt(unixMs: number): Promise<number>
}

export interface FreshnessPolicy extends FreshnessLimits {
  /** How long only to observe once a halted ledger moves again: prices are stale and interest has jumped; users come first. */
  readonly quietPeriodMs: number
}

/**
 * A ledger that stands still answers queries normally, so its clock is held against ours. The quiet period needs no memory: the
 * ledger was halted within it if, at its beginning, the newest state was already older than a halt.
 */
export async function ledgerFresh(
  ledger: Pick<LedgerTip, 'syncPoint'>,
  past: LedgerPast,
  clock: Clock,
  limits: FreshnessPolicy,
): Promise<GuardVerdict<SyncPoint>> {
  const tip = await ledger.syncPoint()
  const nowMs = clock.now()
  const freshness = judgeFreshness(tip, nowMs, limits)
  if (freshness.kind !== 'fresh')
    return stop({ kind: 'ledger-not-fresh', freshness: freshness.kind, ageMs: nowMs - tip.ledgerTimeMs })
  const quietSinceMs = nowMs - limits.quietPeriodMs
  const standstillMs = quietSinceMs - (await past.ledgerTimeAt(quietSinceMs))
  if (standstillMs > limits.haltedAfterMs)
    return stop({ kind: 'ledger-not-fresh', freshness: 'quiet-period', ageMs: freshness.ageMs })
  return pass(tip)
}
