import type { CandidateMessage, Decimal, IndexRangeJob, RunRecord } from '@weft/domain'
import type { LiquidationOutcome } from '@weft/liquidator'

/** What the services did so far, counted where it happened; report and live view read it. */
export class Activity {
  readonly jobs = { sent: 0, done: 0 }
  readonly candidates = { sent: 0, done: 0 }
  readonly runs = { dispatched: 0, refused: 0, failed: 0 }
  readonly runRecords: RunRecord[] = []
  readonly runSeconds: number[] = []
  readonly detectToCommitMs: number[] = []
  readonly queueToDoneSeconds: number[] = []
  readonly outcomes = new Map<string, number>()
  readonly staleReasons = new Map<string, number>()
  /** When each CDP was first found liquidatable, on the stack's clock. */
  readonly firstDetectedAtMs = new Map<string, number>()
  /** Kind and reason of the last outcome of each CDP. */
  readonly lastOutcome = new Map<string, { kind: string; why: string }>()
  readonly recent: string[] = []
  /** Our commits by CDP: a deep one takes several. */
  readonly commitsOf = new Map<string, { count: number; lastAtMs: number }>()
  /** Times of commits, for a rate. */
  readonly commitsAtMs: number[] = []

  /** Messages that were sent and are not done, by queue: when each was sent. */
  readonly #open = { indexing: new Map<string, number>(), liquidation: new Map<string, number>() }
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

  /** Age of the oldest message that is not done; 0 when there is none. */
  oldestAgeSeconds(queue: 'indexing' | 'liquidation', nowMs: number): number {
    const oldest = Math.min(nowMs, ...this.#open[queue].values())
    return (nowMs - oldest) / 1_000
  }

  candidatesSent(candidates: readonly CandidateMessage[]): void {
    this.candidates.sent += candidates.length
    for (const candidate of candidates) {
      this.#open.liquidation.set(candidateName(candidate), candidate.detectedAtMs)
      if (!this.firstDetectedAtMs.has(candidate.cdpId))
        this.firstDetectedAtMs.set(candidate.cdpId, candidate.detectedAtMs)
    }
  }

  runDispatched(run: RunRecord, seconds: number): void {
    this.runs.dispatched += 1
    this.runRecords.push(run)
    this.runSeconds.push(seconds)
    this.#say(`run ${run.runId} dispatched in ${seconds.toFixed(1)} s`)
  }

  /** @param doneAtMs on the same clock as the candidate's `detectedAtMs` */
  outcome(candidate: CandidateMessage, outcome: LiquidationOutcome, why: string, doneAtMs: number): void {
    this.candidates.done += 1
    this.#open.liquidation.delete(candidateName(candidate))
    this.outcomes.set(outcome.kind, (this.outcomes.get(outcome.kind) ?? 0) + 1)
    // "Another worker has it" says nothing of the CDP.
    if (outcome.kind !== 'held') this.lastOutcome.set(candidate.cdpId, { kind: outcome.kind, why })
    this.queueToDoneSeconds.push((doneAtMs - candidate.detectedAtMs) / 1_000)
    if (outcome.kind === 'liquidated') {
      this.detectToCommitMs.push(doneAtMs - candidate.detectedAtMs)
      this.commitsAtMs.push(doneAtMs)
      const before = this.commitsOf.get(candidate.cdpId)?.count ?? 0
      this.commitsOf.set(candidate.cdpId, { count: before + 1, lastAtMs: doneAtMs })
    }
    if (outcome.kind === 'stale')
      this.staleReasons.set(outcome.reason, (this.staleReasons.get(outcome.reason) ?? 0) + 1)
    this.#say(`${candidate.cdpId} ${outcome.kind}${why === '' ? '' : `: ${why}`}`)
  }

  #say(line: string): void {
    this.recent.push(line)
    if (this.recent.length > 50) this.recent.shift()
  }
}

function jobName({ runId, fromId }: IndexRangeJob): string {
  return `${runId} ${fromId}`
}

function candidateName({ runId, cdpId }: CandidateMessage): string {
  return `${runId} ${cdpId}`
}
