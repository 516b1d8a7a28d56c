import { createHash, type Hash } from 'node:crypto'
import type { CommittedTransaction, LedgerState } from '../view.ts'

/** Everything that was committed, one entry per state version, and the digest that tells two histories apart. */
export class History {
  readonly #transactions: CommittedTransaction[] = []
  readonly #byIntent = new Map<string, CommittedTransaction>()
  readonly #epochStarts = new Map<number, number>()
  readonly #digest: Hash = createHash('sha256')
  readonly #actsDigest: Hash = createHash('sha256')
  readonly #startMs: number

  constructor(startMs: number) {
    this.#startMs = startMs
  }

  get tipVersion(): number {
    return this.#transactions.length
  }

  append(transaction: CommittedTransaction): void {
    if (transaction.stateVersion !== this.tipVersion + 1)
      throw new RangeError(`State version ${transaction.stateVersion} cannot follow ${this.tipVersion}.`)
    this.#transactions.push(transaction)
    if (transaction.user) this.#byIntent.set(transaction.user.intentHash, transaction)
    if (!this.#epochStarts.has(transaction.epoch)) this.#epochStarts.set(transaction.epoch, transaction.stateVersion)
    const { stateVersion, kind, epoch, round, timestampMs } = transaction
    const act = JSON.stringify([
      transaction.status,
      transaction.errorMessage ?? null,
      transaction.user?.intentHash ?? null,
      transaction.user?.feePaid ?? null,
      transaction.fungibleChanges,
      transaction.nonFungibleChanges,
      transaction.events.map(({ name }) => name),
    ])
    this.#digest.update(JSON.stringify([stateVersion, kind, epoch, round, timestampMs - this.#startMs]))
    this.#digest.update(act)
    if (transaction.user) this.#actsDigest.update(act)
  }

  at(stateVersion: number): CommittedTransaction | undefined {
    return this.#transactions[stateVersion - 1]
  }

  ofIntent(intentHash: string): CommittedTransaction | undefined {
    return this.#byIntent.get(intentHash)
  }

  stateAt(stateVersion: number): LedgerState | undefined {
    const transaction = this.at(stateVersion)
    if (!transaction) return undefined
    const { epoch, round, timestampMs } = transaction
    return { stateVersion, epoch, round, timestampMs }
  }

  /** The last state at or before `unixMs`. */
  stateAtTime(unixMs: number): LedgerState | undefined {
    return this.stateAt(this.#countWhere((transaction) => transaction.timestampMs <= unixMs))
  }

  stateAtEpoch(epoch: number, round: number | undefined): LedgerState | undefined {
    const start = this.#epochStarts.get(epoch)
    if (start === undefined) return undefined
    if (round === undefined) return this.stateAt(start)
    const before = this.#countWhere((each) => each.epoch < epoch || (each.epoch === epoch && each.round < round))
    const found = this.stateAt(before + 1)
    return found?.epoch === epoch && found.round === round ? found : undefined
  }

  digest(): string {
    return this.#digest.copy().digest('hex')
  }

  /** Over users' transactions alone, in their order: what was done, but not in which round or when. */
  actsDigest(): string {
    return this.#actsDigest.copy().digest('hex')
  }

  /** How many transactions, from the first, satisfy a condition that none does after the first that does not. */
  #countWhere(holds: (transaction: CommittedTransaction) => boolean): number {
    let low = 0
    let high = this.#transactions.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const transaction = this.#transactions[middle]
      if (transaction && holds(transaction)) low = middle + 1
      else high = middle
    }
    return low
  }
}
