import { type ConsumerFault, SqsConsumer } from '@weft/aws'
import {
  ForeignMessageError,
  IndexRangeJob,
  refuseForeign,
  SnapshotMissingError,
  StoredObjectError,
} from '@weft/domain'
import { type IndexerDeps, type IndexOutcome, indexRange } from './index-range.ts'

/** SIGTERM to exit on Fargate: what is not finished by then is handed back to the queue. */
export const DRAIN_MS = 110_000

/** A range takes seconds; the heartbeat renews this while its handler works. */
const VISIBILITY_TIMEOUT_SECONDS = 60

/** As long as a job is worth anything; a range takes seconds, and what hangs must not hold its job for ever. */
const HANDLER_TIMEOUT_MS = 600_000

const HOPELESS = [ForeignMessageError, SnapshotMissingError, StoredObjectError]

export interface ConsumeOptions {
  readonly queueUrl: string
  readonly deadLetterUrl: string
  /** Ranges in work at a time. */
  readonly concurrency: number
  readonly waitTimeSeconds?: number
  readonly onOutcome?: (job: IndexRangeJob, outcome: IndexOutcome) => void
}

type Sqs = ConstructorParameters<typeof SqsConsumer>[0]

/** Takes range jobs from the queue. What a job names and cannot be read will not be readable later: snapshots never change. */
export function indexerConsumer(sqs: Sqs, deps: IndexerDeps, options: ConsumeOptions): SqsConsumer<IndexRangeJob> {
  return new SqsConsumer(sqs, {
    queueUrl: options.queueUrl,
    deadLetterUrl: options.deadLetterUrl,
    isHopeless: (error) => HOPELESS.some((kind) => error instanceof kind),
    handlerTimeoutMs: HANDLER_TIMEOUT_MS,
    schema: IndexRangeJob,
    concurrency: options.concurrency,
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    ...(options.waitTimeSeconds === undefined ? {} : { waitTimeSeconds: options.waitTimeSeconds }),
    handle: async (job) => {
      refuseForeign(job, job.syncPoint.stateVersion, job.syncPoint.network)
      const outcome = await indexRange(job, deps)
      options.onOutcome?.(job, outcome)
    },
    onFault: (fault) => reportFault(fault, deps),
  })
}

function reportFault(fault: ConsumerFault, deps: IndexerDeps): void {
  const { error, kind, ...where } = fault
  if (kind === 'put-off') deps.log.emit({ event: 'indexer.job_put_off', ...where }, error)
  else deps.log.emit({ event: 'indexer.job_failed', kind, ...where }, error)
}
