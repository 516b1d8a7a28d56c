import {
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'
import type { InvokeResult } from './execution-environment.ts'
import { RAMP_PER_MINUTE, Slots } from './slots.ts'

export interface MappingSettings {
  readonly queueUrl: string
  readonly batchSize: number
  /** Invocations at a time once the mapping has scaled up. */
  readonly maximumConcurrency: number
  /** How many more invocations at a time a backlog brings per minute, from five on; as on AWS by default. */
  readonly rampPerMinute?: number
  /** Length of a poll, at most 20; also how long `stop` takes on an empty queue. */
  readonly waitTimeSeconds?: number
  /** Hears of every batch once it is settled. */
  readonly onBatch?: (batch: BatchReport) => void
}

export interface BatchReport {
  readonly messageIds: readonly string[]
  readonly result: InvokeResult | { readonly kind: 'throttled' }
  /** Messages that stay in the queue and are delivered again when their visibility timeout ends. */
  readonly failedIds: readonly string[]
}

const MOST_POLLERS = 5
const MOST_RECEIVED = 10

type Invoke = (event: unknown) => Promise<BatchReport['result']>

/**
 * What AWS does between a queue and a function with `ReportBatchItemFailures`: receives batches, invokes, and deletes what was
 * handled. A throw, a timeout or an answer that names unknown messages returns the whole batch.
 */
export class EventSourceMapping {
  readonly #sqs: SQSClient
  readonly #invoke: Invoke
  readonly #settings: MappingSettings
  readonly #slots: Slots
  #stopped = false
  #pollers: Promise<unknown> = Promise.resolve()

  constructor(sqs: SQSClient, invoke: Invoke, settings: MappingSettings) {
    this.#sqs = sqs
    this.#invoke = invoke
    this.#settings = settings
    this.#slots = new Slots(settings.maximumConcurrency, settings.rampPerMinute ?? RAMP_PER_MINUTE)
  }

  async start(): Promise<void> {
    const { Attributes } = await this.#sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: this.#settings.queueUrl, AttributeNames: ['QueueArn'] }),
    )
    const arn = Attributes?.QueueArn ?? ''
    const pollers = Math.min(MOST_POLLERS, this.#settings.maximumConcurrency)
    this.#pollers = Promise.all(Array.from({ length: pollers }, () => this.#poll(arn)))
  }

  /** Receives no more; resolves when the batches in work are settled. */
  async stop(): Promise<void> {
    this.#stopped = true
    this.#slots.close()
    await this.#pollers
  }

  async #poll(arn: string): Promise<void> {
    const { batchSize, queueUrl, waitTimeSeconds = 20 } = this.#settings
    const inWork = new Set<Promise<void>>()
    while (!this.#stopped) {
      const slots = await this.#slots.take(Math.max(1, Math.floor(MOST_RECEIVED / batchSize)))
      // Stopped, or another poller was faster.
      if (slots === 0) continue
      const { Messages = [] } = await this.#sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(MOST_RECEIVED, slots * batchSize),
          WaitTimeSeconds: waitTimeSeconds,
          MessageSystemAttributeNames: ['All'],
          MessageAttributeNames: ['All'],
        }),
      )
      const batches = inBatches(Messages, batchSize)
      this.#slots.fill(batches.length, slots)
      for (const batch of batches) {
        const working = this.#work(batch, arn).finally(() => {
          this.#slots.vacate()
          inWork.delete(working)
        })
        inWork.add(working)
      }
    }
    await Promise.all(inWork)
  }

  async #work(messages: readonly Message[], arn: string): Promise<void> {
    const result = await this.#invoke({ Records: messages.map((message) => recordOf(message, arn)) })
    const messageIds = messages.map((message) => message.MessageId ?? '')
    const failedIds = failuresOf(result, messageIds)
    const done = messages.filter((message) => !failedIds.includes(message.MessageId ?? ''))
    if (done.length > 0)
      await this.#sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.#settings.queueUrl,
          Entries: done.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle })),
        }),
      )
    this.#settings.onBatch?.({ messageIds, result, failedIds })
  }
}

function inBatches(messages: readonly Message[], size: number): readonly (readonly Message[])[] {
  return Array.from({ length: Math.ceil(messages.length / size) }, (_, index) =>
    messages.slice(index * size, (index + 1) * size),
  )
}

/** @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html for what counts as success. */
export function failuresOf(result: BatchReport['result'], messageIds: readonly string[]): readonly string[] {
  if (result.kind !== 'returned') return messageIds
  if (result.payload === null || typeof result.payload !== 'object') return []
  const { batchItemFailures } = result.payload as { batchItemFailures?: unknown }
  if (batchItemFailures === undefined || batchItemFailures === null) return []
  if (!Array.isArray(batchItemFailures)) return messageIds
  const named = batchItemFailures.map((each) => String(Object(each).itemIdentifier ?? ''))
  return named.every((id) => messageIds.includes(id)) ? named : messageIds
}

function recordOf(message: Message, arn: string): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes ?? {},
    messageAttributes: message.MessageAttributes ?? {},
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: arn,
    awsRegion: arn.split(':')[3] ?? '',
  }
}
