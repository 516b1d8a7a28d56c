/** How hard the Gateway client tries, and when it stops. */
export interface GatewayPolicy {
  /** Of one attempt. The Gateway's own limit is 10 s (then HTTP 524), so a little more. */
  readonly attemptTimeoutMs: number
  /** Attempts after the first one. */
  readonly maxRetries: number
  /** Full jitter: a retry waits a random time up to `min(longestWaitMs, firstWaitMs × 2^attempt)`. */
  readonly firstWaitMs: number
  readonly longestWaitMs: number
  /** A `retry-after` beyond this is not waited for: the caller gives the work back instead. */
  readonly longestRetryAfterMs: number
  readonly maxConcurrentRequests: number
  /** Over any one second. The public Gateway publishes no quota; this keeps us polite. */
  readonly maxRequestsPerSecond: number
  /** So many outages in a row, over all endpoints, open the circuit breaker … */
  readonly breakerAfterFailures: number
  /** … which lets one request through again after this time. */
  readonly breakerOpenMs: number
}

export const DEFAULT_GATEWAY_POLICY: GatewayPolicy = {
  attemptTimeoutMs: 12_000,
  maxRetries: 5,
  firstWaitMs: 250,
  longestWaitMs: 5_000,
  longestRetryAfterMs: 15_000,
  maxConcurrentRequests: 8,
  maxRequestsPerSecond: 50,
  breakerAfterFailures: 10,
  breakerOpenMs: 15_000,
}
