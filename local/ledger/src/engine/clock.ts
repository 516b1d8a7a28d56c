/** Ledger time: what a round's proposer writes. */
export class LedgerClock {
  readonly #wall: { now(): number } | undefined
  readonly #nominalRoundMs: number
  #offsetMs = 0
  #nowMs: number

  /** Without a wall clock every round lasts `nominalRoundMs`, so that equal calls give equal histories. */
  constructor(startMs: number, wall: { now(): number } | undefined, nominalRoundMs: number) {
    this.#wall = wall
    this.#nominalRoundMs = nominalRoundMs
    this.#nowMs = startMs
    this.#offsetMs = wall ? startMs - wall.now() : 0
  }

  /** Unix ms of the newest round. */
  get nowMs(): number {
    return this.#nowMs
  }

  /** What a submission that arrives now is timed by: it may be later than the newest round. */
  arrivalMs(): number {
    return this.#wall ? Math.max(this.#wall.now() + this.#offsetMs, this.#nowMs) : this.#nowMs
  }

  nextRound(): number {
    this.#nowMs = this.#wall ? this.arrivalMs() : this.#nowMs + this.#nominalRoundMs + this.#takeOffset()
    return this.#nowMs
  }

  advance(ms: number): void {
    this.#offsetMs += ms
  }

  #takeOffset(): number {
    const offset = this.#offsetMs
    this.#offsetMs = 0
    return offset
  }
}

/** The minute that a moment is in: Scrypto components that ask for minutes see no seconds. Both in unix seconds. */
export function wholeMinute(unixS: number): number {
  return unixS - (unixS % SECONDS_PER_MINUTE)
}

const SECONDS_PER_MINUTE = 60
