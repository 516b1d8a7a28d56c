/** The doctor may send no more requests; what is left of its reading is reported as not read. */
export class RequestBudgetError extends Error {
  override readonly name = 'RequestBudgetError'

  constructor(most: number) {
    super(`it would take more than ${most} requests`)
  }
}

/** Counts requests, and ends all reading at the one too many. */
export class RequestBudget {
  readonly #most: number
  readonly #over = new AbortController()
  #made = 0

  constructor(most: number) {
    this.#most = most
  }

  get made(): number {
    return this.#made
  }

  /** Ends whatever is read under it once the budget is spent. */
  get signal(): AbortSignal {
    return this.#over.signal
  }

  /** Before every request. */
  spend(): void {
    if (this.#made >= this.#most) this.#over.abort(new RequestBudgetError(this.#most))
    else this.#made += 1
  }
}
