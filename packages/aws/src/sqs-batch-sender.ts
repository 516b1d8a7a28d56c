import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { QueueUnavailableError } from '@weft/domain'
import { type Backoff, backOff } from './backoff.ts'

export interface OutgoingMessage {
  /** For error messages: the range or CDP that the message is about. */
  readonly name: string
  readonly body: string
}

export interface SendOptions extends Backoff {
  /** Tries per message, the first included. */
  readonly maxTries: number
  /** Batches on their way at a time. */
  readonly concurrency: number
}

const DEFAULTS: SendOptions = { maxTries: 6, concurrency: 8, firstDelayMs: 200, maxDelayMs: 5_000 }

/** SQS takes ten messages a call, and 256 KiB in all where the account has not been raised to 1 MiB. */
const MAX_ENTRIES = 10
const MAX_BATCH_BYTES = 256 * 1024

/** Sends messages ten at a time; what a call refuses, whole or in part, is sent again and never dropped. */
export class SqsBatchSender {
  readonly #sqs: SQSClient
  readonly #queueUrl: string
  readonly #options: SendOptions

  constructor(sqs: SQSClient, queueUrl: string, options: Partial<SendOptions> = {}) {
    this.#sqs = sqs
    this.#queueUrl = queueUrl
    this.#options = { ...DEFAULTS, ...options }
  }

  /**
   * Resolves when SQS has accepted every message. A message may arrive twice when an answer was lost.
   * @throws {QueueUnavailableError} naming what is left after all tries.
   */
  async send(messages: readonly OutgoingMessage[]): Promise<void> {
    let pending = messages
    const hopeless: Refusal[] = []
    let cause: unknown
    for (let tries = 1; pending.length > 0; tries++) {
      const refusals = await this.#sendOnce(pending)
      hopeless.push(...refusals.filter((refusal) => refusal.final))
      const again = refusals.filter((refusal) => !refusal.final)
      cause = refusals[0]?.cause ?? cause
      pending = again.map((refusal) => refusal.message)
      if (pending.length === 0 || tries === this.#options.maxTries) break
      await backOff(tries, this.#options)
    }
    const left = [...hopeless.map((refusal) => refusal.message), ...pending].map((message) => message.name)
    if (left.length > 0) throw new QueueUnavailableError(queueName(this.#queueUrl), left.length, cause, left)
  }

  async #sendOnce(messages: readonly OutgoingMessage[]): Promise<Refusal[]> {
    const batches = inBatches(messages)
    const refusals: Refusal[] = []
    const next = batches.values()
    const workers = Array.from({ length: Math.min(this.#options.concurrency, batches.length) }, async () => {
      for (const batch of next) refusals.push(...(await this.#sendBatch(batch)))
    })
    await Promise.all(workers)
    return refusals
  }

  async #sendBatch(batch: readonly OutgoingMessage[]): Promise<Refusal[]> {
    try {
      const { Failed = [] } = await this.#sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: this.#queueUrl,
          Entries: batch.map((message, index) => ({ Id: String(index), MessageBody: message.body })),
        }),
      )
      return Failed.flatMap((entry) => {
        const message = batch[Number(entry.Id)]
        const cause = new Error(`${entry.Code}: ${entry.Message ?? 'no message'}`)
        return message ? [{ message, cause, final: entry.SenderFault === true }] : []
      })
    } catch (cause) {
      return batch.map((message) => ({ message, cause, final: false }))
    }
  }
}

interface Refusal {
  readonly message: OutgoingMessage
  readonly cause: unknown
  /** SQS blames the message itself: sending it again cannot help. */
  readonly final: boolean
}

function inBatches(messages: readonly OutgoingMessage[]): OutgoingMessage[][] {
  const batches: OutgoingMessage[][] = []
  let bytes = 0
  for (const message of messages) {
    const size = Buffer.byteLength(message.body)
    const current = batches.at(-1)
    if (current === undefined || current.length === MAX_ENTRIES || bytes + size > MAX_BATCH_BYTES) {
      batches.push([message])
      bytes = size
    } else {
      current.push(message)
      bytes += size
    }
  }
  return batches
}

/** The last part of a queue's address. */
export function queueName(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1)
}
