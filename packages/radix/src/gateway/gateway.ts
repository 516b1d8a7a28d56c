import { GatewayApiClient } from '@radixdlt/babylon-gateway-api-sdk'
import { CircuitBreaker } from './circuit-breaker.ts'
import { type Exchange, overheardFetch } from './exchange.ts'
import { classifyFailure, type GatewayFailure, IncompleteAnswerError } from './failure.ts'
import { keptAliveFetch } from './kept-alive-fetch.ts'
import { monotonicMs } from './monotonic.ts'
import type { GatewayPolicy } from './policy.ts'
import { RequestSlots } from './request-slots.ts'

/** One attempt that did not succeed; `failure` says what it means. */
export class FailedAttempt extends Error {
  override readonly name = 'FailedAttempt'
  readonly failure: GatewayFailure
  readonly host: string

  constructor(host: string, failure: GatewayFailure, cause: unknown) {
    super(failure.kind, { cause })
    this.host = host
    this.failure = failure
  }
}

export interface GatewayCall<T> {
  readonly endpoint: string
  /** Fields without which an answer is none. */
  readonly needs: readonly (keyof T & string)[]
  /** Performs one attempt; must honour the signal. */
  readonly send: (sdk: GatewayApiClient, init: { signal: AbortSignal }) => Promise<T>
}

/**
 * How a Gateway stands: `troubled` had an outage lately; `lagging` serves an older ledger than another one; `slow` answers much later
 * than another one; `foreign` serves another network and is never used.
 */
export type GatewayState = 'serving' | 'troubled' | 'lagging' | 'slow' | 'half-open' | 'open' | 'foreign'

/** Whether work has to be done by another Gateway, if there is one. */
export function isFailing(state: GatewayState): boolean {
  return state === 'open' || state === 'lagging' || state === 'foreign'
}

/** One Gateway through the official SDK: attempts, each with its turn, time-out and circuit breaker, and what they tell of it. */
export class Gateway {
  /** Names the Gateway in messages; its whole URL may hold a key. */
  readonly host: string
  readonly breaker: CircuitBreaker
  readonly #sdk: GatewayApiClient
  readonly #policy: GatewayPolicy
  readonly #slots: RequestSlots
  #lastOutageMs: number | undefined
  #highestStateVersion = 0
  #latencyMs = 0
  /** Behind the newest ledger that any Gateway has shown, in ledger time. */
  lagMs = 0

  constructor(
    url: string,
    applicationName: string,
    policy: GatewayPolicy,
    onBreaker: () => void,
    onExchange?: (exchange: Exchange) => void,
  ) {
    this.host = new URL(url).host
    this.#policy = policy
    const fetchApi = onExchange ? overheardFetch(keptAliveFetch(), url, onExchange) : keptAliveFetch()
    this.#sdk = GatewayApiClient.initialize({ applicationName, basePath: url, fetchApi })
    this.#slots = new RequestSlots(policy)
    this.breaker = new CircuitBreaker(policy, onBreaker)
  }

  /** Highest state version it has answered from. */
  get highestStateVersion(): number {
    return this.#highestStateVersion
  }

  /** Of an answer, moving average; 0 before the first one. */
  get latencyMs(): number {
    return this.#latencyMs
  }

  /** Whether an outage is so recent that another Gateway should be asked first. */
  get isTroubled(): boolean {
    return this.#lastOutageMs !== undefined && monotonicMs() - this.#lastOutageMs < this.#policy.breakerOpenMs
  }

  /** @throws {FailedAttempt}, and the signal's reason when the caller gives up. */
  async attempt<T extends object>(call: GatewayCall<T>, onSend: () => void, signal?: AbortSignal): Promise<T> {
    return this.#slots.run(async () => {
      const closedForMs = this.breaker.waitMs()
      if (closedForMs > 0) {
        const failure = { kind: 'outage', what: 'the circuit breaker is open', retryAfterMs: closedForMs } as const
        throw new FailedAttempt(this.host, failure, undefined)
      }
      this.breaker.begin()
      onSend()
      return this.#send(call, signal)
    }, signal)
  }

  async #send<T extends object>(call: GatewayCall<T>, signal: AbortSignal | undefined): Promise<T> {
    const timeout = AbortSignal.timeout(this.#policy.attemptTimeoutMs)
    const startedMs = monotonicMs()
    try {
      const answer = await call.send(this.#sdk, { signal: signal ? AbortSignal.any([timeout, signal]) : timeout })
      requireFields(answer, call.needs)
      this.#remember(answer, monotonicMs() - startedMs)
      this.breaker.answered()
      return answer
    } catch (error) {
      if (signal?.aborted) {
        // Given up by the caller: neither the Gateway's fault nor worth a retry.
        this.breaker.unknown()
        throw signal.reason
      }
      const failure = classifyFailure(error)
      if (failure.kind === 'outage') {
        this.#lastOutageMs = monotonicMs()
        this.breaker.outage()
      } else this.breaker.answered()
      throw new FailedAttempt(this.host, failure, error)
    }
  }

  #remember(answer: object, tookMs: number): void {
    this.#lastOutageMs = undefined
    this.#latencyMs = this.#latencyMs === 0 ? tookMs : this.#latencyMs * 0.8 + tookMs * 0.2
    const version = stateVersionOf(answer)
    if (version !== undefined) this.#highestStateVersion = Math.max(this.#highestStateVersion, version)
  }
}

function requireFields(answer: object, names: readonly string[]): void {
  const fields: Readonly<Record<string, unknown>> = { ...answer }
  const missing = names.filter((name) => fields[name] === undefined || fields[name] === null)
  if (names.includes('ledger_state') && stateVersionOf(answer) === undefined) missing.push('state version')
  if (missing.length > 0) throw new IncompleteAnswerError(missing.join(', '))
}

function stateVersionOf(answer: object): number | undefined {
  if (!('ledger_state' in answer)) return undefined
  const state = answer.ledger_state
  if (typeof state !== 'object' || state === null || !('state_version' in state)) return undefined
  return Number.isSafeInteger(state.state_version) ? Number(state.state_version) : undefined
}
