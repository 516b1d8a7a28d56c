import type { Activity } from '../activity.ts'

/** Outcomes after which a CDP may rightly stay liquidatable. */
const STANDING_REASONS: ReadonlySet<string> = new Set([
  'unprofitable',
  'impossible',
  'quarantined',
  'governed',
  'wallet-low',
  'paused',
  'dry-run',
  'unjudged',
])

/** Ends of a transaction that was sent: the next run finds its CDP again, if there is one. */
const SENT_IN_VAIN: ReadonlySet<string> = new Set(['failed', 'expired'])

/**
 * A CDP that was liquidated no longer ago than a cadence and this is in hand, though the close factor, the pools or the operator's own
 * funds left some of it: the next run finds it again, and a commit takes six seconds.
 */
const NEXT_COMMIT_MS = 15_000

/**
 * Why a CDP is left liquidatable at `nowMs`, in the words of its last outcome; `undefined` when nothing explains it. What came out later
 * than `nowMs` was in work then, and nobody looked for the CDP again.
 */
export function whyLeft(
  id: string,
  { commitsOf, lastOutcome }: Pick<Activity, 'commitsOf' | 'lastOutcome'>,
  nowMs: number,
  cadenceMs: number,
): string | undefined {
  const commits = commitsOf.get(id)
  if (commits && nowMs - commits.lastAtMs < cadenceMs + NEXT_COMMIT_MS) {
    const seconds = Math.round((nowMs - commits.lastAtMs) / 1_000)
    const when = seconds < 0 ? `${-seconds} s after` : `${seconds} s before`
    return `being worked off: liquidated ${commits.count} times, at last ${when} the last run`
  }
  const last = lastOutcome.get(id)
  if (last && STANDING_REASONS.has(last.kind)) return `${last.kind}: ${last.why}`
  if (last && last.atMs > nowMs && SENT_IN_VAIN.has(last.kind)) return `${last.kind} after the last run: ${last.why}`
  return undefined
}
