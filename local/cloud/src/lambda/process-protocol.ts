/** Between an execution environment and its process, besides the Runtime API: what only a simulated world asks. */

/** Invocations that the process asks for at a time. */
export const INVOCATIONS_VARIABLE = 'LOCAL_LAMBDA_INVOCATIONS'
/** Milliseconds by which the process's clock is ahead when it starts. */
export const CLOCK_OFFSET_VARIABLE = 'LOCAL_LAMBDA_CLOCK_OFFSET_MS'

export interface ProcessQuestion {
  /** Moves the process's clock forward; 0 only asks. */
  readonly advanceClockMs: number
}

export interface ProcessAnswer {
  readonly rssBytes: number
}
