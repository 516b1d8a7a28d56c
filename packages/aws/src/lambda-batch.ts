import type { z } from 'zod'
import { parseJson } from './parse-json.ts'
import type { ConsumerFault, Delivery } from './received-message.ts'

/** The part of an SQS event that is read here. */
export interface SqsLambdaEvent {
  readonly Records: readonly {
    readonly messageId: string
    readonly body: string
    readonly attributes: { readonly ApproximateReceiveCount: string; readonly SentTimestamp: string }
    readonly eventSourceARN: string
  }[]
}

/** Names the messages that shall be delivered again. */
export interface SqsLambdaResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[]
}

export interface LambdaBatchOptions<M> {
  readonly schema: z.ZodType<M>
  /** Returning acknowledges the message, throwing gives it back. */
  readonly handle: (message: M, delivery: Omit<Delivery, 'signal'>) => Promise<void>
  readonly onFault: (fault: ConsumerFault) => void
}

/**
 * The same rules as {@link SqsConsumer} for a Lambda behind an event source mapping with partial batch responses: the
 * messages that were not handled are named, and only those come back. One message after the other.
 */
export async function handleSqsEvent<M>(
  event: SqsLambdaEvent,
  options: LambdaBatchOptions<M>,
): Promise<SqsLambdaResponse> {
  const batchItemFailures: { itemIdentifier: string }[] = []
  for (const record of event.Records) {
    const { messageId } = record
    const receiveCount = Number(record.attributes.ApproximateReceiveCount)
    const delivery = { messageId, receiveCount, sentAtMs: Number(record.attributes.SentTimestamp) }
    let kind: ConsumerFault['kind'] = 'unparsable'
    try {
      const message = parseJson(options.schema, record.body, `message ${messageId} of ${record.eventSourceARN}`)
      kind = 'handler-failed'
      await options.handle(message, delivery)
    } catch (error) {
      options.onFault({ kind, messageId, receiveCount, error })
      batchItemFailures.push({ itemIdentifier: messageId })
    }
  }
  return { batchItemFailures }
}
