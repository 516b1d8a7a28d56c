import { type ConsumerFault, SqsConsumer } from '@weft/aws'
import { IndexRangeJob } from '@weft/domain'
import { type IndexerDeps, type IndexOutcome, indexRange } from './index-range.ts'

/** SIGTERM to exit on Fargate: what is not finished by then is handed back to the queue. */
export const DRAIN_MS = 110_000

/** A range takes seconds; the heartbeat renews this while its handler works. */
const VISIBILITY_TIMEOUT_SECONDS = 60

export interface ConsumeOptions {
  readonly queueUrl: string
  /** Ranges in work at a time. */
  readonly concurrency: number
  readonly waitTimeSeconds?: number
  readonly onOutcome?: (job: IndexRangeJob, outcome: IndexOutcome) => void
}

type Sqs = ConstructorParameters<typeof SqsConsumer>[0]

/** Takes range jobs from the queue; a fault returns the job, and after some deliveries it is dead-lettered. */
export function indexerConsumer(sqs: Sqs, deps: IndexerDeps, options: ConsumeOptions): SqsConsumer<IndexRangeJob> {
  return new SqsConsumer(sqs, {
    queueUrl: options.queueUrl,
    schema: IndexRangeJob,
    concurrency: options.concurrency,
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    ...(options.waitTimeSeconds === undefined ? {} : { waitTimeSeconds: options.waitTimeSeconds }),
    handle: async (job) => {
      const outcome = await indexRange(job, deps)
      options.onOutcome?.(job, outcome)
    },
    onFault: (fault) => reportFault(fault, deps),
  })
}

function reportFault(fault: ConsumerFault, deps: IndexerDeps): void {
  const { error, kind, ...where } = fault
  deps.log.emit({ event: 'indexer.job_failed', kind, ...where }, error)
}
