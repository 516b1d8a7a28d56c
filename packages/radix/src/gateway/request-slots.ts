import { type Monotonic, monotonicMs } from './monotonic.ts'

export interface SlotLimits {
  readonly maxConcurrentRequests: number
  /** Over any one second. */
  readonly maxRequestsPerSecond: number
}

interface Waiting {
  readonly go: () => void
}

/** Requests take their turn here: so many at a time, so many begun in any one second, first come first served. */
export class RequestSlots {
  readonly #limits: SlotLimits
  readonly #now: Monotonic
  readonly #waiting = new Set<Waiting>()
  /** When the latest requests began, oldest first; no more than may begin within one second. */
  readonly #begun: number[] = []
  #inFlight = 0
  #timer: NodeJS.Timeout | undefined

  constructor(limits: SlotLimits, now: Monotonic = monotonicMs) {
    this.#limits = limits
    this.#now = now
  }

  /** @throws the signal's reason when it aborts while waiting: such a request leaves its turn to others. */
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(signal)
    try {
      return await work()
    } finally {
      this.#inFlight -= 1
      this.#admit()
    }
  }

  async #turn(signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = { go: resolve }
    const giveUp = () => {
      this.#waiting.delete(waiting)
      reject(signal?.reason)
    }
    signal?.addEventListener('abort', giveUp, { once: true })
    this.#waiting.add(waiting)
    this.#admit()
    try {
      await promise
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  #admit(): void {
    for (const waiting of this.#waiting) {
      if (this.#inFlight >= this.#limits.maxConcurrentRequests) return
      const waitMs = this.#untilNextMs()
      if (waitMs > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined
          this.#admit()
        }, waitMs)
        return
      }
      this.#waiting.delete(waiting)
      this.#inFlight += 1
      this.#begun.push(this.#now())
      waiting.go()
    }
  }

  #untilNextMs(): number {
    const secondAgo = this.#now() - 1_000
    while (this.#begun[0] !== undefined && this.#begun[0] <= secondAgo) this.#begun.shift()
    const [oldest] = this.#begun
    if (oldest === undefined || this.#begun.length < this.#limits.maxRequestsPerSecond) return 0
    return Math.max(1, Math.ceil(oldest - secondAgo))
  }
}
