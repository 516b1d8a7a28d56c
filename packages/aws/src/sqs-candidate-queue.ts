import type { SQSClient } from '@aws-sdk/client-sqs'
import { CandidateMessage, type CandidateQueue } from '@weft/domain'
import * as z from 'zod'
import { type SendOptions, SqsBatchSender } from './sqs-batch-sender.ts'

/** Indexer → liquidator. */
export class SqsCandidateQueue implements CandidateQueue {
  readonly #sender: SqsBatchSender

  constructor(sqs: SQSClient, queueUrl: string, options: Partial<SendOptions> = {}) {
    this.#sender = new SqsBatchSender(sqs, queueUrl, options)
  }

  async send(candidates: readonly CandidateMessage[]): Promise<void> {
    await this.#sender.send(
      candidates.map((candidate) => ({
        name: candidate.cdpId,
        body: JSON.stringify(z.encode(CandidateMessage, candidate)),
      })),
    )
  }
}
