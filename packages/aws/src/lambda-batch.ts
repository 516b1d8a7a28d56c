import { ChangeMessageVisibilityCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { z } from 'zod'
import { verdictOn } from './delivery-verdict.ts'
import { parseJson } from './parse-json.ts'
import type { ConsumerFault, Delivery } from './received-message.ts'
import { SqsDeadLetters } from './sqs-dead-letters.ts'

interface SqsLambdaRecord {
  readonly messageId: string
  readonly receiptHandle: string
  readonly body: string
  readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string }
  readonly eventSourceARN: string
}

/** The part of an SQS event that is read here. */
export interface SqsLambdaEvent {
  readonly Records: readonly SqsLambdaRecord[]
}

/** Names the messages that shall be delivered again. */
export interface SqsLambdaResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

export interface LambdaBatchOptions<M> {
  readonly sqs: SQSClient
  readonly queueUrl: string
  readonly deadLetterUrl: string
  readonly schema: z.ZodType<M>
  /** Returning acknowledges the message; what a throw does, {@link verdictOn} says. */
  readonly handle: (message: M, delivery: Omit<Delivery, 'signal'>) => Promise<void>
  /** Whether a fault is one that no repetition can heal; none is by default. */
  readonly isHopeless?: (error: unknown) => boolean
  readonly onFault: (fault: ConsumerFault) => void
}

/** A Lambda cannot hold what it puts off, so messages come by once a minute and find the breaker open without a request. */
const LEAST_PUT_OFF_SECONDS = 30
/** As far as SQS delays a message. */
const MOST_PUT_OFF_SECONDS = 900

/**
 * The same rules as {@link SqsConsumer} for a Lambda behind an event source mapping with partial batch responses. One message after the
 * other; those that are named in the answer stay in the queue.
 * @see docs/adr/0022-outages-cost-no-delivery.md
 */
export async function handleSqsEvent<M>(
  event: SqsLambdaEvent,
  options: LambdaBatchOptions<M>,
): Promise<SqsLambdaResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = []
  for (const record of event.Records)
    if ((await settled(record, options)) === 'stays') batchItemFailures.push({ itemIdentifier: record.messageId })
  return { batchItemFailures }
}

async function settled<M>(record: SqsLambdaRecord, options: LambdaBatchOptions<M>): Promise<'gone' | 'stays'> {
  const { messageId } = record
  const receiveCount = Number(record.attributes.ApproximateReceiveCount)
  const report = (kind: ConsumerFault['kind'], error: unknown, then?: Pick<ConsumerFault, 'afterSeconds' | 'isDead'>) =>
    options.onFault({ kind, messageId, receiveCount, ...then, error })
  let kind: ConsumerFault['kind'] = 'unparsable'
  try {
    const message = parseJson(options.schema, record.body, `message ${messageId} of ${record.eventSourceARN}`)
    kind = 'handler-failed'
    await options.handle(message, { messageId, receiveCount, sentAtMs: Number(record.attributes.SentTimestamp) })
    return 'gone'
  } catch (error) {
    const isHopeless = (each: unknown) => kind === 'unparsable' || (options.isHopeless?.(each) ?? false)
    const verdict = verdictOn(error, receiveCount, isHopeless)
    try {
      switch (verdict.kind) {
        case 'put-off': {
          const afterSeconds = putOffSeconds(verdict.afterMs)
          await putOff(record, afterSeconds, options)
          report('put-off', error, { afterSeconds })
          return 'gone'
        }
        case 'dead':
          await new SqsDeadLetters(options.sqs, options.deadLetterUrl).take(record.body, error)
          report(kind, error, { isDead: true })
          return 'gone'
        case 'again':
          report(kind, error, { afterSeconds: verdict.afterSeconds })
          await hide(record, verdict.afterSeconds, options)
          return 'stays'
      }
    } catch (problem) {
      // It comes back by itself when its visibility timeout ends.
      if (verdict.kind !== 'again') report(kind, error)
      report('settle-failed', problem)
      return 'stays'
    }
  }
}

/** The wait that was asked for and up to half a minute more, so that those that failed together do not come back together. */
function putOffSeconds(afterMs: number): number {
  const asked = Math.max(LEAST_PUT_OFF_SECONDS, afterMs / 1_000)
  return Math.min(MOST_PUT_OFF_SECONDS, Math.ceil(asked + Math.random() * LEAST_PUT_OFF_SECONDS))
}

/** A copy takes its place, whose deliveries are counted from the beginning; the original is acknowledged only then. */
async function putOff<M>(
  { body }: SqsLambdaRecord,
  afterSeconds: number,
  { sqs, queueUrl }: LambdaBatchOptions<M>,
): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body, DelaySeconds: afterSeconds }))
}

async function hide<M>(
  { receiptHandle }: SqsLambdaRecord,
  seconds: number,
  { sqs, queueUrl }: LambdaBatchOptions<M>,
): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    }),
  )
}
