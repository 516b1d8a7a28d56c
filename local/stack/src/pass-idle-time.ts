import { setTimeout as sleep } from 'node:timers/promises'

/** Ledger time that passes at once: a ledger's tip may be this old when a run begins, and a service takes two minutes for stale. */
export const SLICE_MS = 15_000

export interface IdleTime {
  /** Ledger seconds in a real second, as long as nobody works and the machine keeps up; 1 leaves the clock alone. */
  readonly rate: number
  /** A service has something in hand: a run, a range or a candidate. */
  readonly isWorking: () => boolean
  /** Moves the clock of everyone by `ms`; resolves when everyone has lived through that time. */
  readonly pass: (ms: number) => Promise<void>
}

/**
 * Lets time fly while nobody works. Whatever a service does takes as long on the ledger as on this machine, so no wait, limiter, visibility
 * timeout or CPU weighs more than on AWS; what is shortened are the minutes between two runs. A slice follows only when all have lived
 * through the one before: a slow machine slows the clock, and nobody falls behind it.
 */
export async function passIdleTime({ rate, isWorking, pass }: IdleTime, ending: AbortSignal): Promise<void> {
  if (rate === 1) return
  const everyMs = SLICE_MS / rate
  while (!ending.aborted) {
    await sleep(everyMs)
    // The real milliseconds have passed by themselves.
    if (!isWorking() && !ending.aborted) await pass(Math.round(SLICE_MS - everyMs))
  }
}
