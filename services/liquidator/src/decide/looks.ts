/**
 * How often the market may be looked at again for one candidate. Each look is a handful of requests, and in a shock hundreds of
 * candidates ask at once: one whose world will not stand still is left, and the next run finds it.
 */
export class Looks {
  #left: number

  constructor(further: number = FURTHER_LOOKS) {
    this.#left = further
  }

  /** Uses up one look. @returns false when none is left; then what was seen last stands. */
  take(): boolean {
    if (this.#left === 0) return false
    this.#left -= 1
    return true
  }

  /** From now on what was seen stands. */
  end(): void {
    this.#left = 0
  }
}

/** After the first: two for a contradiction with the ledger, two for dry runs that did something else than was planned. */
const FURTHER_LOOKS = 4
