/** Milliseconds that only ever grow, from no particular beginning: what the host's clock is set to does not show in it. */
export type Monotonic = () => number

export const monotonicMs: Monotonic = () => performance.now()
