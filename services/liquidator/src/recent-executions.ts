import type { Clock, ExecutionJournal, ExecutionRecord } from '@weft/domain'

/** How far back is read at first; doubled until the window is covered. */
const FIRST_LIMIT = 50
/** A storm's executions beyond this many are not counted; they would only make the governors stricter. */
const MOST = 1_000
const MAX_AGE_MS = 10_000

/**
 * The newest executions of all CDPs, read at most every ten seconds by one process: on a quiet day a handful, in a storm only as many
 * as the window holds.
 */
export class RecentExecutions {
  readonly #journal: Pick<ExecutionJournal, 'recent'>
  readonly #clock: Clock
  #read: { readonly atMs: number; readonly records: Promise<readonly ExecutionRecord[]> } | undefined

  constructor(journal: Pick<ExecutionJournal, 'recent'>, clock: Clock) {
    this.#journal = journal
    this.#clock = clock
  }

  /** Those updated within `windowMs`, newest first. Always ask for the same window. */
  within(windowMs: number): Promise<readonly ExecutionRecord[]> {
    const nowMs = this.#clock.now()
    if (this.#read && nowMs - this.#read.atMs < MAX_AGE_MS) return this.#read.records
    const read = { atMs: nowMs, records: this.#since(nowMs - windowMs) }
    this.#read = read
    read.records.catch(() => {
      if (this.#read === read) this.#read = undefined
    })
    return read.records
  }

  async #since(sinceMs: number): Promise<readonly ExecutionRecord[]> {
    for (let limit = FIRST_LIMIT; ; limit = Math.min(limit * 2, MOST)) {
      const records = await this.#journal.recent(limit)
      const oldest = records.at(-1)
      if (records.length < limit || limit === MOST || (oldest && oldest.updatedAtMs <= sinceMs))
        return records.filter((record) => record.updatedAtMs > sinceMs)
    }
  }
}
