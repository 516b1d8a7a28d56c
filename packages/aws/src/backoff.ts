import { setTimeout as sleep } from 'node:timers/promises'

export interface Backoff {
  readonly firstDelayMs: number
  readonly maxDelayMs: number
}

/**
 * Waits before the next try: a random time up to `firstDelayMs` doubled per try (full jitter, so that workers which failed
 * together do not come back together). Ends early when `signal` aborts.
 * @param tries how many tries have failed so far, from 1
 */
export async function backOff(tries: number, { firstDelayMs, maxDelayMs }: Backoff, signal?: AbortSignal) {
  const ceiling = Math.min(maxDelayMs, firstDelayMs * 2 ** (tries - 1))
  try {
    await sleep(Math.random() * ceiling, undefined, signal ? { signal } : {})
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
