import type { CandidateMessage, Decimal, IndexRangeJob, RunRecord } from '@weft/domain'
import type { LoggedOutcome } from '@weft/liquidator'

/** What the services did so far, counted where it happened; report and live view read it. */
export class Activity {
  readonly jobs = { sent: 0, done: 0 }
  readonly candidates = { sent: 0, done: 0 }
  /** A run is being dispatched. */
  dispatching = false
  readonly runs = { dispatched: 0, refused: 0, failed: 0 }
  readonly runRecords: RunRecord[] = []
  readonly runSeconds: number[] = []
  readonly detectToCommitMs: number[] = []
  readonly queueToDoneSeconds: number[] = []
  readonly outcomes = new Map<string, number>()
  readonly staleReasons = new Map<string, number>()
  /** When each CDP was first found liquidatable, on the stack's clock. */
  readonly firstDetectedAtMs = new Map<string, number>()
  /** Kind and reason of the last outcome of each CDP, and when it came. */
  readonly lastOutcome = new Map<string, { kind: string; why: string; atMs: number }>()
  readonly recent: string[] = []
  /** Our commits by CDP: a deep one takes several. */
  readonly commitsOf = new Map<string, { count: number; lastAtMs: number }>()
  /** Times of commits, for a rate. */
  readonly commitsAtMs: number[] = []

  /** Messages that were sent and are not done, by queue: when each was sent. */
  readonly #open = { indexing: new Map<string, number>(), liquidation: new Map<string, number>() }
  /** Candidates by run and CDP. */
  readonly #sent = new Set<string>()
  readonly #ended = new Set<string>()
  /** XRD per whole unit by resource, as the last run read them. */
  prices: ReadonlyMap<string, Decimal> = new Map()

  jobsSent(jobs: readonly IndexRangeJob[], nowMs: number): void {
    this.jobs.sent += jobs.length
    for (const job of jobs) this.#open.indexing.set(jobName(job), nowMs)
  }

  jobDone(job: IndexRangeJob): void {
    this.jobs.done += 1
    this.#open.indexing.delete(jobName(job))
  }

  /** Whether a service has anything in hand or in its queue. */
  get isWorking(): boolean {
    return this.dispatching || this.#open.indexing.size > 0 || this.#open.liquidation.size > 0
  }

  /** Age of the oldest message that is not done; 0 when there is none. */
  oldestAgeSeconds(queue: 'indexing' | 'liquidation', nowMs: number): number {
    const oldest = Math.min(nowMs, ...this.#open[queue].values())
    return (nowMs - oldest) / 1_000
  }

  candidatesFound(candidates: readonly CandidateMessage[]): void {
    for (const candidate of candidates) {
      const name = candidateName(candidate)
      if (!this.#ended.has(name)) this.#open.liquidation.set(name, candidate.detectedAtMs)
      if (!this.firstDetectedAtMs.has(candidate.cdpId))
        this.firstDetectedAtMs.set(candidate.cdpId, candidate.detectedAtMs)
    }
  }

  /** A range that is indexed twice queues the same candidates twice; they count once, as they are done once. */
  candidatesSent(candidates: readonly CandidateMessage[]): void {
    for (const candidate of candidates) this.#sent.add(candidateName(candidate))
    this.candidates.sent = this.#sent.size
  }

  runDispatched(run: RunRecord, seconds: number): void {
    this.runs.dispatched += 1
    this.runRecords.push(run)
    this.runSeconds.push(seconds)
    this.#say(`run ${run.runId} dispatched in ${seconds.toFixed(1)} s`)
  }

  outcome(outcome: LoggedOutcome): void {
    const { cdpId, kind, why, staleReason, atMs } = outcome
    this.outcomes.set(kind, (this.outcomes.get(kind) ?? 0) + 1)
    if (staleReason) this.staleReasons.set(staleReason, (this.staleReasons.get(staleReason) ?? 0) + 1)
    // "Another worker has it" says nothing of the CDP.
    if (kind !== 'held') this.lastOutcome.set(cdpId, { kind, why, atMs })
    if (kind === 'liquidated') {
      this.commitsAtMs.push(atMs)
      const before = this.commitsOf.get(cdpId)?.count ?? 0
      this.commitsOf.set(cdpId, { count: before + 1, lastAtMs: atMs })
    }
    this.#timed(outcome)
    this.#say(`${cdpId} ${kind}${why === '' ? '' : `: ${why}`}`)
  }

  /** A candidate that was delivered twice counts its first end: whoever comes later finds that it is held, or answered. */
  #timed({ runId, cdpId, kind, atMs }: LoggedOutcome): void {
    const name = candidateName({ runId, cdpId })
    const detectedAtMs = this.#open.liquidation.get(name)
    if (detectedAtMs === undefined) return
    this.#open.liquidation.delete(name)
    this.#ended.add(name)
    this.candidates.done = this.#ended.size
    this.queueToDoneSeconds.push((atMs - detectedAtMs) / 1_000)
    if (kind === 'liquidated') this.detectToCommitMs.push(atMs - detectedAtMs)
  }

  #say(line: string): void {
    this.recent.push(line)
    if (this.recent.length > 50) this.recent.shift()
  }
}

function jobName({ runId, fromId }: IndexRangeJob): string {
  return `${runId} ${fromId}`
}

function candidateName({ runId, cdpId }: Pick<CandidateMessage, 'runId' | 'cdpId'>): string {
  return `${runId} ${cdpId}`
}
