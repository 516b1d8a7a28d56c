import type { CandidateMessage } from '@weft/domain'

export interface QueuedMessage {
  readonly candidate: CandidateMessage
  receiveCount: number
  visibleAtMs: number
}

/** A standard queue as SQS promises it: delivered at least once, hidden while in work, dead-lettered after too many deliveries. */
export class AtLeastOnceQueue {
  readonly #messages = new Set<QueuedMessage>()
  readonly deadLetters: QueuedMessage[] = []
  sent = 0
  /** Acknowledged messages. */
  answered = 0
  readonly #visibilityTimeoutMs: number
  readonly #maxReceiveCount: number

  constructor(visibilityTimeoutMs: number, maxReceiveCount: number) {
    this.#visibilityTimeoutMs = visibilityTimeoutMs
    this.#maxReceiveCount = maxReceiveCount
  }

  get size(): number {
    return this.#messages.size
  }

  /** When the next message becomes visible, `undefined` when there is none. */
  get nextVisibleAtMs(): number | undefined {
    const times = [...this.#messages].map((message) => message.visibleAtMs)
    return times.length === 0 ? undefined : Math.min(...times)
  }

  send(candidate: CandidateMessage): void {
    this.sent += 1
    this.#messages.add({ candidate, receiveCount: 0, visibleAtMs: 0 })
  }

  /** The first visible message, hidden from now on. */
  receive(nowMs: number): QueuedMessage | undefined {
    for (const message of this.#messages) {
      if (message.visibleAtMs > nowMs) continue
      if (message.receiveCount >= this.#maxReceiveCount) {
        this.#messages.delete(message)
        this.deadLetters.push(message)
        continue
      }
      message.receiveCount += 1
      message.visibleAtMs = nowMs + this.#visibilityTimeoutMs
      return message
    }
    return undefined
  }

  acknowledge(message: QueuedMessage): void {
    if (this.#messages.delete(message)) this.answered += 1
  }

  /** Visible again at once. */
  giveBack(message: QueuedMessage): void {
    message.visibleAtMs = 0
  }
}
