import { ChangeMessageVisibilityCommand, DeleteMessageCommand, type Message, type SQSClient } from '@aws-sdk/client-sqs'
import { queueName } from './sqs-batch-sender.ts'

/** What a handler may want to know of the message besides its contents. */
export interface Delivery {
  readonly messageId: string
  /** 1 for the first delivery. */
  readonly receiveCount: number
  /** Unix milliseconds at which the message was sent. */
  readonly sentAtMs: number
  /** Aborts when the consumer has to let go of the message before its handler is done. */
  readonly signal: AbortSignal
}

/** Something to log; the consumer itself goes on. */
export interface ConsumerFault {
  readonly kind:
    | 'unparsable'
    | 'handler-failed'
    /** No fault of the message: it waits, and this delivery does not count. */
    | 'put-off'
    | 'receive-failed'
    | 'heartbeat-failed'
    | 'settle-failed'
  readonly messageId?: string
  readonly receiveCount?: number
  /** After which the message is tried again. */
  readonly afterSeconds?: number
  /** It went to the dead-letter queue, with the error as its reason. */
  readonly isDead?: true
  readonly error: unknown
}

export interface ReceivedFrom {
  readonly sqs: SQSClient
  readonly queueUrl: string
  readonly visibilityTimeoutSeconds: number
  readonly onFault: (fault: ConsumerFault) => void
}

/** One delivery of a message: ours while it is hidden from other workers, until it is deleted or given back. */
export class ReceivedMessage {
  readonly body: string
  readonly delivery: Delivery
  readonly #from: ReceivedFrom
  readonly #receiptHandle: string | undefined
  readonly #cutOff = new AbortController()

  constructor(message: Message, from: ReceivedFrom) {
    this.#from = from
    this.#receiptHandle = message.ReceiptHandle
    this.body = message.Body ?? ''
    this.delivery = {
      messageId: message.MessageId ?? 'without id',
      receiveCount: Number(message.Attributes?.ApproximateReceiveCount ?? 1),
      sentAtMs: Number(message.Attributes?.SentTimestamp ?? 0),
      signal: this.#cutOff.signal,
    }
  }

  /** For error messages. */
  get where(): string {
    return `message ${this.delivery.messageId} of queue ${queueName(this.#from.queueUrl)}`
  }

  /**
   * Renews the visibility timeout every third of it until the returned function is called, which waits for a renewal that
   * is under way: landing late, it would hide a message that was just given back.
   */
  keepHidden(): () => Promise<void> {
    const seconds = this.#from.visibilityTimeoutSeconds
    let renewal = Promise.resolve()
    const heartbeat = setInterval(
      () => {
        renewal = this.#settle('heartbeat-failed', () => this.#changeVisibility(seconds))
      },
      (seconds * 1_000) / 3,
    )
    return () => {
      clearInterval(heartbeat)
      return renewal
    }
  }

  /** When this fails the message is delivered again: every handler is safe to repeat. */
  delete(): Promise<void> {
    const command = new DeleteMessageCommand({ QueueUrl: this.#from.queueUrl, ReceiptHandle: this.#receiptHandle })
    return this.#settle('settle-failed', () => this.#from.sqs.send(command))
  }

  /** When this fails the message comes back by itself once its visibility timeout ends. */
  giveBack(afterSeconds: number): Promise<void> {
    return this.#settle('settle-failed', () => this.#changeVisibility(afterSeconds))
  }

  /** Tells the handler to stop, and lets another worker have the message at once. */
  letGo(): Promise<void> {
    this.#cutOff.abort()
    return this.giveBack(0)
  }

  fault(kind: ConsumerFault['kind'], error: unknown, then: Pick<ConsumerFault, 'afterSeconds' | 'isDead'> = {}): void {
    const { messageId, receiveCount } = this.delivery
    this.#from.onFault({ kind, messageId, receiveCount, ...then, error })
  }

  async #settle(kind: ConsumerFault['kind'], call: () => Promise<unknown>): Promise<void> {
    try {
      await call()
    } catch (error) {
      this.fault(kind, error)
    }
  }

  #changeVisibility(seconds: number): Promise<unknown> {
    return this.#from.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: this.#from.queueUrl,
        ReceiptHandle: this.#receiptHandle,
        VisibilityTimeout: seconds,
      }),
    )
  }
}
