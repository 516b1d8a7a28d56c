import { LedgerDataError, LedgerRequestError, LedgerUnavailableError } from '@weft/domain'
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  circuitBreaker,
  DelegateBackoff,
  handleWhen,
  retry,
  wrap,
} from 'cockatiel'
import PQueue from 'p-queue'
import { classifyFailure, type GatewayFailure } from './failure.ts'
import type { GatewayPolicy } from './policy.ts'

export type BreakerState = 'closed' | 'half-open' | 'open'

/** One attempt that did not succeed; `classifyFailure` says what it means. */
class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt'
  readonly failure: GatewayFailure

  constructor(failure: GatewayFailure, cause: unknown) {
    super(failure.kind, { cause })
    this.failure = failure
  }
}

export interface ResilienceHooks {
  /** Before every attempt, retries included. */
  readonly onAttempt?: (endpoint: string) => void
  readonly onRetry?: (endpoint: string, problem: string, waitMs: number) => void
  readonly onBreaker?: (state: BreakerState) => void
}

/**
 * The one place where Gateway requests are retried, limited and broken off. From the outside in: retry with full jitter, circuit
 * breaker, a slot in the rate-limited queue, time-out. A retry takes a new slot, so that waiting never blocks others.
 */
export class GatewayResilience {
  readonly #host: string
  readonly #policy: GatewayPolicy
  readonly #hooks: ResilienceHooks
  readonly #slots: PQueue
  readonly #breaker

  /** @param host of the Gateway, for error messages; a whole URL may hold a key */
  constructor(host: string, policy: GatewayPolicy, hooks: ResilienceHooks = {}) {
    this.#host = host
    this.#policy = policy
    this.#hooks = hooks
    this.#slots = new PQueue({
      concurrency: policy.maxConcurrentRequests,
      intervalCap: policy.maxRequestsPerSecond,
      interval: 1000,
      strict: true,
    })
    this.#breaker = circuitBreaker(
      handleWhen((error) => error instanceof FailedAttempt && error.failure.kind === 'outage'),
      { halfOpenAfter: policy.breakerOpenMs, breaker: new ConsecutiveBreaker(policy.breakerAfterFailures) },
    )
    this.#breaker.onStateChange(() => hooks.onBreaker?.(this.breakerState()))
  }

  breakerState(): BreakerState {
    switch (this.#breaker.state) {
      case CircuitState.Closed:
        return 'closed'
      case CircuitState.HalfOpen:
        return 'half-open'
      default:
        return 'open'
    }
  }

  /**
   * @param send performs one attempt; must honour the signal.
   * @throws {LedgerUnavailableError} when every attempt failed, or the breaker is open.
   * @throws {LedgerRequestError} when the Gateway refused the request itself.
   * @throws {LedgerDataError} when the answer has a variant that the SDK does not know.
   */
  async run<T>(endpoint: string, send: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T> {
    let lastFailure: GatewayFailure | undefined
    const retrying = retry(handleWhen(isRetryable(this.#policy)), {
      maxAttempts: this.#policy.maxRetries,
      backoff: new DelegateBackoff(({ attempt }: { attempt: number }) => this.#waitMs(attempt, lastFailure)),
    })
    retrying.onRetry(({ delay }) => {
      this.#hooks.onRetry?.(endpoint, lastFailure === undefined ? 'unknown' : describe(lastFailure), delay)
    })
    try {
      return await wrap(retrying, this.#breaker).execute(async () => {
        try {
          return await this.#attempt(endpoint, send, signal)
        } catch (error) {
          if (error instanceof FailedAttempt) lastFailure = error.failure
          throw error
        }
      })
    } catch (error) {
      throw this.#asDomainError(`${this.#host}${endpoint}`, error, lastFailure)
    }
  }

  async #attempt<T>(
    endpoint: string,
    send: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    signal?.throwIfAborted()
    const attempt = async () => {
      this.#hooks.onAttempt?.(endpoint)
      const timeout = AbortSignal.timeout(this.#policy.attemptTimeoutMs)
      try {
        return await send(signal === undefined ? timeout : AbortSignal.any([timeout, signal]))
      } catch (error) {
        // Given up by the caller: neither the Gateway's fault nor worth a retry.
        signal?.throwIfAborted()
        throw new FailedAttempt(classifyFailure(error, Date.now()), error)
      }
    }
    // With the signal, requests that are given up while they wait leave the queue and its rate to others.
    return this.#slots.add(attempt, signal === undefined ? {} : { signal })
  }

  #waitMs(attempt: number, failure: GatewayFailure | undefined): number {
    const { firstWaitMs, longestWaitMs } = this.#policy
    const ceiling = Math.min(longestWaitMs, firstWaitMs * 2 ** (attempt - 1))
    const asked = failure?.kind === 'outage' ? (failure.retryAfterMs ?? 0) : 0
    // Jitter also on top of what the Gateway asks: it asks the same of everyone.
    return asked + Math.random() * ceiling
  }

  #asDomainError(where: string, error: unknown, lastFailure: GatewayFailure | undefined): unknown {
    if (error instanceof BrokenCircuitError) {
      const why = lastFailure === undefined ? 'the circuit breaker is open' : describe(lastFailure)
      return new LedgerUnavailableError(where, this.#policy.breakerOpenMs, new Error(why, { cause: error }))
    }
    if (!(error instanceof FailedAttempt)) return error
    const { failure } = error
    switch (failure.kind) {
      case 'refused':
        return new LedgerRequestError(where, failure.status, failure.message, error.cause)
      case 'undecodable':
        return new LedgerDataError(where, failure.message, error.cause)
      default:
        return new LedgerUnavailableError(
          where,
          failure.retryAfterMs ?? this.#policy.longestWaitMs,
          new Error(failure.what, { cause: error.cause }),
        )
    }
  }
}

function isRetryable(policy: GatewayPolicy): (error: Error) => boolean {
  return (error) =>
    error instanceof FailedAttempt &&
    (error.failure.kind === 'behind' ||
      (error.failure.kind === 'outage' && (error.failure.retryAfterMs ?? 0) <= policy.longestRetryAfterMs))
}

function describe(failure: GatewayFailure): string {
  return failure.kind === 'outage' || failure.kind === 'behind' ? failure.what : failure.message
}
