import {
  type Clock,
  type Freshness,
  type FreshnessLimits,
  judgeFreshness,
  type LedgerPast,
  type LedgerTip,
  type SyncPoint,
} from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../../outcome/outcome.ts'

export type { LedgerPast }

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
  const notFresh = (freshness: Exclude<Freshness['kind'], 'fresh'> | 'quiet-period') =>
    stop({ kind: 'ledger-not-fresh', freshness, ageMs: nowMs - tip.ledgerTimeMs }, tip)
  const byClock = judgeFreshness(tip, nowMs, limits)
  if (byClock.kind !== 'fresh') return notFresh(byClock.kind)
  const quietSinceMs = nowMs - limits.quietPeriodMs
  const earlier = await past.momentAt(quietSinceMs)
  const standstillMs = quietSinceMs - (earlier?.ledgerTimeMs ?? quietSinceMs)
  if (standstillMs > limits.haltedAfterMs) return notFresh('quiet-period')
  const byEpoch = judgeFreshness(tip, nowMs, limits, earlier)
  return byEpoch.kind === 'fresh' ? pass(tip) : notFresh(byEpoch.kind)
}
