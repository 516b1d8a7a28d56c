import {
  type Clock,
  type Doubts,
  doubtsNow,
  type MarketSnapshot,
  type PlausibilityPolicy,
  type PriceTrustState,
  pricesAtOnce,
  type ResourceAddress,
  type VersionedStore,
  type Vouched,
  vouchedRange,
} from '@weft/domain'
import type { PriceTrust } from '../decide/guards/prices-plausible.ts'

/** The memory changes with each run of the dispatcher, minutes apart; an operator's word must count within seconds. */
const MEMORY_MAX_AGE_MS = 5_000

/** Holds the prices at the tip against what the dispatcher's runs remember of each asset. Remembers nothing itself. */
export class JudgedPriceTrust implements PriceTrust {
  readonly #store: Pick<VersionedStore<PriceTrustState>, 'read'>
  readonly #policy: PlausibilityPolicy
  readonly #clock: Clock
  #memory: { readonly atMs: number; readonly state: Promise<PriceTrustState | undefined> } | undefined

  constructor(store: Pick<VersionedStore<PriceTrustState>, 'read'>, policy: PlausibilityPolicy, clock: Clock) {
    this.#store = store
    this.#policy = policy
    this.#clock = clock
  }

  async untrusted(market: MarketSnapshot): Promise<Doubts> {
    return doubtsNow(await this.#state(), pricesAtOnce(market), this.#policy)
  }

  /** What is remembered of prices, without a Gateway's present word. @param unit XRD. */
  async vouched(unit: ResourceAddress): Promise<Vouched> {
    const state = await this.#state()
    return (resource) => vouchedRange(resource, unit, state, this.#clock.now(), this.#policy)
  }

  #state(): Promise<PriceTrustState | undefined> {
    const nowMs = this.#clock.now()
    if (this.#memory && nowMs - this.#memory.atMs < MEMORY_MAX_AGE_MS) return this.#memory.state
    const memory = { atMs: nowMs, state: this.#store.read().then((stored) => stored?.value) }
    this.#memory = memory
    memory.state.catch(() => {
      if (this.#memory === memory) this.#memory = undefined
    })
    return memory.state
  }
}
