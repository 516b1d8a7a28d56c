/** Lets one holder at a time have a key, in the order of asking; a key nobody waits for is forgotten. */
export class KeyQueue {
  readonly #tails = new Map<string, Promise<void>>()

  /** Keys that are held or waited for. */
  get size(): number {
    return this.#tails.size
  }

  /** Resolves when the key is free; it is then held until `done`. */
  async turn(key: string, done: Promise<void>): Promise<void> {
    const before = this.#tails.get(key)
    const tail = Promise.all([before, done]).then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key)
    })
    this.#tails.set(key, tail)
    await before
  }
}
