/**
 * With which an event source mapping begins, and how much faster a backlog makes it.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export const STARTING_CONCURRENCY = 5
export const RAMP_PER_MINUTE = 300

/**
 * Invocations that may be under way at a time: five at first, more while all are in use, five again once the queue was found empty with
 * nothing under way. How fast AWS falls back is not documented; at once is the least that one can count on *(inferred)*.
 */
export class Slots {
  readonly #most: number
  #limit: number
  /** By polls that have not come back, and by invocations. */
  #taken = 0
  #inUse = 0
  #wereAllInUse = false
  #waiting: (() => void)[] = []
  readonly #ramp: NodeJS.Timeout | undefined

  /** @param most what the ramp leads to @param perMinute `Infinity` for no ramp */
  constructor(most: number, perMinute: number) {
    this.#most = most
    const isRamped = Number.isFinite(perMinute)
    this.#limit = isRamped ? Math.min(STARTING_CONCURRENCY, most) : most
    if (isRamped) this.#ramp = setInterval(() => this.#grow(), 60_000 / perMinute).unref()
  }

  /** At most `wanted`; waits while there are none, and gets none when woken in vain. */
  async take(wanted: number): Promise<number> {
    if (this.#taken >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    const taken = Math.max(0, Math.min(wanted, this.#limit - this.#taken))
    this.#taken += taken
    return taken
  }

  /** Of those taken, so many invocations begin; the others are free again. */
  fill(begun: number, taken: number): void {
    this.#inUse += begun
    if (this.#inUse >= this.#limit) this.#wereAllInUse = true
    if (this.#inUse === 0 && this.#ramp) this.#limit = Math.min(STARTING_CONCURRENCY, this.#most)
    this.#free(taken - begun)
  }

  /** An invocation is over. */
  vacate(): void {
    this.#inUse -= 1
    this.#free(1)
  }

  /** Everybody who waits gets none. */
  close(): void {
    clearInterval(this.#ramp)
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #free(count: number): void {
    this.#taken -= count
    for (const wake of this.#waiting.splice(0, count)) wake()
  }

  #grow(): void {
    const isBacklog = this.#wereAllInUse || this.#inUse >= this.#limit
    this.#wereAllInUse = false
    if (!isBacklog || this.#limit === this.#most) return
    this.#limit += 1
    this.#waiting.shift()?.()
  }
}
