import { type Monotonic, monotonicMs } from './monotonic.ts'

export type BreakerState = 'closed' | 'half-open' | 'open'

export interface BreakerLimits {
  readonly breakerAfterFailures: number
  readonly breakerOpenMs: number
}

/**
 * Opens after so many outages in a row; after its time one request at a time may try again, and the first that is answered closes it.
 */
export class CircuitBreaker {
  readonly #limits: BreakerLimits
  readonly #now: Monotonic
  readonly #onChange: (state: BreakerState) => void
  #outages = 0
  #openedAtMs: number | undefined
  #isTrying = false

  constructor(limits: BreakerLimits, onChange: (state: BreakerState) => void = () => {}, now: Monotonic = monotonicMs) {
    this.#limits = limits
    this.#onChange = onChange
    this.#now = now
  }

  get state(): BreakerState {
    if (this.#openedAtMs === undefined) return 'closed'
    return this.#isTrying ? 'half-open' : 'open'
  }

  /** Time until a request may be sent, in milliseconds; 0: now. */
  waitMs(): number {
    if (this.#openedAtMs === undefined) return 0
    const leftMs = this.#openedAtMs + this.#limits.breakerOpenMs - this.#now()
    // While one request tries, the others wait as if the breaker had just opened.
    return this.#isTrying ? Math.max(1, leftMs, this.#limits.breakerOpenMs) : Math.max(0, leftMs)
  }

  /** A request is about to be sent, which {@link waitMs} allows. */
  begin(): void {
    if (this.#openedAtMs === undefined) return
    this.#isTrying = true
    this.#onChange('half-open')
  }

  answered(): void {
    this.#outages = 0
    this.#isTrying = false
    if (this.#openedAtMs === undefined) return
    this.#openedAtMs = undefined
    this.#onChange('closed')
  }

  outage(): void {
    this.#outages += 1
    this.#isTrying = false
    if (this.#openedAtMs === undefined && this.#outages < this.#limits.breakerAfterFailures) return
    this.#openedAtMs = this.#now()
    this.#onChange('open')
  }

  /** The request told nothing of the Gateway, for its caller gave it up: the next one may try. */
  unknown(): void {
    this.#isTrying = false
  }
}
