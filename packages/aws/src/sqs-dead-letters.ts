import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'

/** Far more than any message of ours has; SQS counts the reason in, so a longer body is cut. */
const MOST_BODY_BYTES = 64 * 1024
const MOST_REASON_CHARACTERS = 1_000

/** All that SQS takes in a message and its attributes: what XML allows. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

/** Where messages go that can never succeed, each with its reason in the attribute `reason`. */
export class SqsDeadLetters {
  readonly #sqs: SQSClient
  readonly #url: string

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs
    this.#url = url
  }

  /** Resolves once SQS has it; only then may the original be deleted. */
  async take(body: string, error: unknown): Promise<void> {
    const bytes = Buffer.from(body)
    const isCut = bytes.length > MOST_BODY_BYTES
    const kept = isCut ? bytes.subarray(0, MOST_BODY_BYTES).toString('utf8') : body
    await this.#sqs.send(
      new SendMessageCommand({
        QueueUrl: this.#url,
        MessageBody: spelled(kept),
        MessageAttributes: {
          reason: { DataType: 'String', StringValue: spelled(reasonOf(error).slice(0, MOST_REASON_CHARACTERS)) },
          ...(isCut && { cutFromBytes: { DataType: 'Number', StringValue: String(bytes.length) } }),
        },
      }),
    )
  }
}

/** Never empty, since SQS refuses that. */
function spelled(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd') || '(empty)'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
