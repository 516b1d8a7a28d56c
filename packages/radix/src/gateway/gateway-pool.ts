import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { LedgerDataError, LedgerRequestError, LedgerUnavailableError } from '@weft/domain'
import { FailedAttempt, type Gateway, type GatewayCall, type GatewayState } from './gateway.ts'
import type { GatewayPolicy } from './policy.ts'
import { inPreference, stateOf } from './preference.ts'
import { type ExpectedNetwork, WrongNetworkError } from './wrong-network.ts'

/**
 * Which Gateway may answer:
 * - a state version: any whose ledger has reached it, for there every one answers the same;
 * - `tip`: what is read now must not be mixed with what another Gateway calls now, see {@link GatewayPool.onOneGateway};
 * - `any`: an answer that is true wherever it comes from, such as the fate of an intent.
 */
export type Route = number | 'tip' | 'any'

export interface PoolHooks {
  /** Before every attempt, retries included. */
  readonly onAttempt: (endpoint: string) => void
  readonly onRetry?: ((endpoint: string, problem: string, waitMs: number) => void) | undefined
  readonly onGateway?: ((host: string, state: GatewayState) => void) | undefined
}

/** Once one Gateway has told its tip, the others have so long to tell theirs. */
const STATUS_PATIENCE_MS = 1_000

/**
 * Several Gateways of one network, in the operator's order of preference, and the one place where requests are retried: at the next
 * Gateway at once, and when all have failed, after a wait with full jitter.
 */
export class GatewayPool {
  readonly #gateways: readonly Gateway[]
  readonly #network: ExpectedNetwork | undefined
  readonly #policy: GatewayPolicy
  readonly #hooks: PoolHooks
  readonly #admissions = new Map<Gateway, Promise<string | undefined>>()
  readonly #foreign = new Set<Gateway>()
  readonly #lastStates = new Map<Gateway, GatewayState>()
  readonly #bound = new AsyncLocalStorage<{ gateway?: Gateway }>()

  constructor(
    gateways: readonly Gateway[],
    network: ExpectedNetwork | undefined,
    policy: GatewayPolicy,
    hooks: PoolHooks,
  ) {
    this.#gateways = gateways
    this.#network = network
    this.#policy = policy
    this.#hooks = hooks
  }

  /** Within `work`, all that is read at the tip comes from one Gateway; when that one fails, so does the reading. */
  onOneGateway<T>(work: () => Promise<T>): Promise<T> {
    return this.#bound.getStore() ? work() : this.#bound.run({}, work)
  }

  states(): ReadonlyMap<string, GatewayState> {
    return new Map(this.#gateways.map((gateway) => [gateway.host, this.#stateOf(gateway)]))
  }

  /** Tells of Gateways whose state has changed. */
  reportStates(): void {
    for (const gateway of this.#gateways) {
      const state = this.#stateOf(gateway)
      const last = this.#lastStates.get(gateway) ?? 'serving'
      this.#lastStates.set(gateway, state)
      if (state !== last) this.#hooks.onGateway?.(gateway.host, state)
    }
  }

  /**
   * @throws {LedgerUnavailableError} when every attempt failed, or every circuit breaker is open.
   * @throws {LedgerRequestError} when the Gateway refused the request itself.
   * @throws {LedgerDataError} when the answer has a variant that the SDK does not know.
   * @throws {WrongNetworkError} when all Gateways serve another network.
   */
  async run<T extends object>(call: GatewayCall<T>, route: Route, signal?: AbortSignal): Promise<T> {
    const bound = route === 'tip' ? this.#bound.getStore() : undefined
    const { answer, from } = await this.#withRetries(
      call,
      () => (bound?.gateway ? [bound.gateway] : inPreference(this.#gateways, route)),
      signal,
    )
    if (bound) bound.gateway ??= from
    return answer
  }

  /** The tip of the best Gateway that answers; all are asked, since only beside another one is it seen that one stands still. */
  async status<T extends { ledger_state: { proposer_round_timestamp: string } }>(
    call: GatewayCall<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const bound = this.#bound.getStore()
    if (bound?.gateway || this.#gateways.length === 1) return this.run(call, 'tip', signal)
    const answers = new Map<Gateway, T>()
    const asks = this.#open().map(async (gateway) => {
      const { answer } = await this.#withRetries(call, () => [gateway], signal)
      answers.set(gateway, answer)
    })
    // With none left to ask, the usual way finds the words for it.
    if (asks.length === 0) return this.run(call, 'tip', signal)
    const all = Promise.allSettled(asks)
    try {
      await Promise.any(asks)
    } catch (error) {
      throw error instanceof AggregateError ? error.errors[0] : error
    }
    await Promise.race([all, sleep(STATUS_PATIENCE_MS, undefined, { ref: false })])
    const timesMs = new Map([...answers].map(([each, { ledger_state: tip }]) => [each, timeOf(tip)]))
    const newestMs = Math.max(...timesMs.values())
    for (const [gateway, timeMs] of timesMs) gateway.lagMs = newestMs - timeMs
    this.reportStates()
    const best = inPreference([...answers.keys()], 'tip')[0]
    const answer = best && answers.get(best)
    if (!answer) throw new LedgerUnavailableError(call.endpoint, this.#policy.longestWaitMs, undefined)
    if (bound) bound.gateway ??= best
    return answer
  }

  /**
   * Sends to every Gateway that is not cut off, so that a submission reaches the network by whichever works. The first acceptance
   * counts; a refusal only when all refuse.
   */
  async everywhere<T extends object>(call: GatewayCall<T>, signal?: AbortSignal): Promise<T> {
    const open = this.#open()
    if (open.length <= 1) return this.run(call, 'any', signal)
    try {
      return await Promise.any(
        open.map(async (gateway) => (await this.#withRetries(call, () => [gateway], signal)).answer),
      )
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error
      // An answer that was lost may have been an acceptance: it outweighs the refusal of another.
      throw error.errors.find((each) => each instanceof LedgerUnavailableError) ?? error.errors[0]
    }
  }

  #open(): readonly Gateway[] {
    return this.#gateways.filter((gateway) => this.#isOpen(gateway))
  }

  #isOpen(gateway: Gateway): boolean {
    return !this.#foreign.has(gateway) && gateway.breaker.waitMs() === 0
  }

  async #withRetries<T extends object>(
    call: GatewayCall<T>,
    choose: () => readonly Gateway[],
    signal?: AbortSignal,
  ): Promise<{ answer: T; from: Gateway }> {
    let failed: FailedAttempt | undefined
    let wrong: WrongNetworkError | undefined
    for (let round = 0; ; round++) {
      const chosen = choose()
      const open = chosen.filter((gateway) => this.#isOpen(gateway))
      if (open.length === 0) {
        // With all of them foreign there is nothing to lose: each is asked again next time.
        if (this.#foreign.size === this.#gateways.length) this.#foreign.clear()
        throw wrong ?? this.#cutOff(call.endpoint, chosen, failed)
      }
      for (const [index, gateway] of open.entries()) {
        try {
          await this.#admit(gateway, signal)
          return { answer: await this.#attempt(gateway, call, signal), from: gateway }
        } catch (error) {
          if (error instanceof WrongNetworkError) {
            wrong = error
            continue
          }
          if (!(error instanceof FailedAttempt)) throw error
          failed = error
          if (!isRetryable(error)) throw this.#asDomainError(call.endpoint, error)
          if (index < open.length - 1) this.#hooks.onRetry?.(call.endpoint, describe(error), 0)
        }
      }
      if (!failed) continue
      const asked = retryAfterMs(failed)
      if (round >= this.#policy.maxRetries || asked > this.#policy.longestRetryAfterMs)
        throw this.#asDomainError(call.endpoint, failed)
      // Cut off by now: whoever waits for that should not hold a worker meanwhile.
      if (!choose().some((each) => this.#isOpen(each))) throw this.#cutOff(call.endpoint, chosen, failed)
      const waitMs = asked + this.#jitterMs(round)
      this.#hooks.onRetry?.(call.endpoint, describe(failed), waitMs)
      await waited(waitMs, signal)
    }
  }

  async #attempt<T extends object>(gateway: Gateway, call: GatewayCall<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await gateway.attempt(call, () => this.#hooks.onAttempt(call.endpoint), signal)
    } finally {
      this.reportStates()
    }
  }

  /** Asks a Gateway once which network it serves, before anything else. @throws {WrongNetworkError} @throws {FailedAttempt} */
  async #admit(gateway: Gateway, signal?: AbortSignal): Promise<void> {
    const network = this.#network
    if (!network) return
    const asked = this.#admissions.get(gateway) ?? this.#askNetwork(gateway, network, signal)
    this.#admissions.set(gateway, asked)
    let found: string | undefined
    try {
      found = await asked
    } catch (error) {
      // Asked again next time: the Gateway may only have been unavailable, or the one who asked gave up.
      if (this.#admissions.get(gateway) === asked) this.#admissions.delete(gateway)
      throw error
    }
    if (found === undefined) return
    this.#admissions.delete(gateway)
    this.#foreign.add(gateway)
    this.reportStates()
    throw new WrongNetworkError(gateway.host, found, network)
  }

  /** @returns the foreign network's name; `undefined` when it is the expected one. */
  async #askNetwork(gateway: Gateway, network: ExpectedNetwork, signal?: AbortSignal): Promise<string | undefined> {
    const answer = await this.#attempt(
      gateway,
      {
        endpoint: '/status/network-configuration',
        needs: ['network_id'],
        send: (sdk, init) => sdk.status.innerClient.networkConfiguration(init),
      },
      signal,
    )
    return answer.network_id === network.networkId
      ? undefined
      : `${answer.network_name} (network id ${answer.network_id})`
  }

  #stateOf(gateway: Gateway): GatewayState {
    return this.#foreign.has(gateway) ? 'foreign' : stateOf(gateway, this.#gateways)
  }

  #jitterMs(round: number): number {
    const { firstWaitMs, longestWaitMs } = this.#policy
    // Jitter also on top of what the Gateway asks: it asks the same of everyone.
    return Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** round)
  }

  #cutOff(endpoint: string, chosen: readonly Gateway[], failed: FailedAttempt | undefined): LedgerUnavailableError {
    const waitsMs = chosen.map(({ breaker }) => breaker.waitMs()).filter((waitMs) => waitMs > 0)
    const hosts = chosen.map(({ host }) => host).join(', ')
    const why = failed ? describe(failed) : 'the circuit breaker is open'
    const retryAfter = Math.ceil(Math.min(...waitsMs, this.#policy.breakerOpenMs))
    return new LedgerUnavailableError(`${hosts}${endpoint}`, retryAfter, new Error(why, { cause: failed?.cause }))
  }

  #asDomainError(endpoint: string, { failure, host, cause }: FailedAttempt): Error {
    const where = `${host}${endpoint}`
    switch (failure.kind) {
      case 'refused':
        return new LedgerRequestError(where, failure.status, failure.message, cause)
      case 'undecodable':
        return new LedgerDataError(where, failure.message, cause)
      default:
        return new LedgerUnavailableError(
          where,
          Math.ceil(failure.retryAfterMs ?? this.#policy.longestWaitMs),
          new Error(failure.what, { cause }),
          failure.kind === 'not-synced' ? 'halted' : 'outage',
        )
    }
  }
}

function timeOf(tip: { proposer_round_timestamp: string }): number {
  const timeMs = Date.parse(tip.proposer_round_timestamp)
  return Number.isNaN(timeMs) ? 0 : timeMs
}

function retryAfterMs({ failure }: FailedAttempt): number {
  return failure.kind === 'outage' ? (failure.retryAfterMs ?? 0) : 0
}

function isRetryable({ failure }: FailedAttempt): boolean {
  return failure.kind === 'outage' || failure.kind === 'behind' || failure.kind === 'not-synced'
}

function describe({ failure }: FailedAttempt): string {
  return 'what' in failure ? failure.what : failure.message
}

async function waited(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {})
  } catch {
    // Only the signal ends a wait early, and its own reason says more than the timer's.
    signal?.throwIfAborted()
  }
}
