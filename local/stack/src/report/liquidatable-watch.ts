/** Since when each CDP has been liquidatable without a break, as seen by looking again and again. */
export class LiquidatableWatch {
  readonly #since = new Map<string, number>()
  readonly #ever = new Set<string>()
  #mostAtOnce = 0

  /** @param nowMs when `ids` were read from the ledger, any clock that does not go back */
  look(ids: readonly string[], nowMs: number): void {
    const current = new Set(ids)
    this.#mostAtOnce = Math.max(this.#mostAtOnce, current.size)
    for (const id of this.#since.keys()) if (!current.has(id)) this.#since.delete(id)
    for (const id of current) {
      this.#ever.add(id)
      if (!this.#since.has(id)) this.#since.set(id, nowMs)
    }
  }

  /** Those that have been liquidatable for longer than `ms`. */
  longerThan(ms: number, nowMs: number): readonly string[] {
    return [...this.#since].flatMap(([id, since]) => (nowMs - since > ms ? [id] : []))
  }

  get current(): readonly string[] {
    return [...this.#since.keys()]
  }

  /** How many different CDPs were ever seen liquidatable. */
  get everCount(): number {
    return this.#ever.size
  }

  /** How many were liquidatable at one look, at most. */
  get mostAtOnce(): number {
    return this.#mostAtOnce
  }
}
