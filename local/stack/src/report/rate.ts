const MINUTE_MS = 60_000

/**
 * Events per minute from the first to the last of them, unsorted; 0 when there are none. @param everyMs how long it takes to see the
 * next lot: what is seen at one moment has come in that long
 */
export function perMinute(timesMs: readonly number[], everyMs: number): number {
  if (timesMs.length === 0) return 0
  const spanMs = Math.max(...timesMs) - Math.min(...timesMs) + everyMs
  return (timesMs.length * MINUTE_MS) / spanMs
}
