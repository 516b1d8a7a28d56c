import { setTimeout as sleep } from 'node:timers/promises'
import { ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import type { z } from 'zod'
import { backOff } from './backoff.ts'
import { verdictOn } from './delivery-verdict.ts'
import { parseJson } from './parse-json.ts'
import { type ConsumerFault, type Delivery, ReceivedMessage } from './received-message.ts'
import { SqsDeadLetters } from './sqs-dead-letters.ts'

export interface ConsumerOptions<M> {
  readonly queueUrl: string
  readonly deadLetterUrl: string
  readonly schema: z.ZodType<M>
  /** Returning acknowledges the message; what a throw does, {@link verdictOn} says. */
  readonly handle: (message: M, delivery: Delivery) => Promise<void>
  /** Whether a fault is one that no repetition can heal; none is by default. */
  readonly isHopeless?: (error: unknown) => boolean
  /** A handler that works longer counts as failed: its message is given to another, and its signal aborts. */
  readonly handlerTimeoutMs: number
  readonly onFault: (fault: ConsumerFault) => void
  /** Messages in work at a time. */
  readonly concurrency: number
  /** How long a message stays hidden; renewed every third of it while its handler works. */
  readonly visibilityTimeoutSeconds: number
  /** Length of a long poll, at most and by default 20. Also how long `stop` takes when nothing is in work. */
  readonly waitTimeSeconds?: number
}

export interface StopReport {
  /** Messages handed back to the queue: not started, or not finished at the deadline. */
  readonly released: number
}

/** What should lie in the dead-letter queue and could not be sent there comes back after this time. */
const UNBURIED_AFTER_SECONDS = 30

/** The handler neither returned nor threw in time. */
export class HandlerTimeoutError extends Error {
  override readonly name = 'HandlerTimeoutError'

  constructor(afterMs: number) {
    super(`The handler was not done after ${afterMs} ms.`)
  }
}

/**
 * Takes messages from a queue and deletes each once its handler has returned. One that can never succeed goes to the dead-letter queue
 * with its reason. While anything in work has to wait, no message is taken, and what waits is kept hidden and tried again in its time:
 * an outage costs no delivery.
 */
export class SqsConsumer<M> {
  readonly #sqs: SQSClient
  readonly #options: Required<ConsumerOptions<M>>
  readonly #deadLetters: SqsDeadLetters
  readonly #stopping = new AbortController()
  readonly #polling = new AbortController()
  readonly #inWork = new Map<ReceivedMessage, Promise<void>>()
  #polls: Promise<void> = Promise.resolve()
  #wakePoll = () => {}
  #released = 0
  /** Messages in work that are put off. */
  #waiting = 0

  constructor(sqs: SQSClient, options: ConsumerOptions<M>) {
    this.#sqs = sqs
    this.#options = { waitTimeSeconds: 20, isHopeless: () => false, ...options }
    this.#deadLetters = new SqsDeadLetters(sqs, options.deadLetterUrl)
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
    const end = await this.#handle(message)
    await stopHeartbeat()
    // Handed back at the deadline: it is another worker's now.
    if (message.delivery.signal.aborted) return
    if (end.kind === 'done') return message.delete()
    await this.#settle(message, end)
  }

  async #handle(message: ReceivedMessage): Promise<End> {
    let parsed: M
    try {
      parsed = parseJson(this.#options.schema, message.body, message.where)
    } catch (error) {
      return { kind: 'unparsable', error }
    }
    while (true) {
      try {
        await this.#inTime(this.#options.handle(parsed, message.delivery))
        return { kind: 'done' }
      } catch (error) {
        const verdict = verdictOn(error, message.delivery.receiveCount)
        if (verdict.kind !== 'put-off' || this.#stopping.signal.aborted) return { kind: 'handler-failed', error }
        message.fault('put-off', error, { afterSeconds: verdict.afterMs / 1_000 })
        await this.#outlast(verdict.afterMs)
      }
    }
  }

  async #settle(message: ReceivedMessage, { kind, error }: Failed): Promise<void> {
    const { receiveCount } = message.delivery
    const verdict = verdictOn(error, receiveCount, (each) => kind === 'unparsable' || this.#options.isHopeless(each))
    // Put off, and told to stop: the next worker may have it at once.
    if (verdict.kind === 'put-off') return message.giveBack(0)
    if (verdict.kind === 'dead' && (await this.#bury(message, error)))
      return message.fault(kind, error, { isDead: true })
    const afterSeconds = verdict.kind === 'again' ? verdict.afterSeconds : UNBURIED_AFTER_SECONDS
    message.fault(kind, error, { afterSeconds })
    await message.giveBack(afterSeconds)
  }

  /** @returns whether it lies there; if not, it comes back, and at last the queue moves it by itself. */
  async #bury(message: ReceivedMessage, reason: unknown): Promise<boolean> {
    try {
      await this.#deadLetters.take(message.body, reason)
    } catch (error) {
      message.fault('settle-failed', error)
      return false
    }
    await message.delete()
    return true
  }

  async #inTime(work: Promise<void>): Promise<void> {
    const { handlerTimeoutMs } = this.#options
    const done = new AbortController()
    const tooLong = sleep(handlerTimeoutMs, undefined, { signal: done.signal }).then(() => {
      throw new HandlerTimeoutError(handlerTimeoutMs)
    })
    try {
      await Promise.race([work, tooLong])
    } finally {
      tooLong.catch(() => undefined)
      done.abort()
    }
  }

  /** Waits with nothing taken meanwhile; a stop ends the wait. */
  async #outlast(afterMs: number): Promise<void> {
    this.#waiting += 1
    await sleep(afterMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined)
    this.#waiting -= 1
    this.#wakePoll()
  }
}

type Failed = { readonly kind: 'unparsable' | 'handler-failed'; readonly error: unknown }
type End = { readonly kind: 'done' } | Failed
