import type { Clock, ExecutionJournal, Spending } from '@weft/domain'

const MAX_AGE_MS = 10_000
/** Workers' clocks differ and the journal's index lags, both by moments. */
const OVERLAP_MS = 60_000

/**
 * What all workers' transactions of a window cost, read at most every ten seconds by one process. The first reading takes the whole
 * window, later ones only what came since: in a storm hundreds of processes ask, and none may leave anything out.
 */
export class RecentSpending {
  readonly #journal: Pick<ExecutionJournal, 'spentSince'>
  readonly #clock: Clock
  readonly #windowMs: number
  #known: ReadonlyMap<string, Spending> = new Map()
  /** When the last good reading began: nothing older is missing. */
  #completeUntilMs: number | undefined
  #read: { readonly atMs: number; readonly spending: Promise<readonly Spending[]> } | undefined

  constructor(journal: Pick<ExecutionJournal, 'spentSince'>, clock: Clock, windowMs: number) {
    this.#journal = journal
    this.#clock = clock
    this.#windowMs = windowMs
  }

  /** What was recorded within the window, in no order. */
  within(): Promise<readonly Spending[]> {
    const nowMs = this.#clock.now()
    const last = this.#read
    if (last && nowMs - last.atMs < MAX_AGE_MS) return last.spending
    const read = { atMs: nowMs, spending: this.#readOn(nowMs) }
    this.#read = read
    read.spending.catch(() => {
      if (this.#read === read) this.#read = undefined
    })
    return read.spending
  }

  async #readOn(nowMs: number): Promise<readonly Spending[]> {
    const windowStartMs = nowMs - this.#windowMs
    const found = await this.#journal.spentSince(
      Math.max(windowStartMs, (this.#completeUntilMs ?? Number.NEGATIVE_INFINITY) - OVERLAP_MS),
    )
    this.#completeUntilMs = Math.max(nowMs, this.#completeUntilMs ?? nowMs)
    const all = [...this.#known, ...found.map((each) => [`${each.cdpId} ${each.attempt}`, each] as const)]
    this.#known = new Map(all.filter(([, { atMs }]) => atMs > windowStartMs))
    return [...this.#known.values()]
  }
}
