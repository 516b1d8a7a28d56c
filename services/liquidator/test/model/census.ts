import { CRASH_POINTS } from './action.ts'

/** How often each kind of thing happened, over all runs. */
export class Census {
  readonly #counts = new Map<string, number>()

  count(kind: string, times = 1): void {
    this.#counts.set(kind, (this.#counts.get(kind) ?? 0) + times)
  }

  add(counts: readonly (readonly [string, number])[]): void {
    for (const [kind, times] of counts) this.count(kind, times)
  }

  of(kind: string): number {
    return this.#counts.get(kind) ?? 0
  }

  /** The most frequent first. */
  entries(): readonly (readonly [string, number])[] {
    return [...this.#counts].sort(([, a], [, b]) => b - a)
  }
}

/** What must have happened at least once in any sizeable number of runs: a model that never gets there proves nothing. */
export const REQUIRED_KINDS: readonly string[] = [
  'candidate queued',
  'candidate queued twice',
  'message delivered',
  'message delivered again',
  'message dead-lettered',
  'two workers on one CDP',
  ...CRASH_POINTS.map((call) => `killed before ${call}`),
  'submission through',
  'submission lost on the way',
  'submission unanswered',
  'submission lost in the mempool',
  'competitor was faster',
  'competitor struck after our submission',
  'price moved',
  'borrower repaid',
  'worker overslept',
  'swept',
  'attempt expired',
  'attempt failed on ledger',
  'ended as liquidated',
  'ended as stale',
  'ended as held',
  'ended as expired',
  'ended as failed',
  'ended as paused',
  'ended as dry-run',
  'threw IntentStillOpenError',
  'threw FencedOffError',
]
