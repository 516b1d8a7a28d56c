import type { SQSClient } from '@aws-sdk/client-sqs'
import { IndexRangeJob, type JobQueue } from '@weft/domain'
import * as z from 'zod'
import { type SendOptions, SqsBatchSender } from './sqs-batch-sender.ts'

/** Dispatcher → indexer. */
export class SqsJobQueue implements JobQueue {
  readonly #sender: SqsBatchSender

  constructor(sqs: SQSClient, queueUrl: string, options: Partial<SendOptions> = {}) {
    this.#sender = new SqsBatchSender(sqs, queueUrl, options)
  }

  async send(jobs: readonly IndexRangeJob[]): Promise<void> {
    await this.#sender.send(
      jobs.map((job) => ({
        name: `${job.runId} ${job.fromId}-${job.toId}`,
        body: JSON.stringify(z.encode(IndexRangeJob, job)),
      })),
    )
  }
}
