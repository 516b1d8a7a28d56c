import { setTimeout as sleep } from 'node:timers/promises'
import type { Clock } from '@weft/domain'

/** How exactly a moment of the shared clock is met, in real milliseconds: nothing tells a waiting thread that the clock was moved. */
const LOOK_EVERY_MS = 20

/**
 * Wall clock plus an offset that every thread of the stack shares, so that a scenario can let days pass in seconds: ledger and
 * services jump together.
 */
export class SharedClock implements Clock {
  /** Hand this to another thread to get the same clock there. */
  readonly shared: SharedArrayBuffer
  readonly #offsetMs: BigInt64Array

  constructor(shared = new SharedArrayBuffer(8)) {
    this.shared = shared
    this.#offsetMs = new BigInt64Array(shared)
  }

  /** Unix milliseconds. */
  now(): number {
    return Date.now() + Number(Atomics.load(this.#offsetMs, 0))
  }

  /** Moves time forward for everyone. */
  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0)
      throw new RangeError(`Time moves forward by whole milliseconds, not by ${ms}.`)
    Atomics.add(this.#offsetMs, 0, BigInt(ms))
  }

  /** Resolves when the clock shows `atMs`, or early when told to end. */
  async reaches(atMs: number, ending?: AbortSignal): Promise<void> {
    for (let leftMs = atMs - this.now(); leftMs > 0 && !ending?.aborted; leftMs = atMs - this.now())
      await sleep(Math.min(leftMs, LOOK_EVERY_MS))
  }
}
