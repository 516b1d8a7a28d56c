import { setTimeout as sleep } from 'node:timers/promises'
import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { LedgerUnavailableError } from '@weft/domain'
import type { z } from 'zod'
import { backOff } from './backoff.ts'
import { parseJson } from './parse-json.ts'
import { type ConsumerFault, type Delivery, ReceivedMessage } from './received-message.ts'

export interface ConsumerOptions<M> {
  readonly queueUrl: string
  readonly schema: z.ZodType<M>
  /** Returning acknowledges the message, throwing gives it back. */
  readonly handle: (message: M, delivery: Delivery) => Promise<void>
  readonly onFault: (fault: ConsumerFault) => void
  /** Messages in work at a time. */
  readonly concurrency: number
  /** How long a message stays hidden; renewed every third of it while its handler works. */
  readonly visibilityTimeoutSeconds: number
  /** Length of a long poll, at most and by default 20. Also how long `stop` takes when nothing is in work. */
  readonly waitTimeSeconds?: number
  /** Pause before a message whose handler threw is delivered again; by default 5, 10, 20 … up to 120 seconds. */
  readonly retryDelaySeconds?: (receiveCount: number) => number
}

export interface StopReport {
  /** Messages handed back to the queue: not started, or not finished at the deadline. */
  readonly released: number
}

/**
 * Takes messages from a queue and deletes each once its handler has returned. A message that does not parse is never
 * deleted: it goes back until the queue moves it to its dead-letter queue. While the ledger does not answer, no message is taken, and
 * those in work are kept hidden and tried again when it says so: an outage costs no delivery.
 */
export class SqsConsumer<M> {
  readonly #sqs: SQSClient
  readonly #options: Required<ConsumerOptions<M>>
  readonly #stopping = new AbortController()
  readonly #polling = new AbortController()
  readonly #inWork = new Map<ReceivedMessage, Promise<void>>()
  #polls: Promise<void> = Promise.resolve()
  #wakePoll = () => {}
  #released = 0
  /** Messages in work that wait for the ledger. */
  #waiting = 0

  constructor(sqs: SQSClient, options: ConsumerOptions<M>) {
    this.#sqs = sqs
    this.#options = { waitTimeSeconds: 20, retryDelaySeconds: doubling, ...options }
  }

  get inFlight(): number {
    return this.#inWork.size
  }

  start(): void {
    this.#polls = this.#poll()
  }

  /**
   * Takes no more messages and lets the ones in work finish. What is not done after `deadlineMs` is handed back for
   * another worker at once, and its handler's signal aborts.
   * @param deadlineMs longer than a long poll: SQS may give a message to a poll that was cut off, and hide it for nothing.
   */
  async stop(deadlineMs: number): Promise<StopReport> {
    this.#stopping.abort()
    this.#wakePoll()
    const drained = this.#polls.then(() => Promise.all(this.#inWork.values()))
    const deadline = new AbortController()
    // An open poll is waited for as well: cutting it off could hide messages until their visibility ends.
    await Promise.race([drained, sleep(deadlineMs, undefined, { signal: deadline.signal }).catch(() => undefined)])
    deadline.abort()
    this.#polling.abort()
    const unfinished = [...this.#inWork.keys()].filter((message) => !message.delivery.signal.aborted)
    this.#released += unfinished.length
    await Promise.all(unfinished.map((message) => message.letGo()))
    return { released: this.#released }
  }

  async #poll(): Promise<void> {
    let failures = 0
    while (!this.#stopping.signal.aborted) {
      const free = this.#options.concurrency - this.#inWork.size
      if (free <= 0 || this.#waiting > 0) {
        await new Promise<void>((resolve) => {
          this.#wakePoll = resolve
        })
        continue
      }
      try {
        await this.#take(await this.#receive(Math.min(free, 10)))
        failures = 0
      } catch (error) {
        if (this.#polling.signal.aborted) return
        failures += 1
        this.#options.onFault({ kind: 'receive-failed', error })
        await backOff(failures, { firstDelayMs: 1_000, maxDelayMs: 30_000 }, this.#stopping.signal)
      }
    }
  }

  async #receive(limit: number): Promise<readonly ReceivedMessage[]> {
    const { queueUrl, waitTimeSeconds, visibilityTimeoutSeconds, onFault } = this.#options
    const { Messages = [] } = await this.#sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: limit,
        WaitTimeSeconds: waitTimeSeconds,
        VisibilityTimeout: visibilityTimeoutSeconds,
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
      }),
      { abortSignal: this.#polling.signal },
    )
    const from = { sqs: this.#sqs, queueUrl, visibilityTimeoutSeconds, onFault }
    return Messages.map((message) => new ReceivedMessage(message, from))
  }

  async #take(messages: readonly ReceivedMessage[]): Promise<void> {
    if (this.#stopping.signal.aborted) {
      this.#released += messages.length
      await Promise.all(messages.map((message) => message.giveBack(0)))
      return
    }
    for (const message of messages) {
      const work = this.#work(message).finally(() => {
        this.#inWork.delete(message)
        this.#wakePoll()
      })
      this.#inWork.set(message, work)
    }
  }

  async #work(message: ReceivedMessage): Promise<void> {
    const stopHeartbeat = message.keepHidden()
    const verdict = await this.#handle(message)
    await stopHeartbeat()
    // Handed back at the deadline: it is another worker's now.
    if (message.delivery.signal.aborted) return
    if (verdict.kind === 'done') return message.delete()
    message.fault(verdict.kind, verdict.error)
    // Waiting does not heal what cannot be parsed: the sooner it reaches the dead-letter queue, the better.
    const pause = verdict.kind === 'unparsable' ? 0 : this.#options.retryDelaySeconds(message.delivery.receiveCount)
    await message.giveBack(pause)
  }

  async #handle(message: ReceivedMessage): Promise<Verdict> {
    let parsed: M
    try {
      parsed = parseJson(this.#options.schema, message.body, message.where)
    } catch (error) {
      return { kind: 'unparsable', error }
    }
    while (true) {
      try {
        await this.#options.handle(parsed, message.delivery)
        return { kind: 'done' }
      } catch (error) {
        if (!(error instanceof LedgerUnavailableError) || this.#stopping.signal.aborted)
          return { kind: 'handler-failed', error }
        message.fault('ledger-unavailable', error)
        await this.#outlast(error.retryAfterMs)
      }
    }
  }

  /** Waits for the ledger, with nothing taken meanwhile; a stop ends the wait. */
  async #outlast(retryAfterMs: number): Promise<void> {
    this.#waiting += 1
    await sleep(retryAfterMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    this.#waiting -= 1
    this.#wakePoll()
  }
}

type Verdict = { readonly kind: 'done' } | { readonly kind: 'unparsable' | 'handler-failed'; readonly error: unknown }

/** Quick for a hiccup, slow for an outage. */
function doubling(receiveCount: number): number {
  return Math.min(120, 5 * 2 ** (receiveCount - 1))
}
