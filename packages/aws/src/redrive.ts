import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs'

export interface RedriveOptions {
  /** Moves nothing: shows what is there, and hides those messages from others meanwhile. */
  readonly dryRun: boolean
  /** How many messages at most. */
  readonly max: number
  /** Told of each message before it is moved. */
  readonly onMessage?: (message: DeadLetter) => void
  /** Which messages to move; all of them by default. The others stay as they are. */
  readonly wanted?: (message: DeadLetter) => boolean
}

export interface DeadLetter {
  readonly messageId: string
  readonly body: string
  /** Unix ms at which it came to this queue; where SQS itself moved it, on AWS, at which it was *first* sent. */
  readonly sentAtMs: number
  /** Why it can never succeed; absent where SQS itself moved it here. */
  readonly reason?: string
}

export interface RedriveReport {
  readonly seen: number
  readonly moved: number
}

/** Long enough to look at a whole dry run; every message is released at its end. */
const HIDDEN_SECONDS = 300

/**
 * Moves messages from a dead-letter queue back to work. Each is sent before it is deleted: a crash in between leaves it in
 * both queues, which every handler bears. SQS has a call of its own for this, but embedded servers lack it.
 */
export async function redriveDeadLetters(
  sqs: SQSClient,
  deadLetterUrl: string,
  workUrl: string,
  options: RedriveOptions,
): Promise<RedriveReport> {
  const hidden = new Set<Message>()
  let seen = 0
  let moved = 0
  try {
    while (seen < options.max) {
      const messages = await receive(sqs, deadLetterUrl, Math.min(10, options.max - seen))
      if (messages.length === 0) break
      seen += messages.length
      for (const message of messages) hidden.add(message)
      for (const message of messages) {
        const letter = letterOf(message)
        options.onMessage?.(letter)
        if (options.dryRun || options.wanted?.(letter) === false) continue
        await move(sqs, message, deadLetterUrl, workUrl)
        hidden.delete(message)
        moved += 1
      }
    }
  } finally {
    // What was not moved is visible again at once, after a dry run as after a failure.
    for (const message of hidden) await release(sqs, message, deadLetterUrl)
  }
  return { seen, moved }
}

/** A short wait asks all of the queue's servers, so that an empty answer means an empty queue. */
async function receive(sqs: SQSClient, queueUrl: string, limit: number): Promise<readonly Message[]> {
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: limit,
      VisibilityTimeout: HIDDEN_SECONDS,
      WaitTimeSeconds: 1,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  )
  return Messages
}

function letterOf({ MessageId, Body, Attributes, MessageAttributes }: Message): DeadLetter {
  const reason = MessageAttributes?.reason?.StringValue
  const sentAtMs = Number(Attributes?.SentTimestamp ?? 0)
  return { messageId: MessageId ?? '', body: Body ?? '', sentAtMs, ...(reason !== undefined && { reason }) }
}

/** Without its attributes: they say why it lay here. */
async function move(sqs: SQSClient, message: Message, from: string, to: string): Promise<void> {
  await sqs.send(new SendMessageCommand({ QueueUrl: to, MessageBody: message.Body }))
  await sqs.send(new DeleteMessageCommand({ QueueUrl: from, ReceiptHandle: message.ReceiptHandle }))
}

async function release(sqs: SQSClient, message: Message, queueUrl: string): Promise<void> {
  await sqs.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl: queueUrl,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: 0,
    }),
  )
}
