import type { Clock, MarketSnapshot, PinnedLedger, SyncPoint } from '@weft/domain'

/**
 * The market at the ledger's tip, read at most once every few seconds and by one worker at a time: a shock queues hundreds of
 * candidates at once, and they all mean the same market. What is a moment old here is caught by the preview before signing.
 */
export class MarketAtTip {
  readonly #ledger: Pick<PinnedLedger, 'marketSnapshot'>
  readonly #clock: Clock
  readonly #maxAgeMs: number
  /** The market as last read, for what does not change from moment to moment. */
  lastRead: MarketSnapshot | undefined
  #read: { readonly atMs: number; readonly stateVersion: number; readonly market: Promise<MarketSnapshot> } | undefined

  constructor(ledger: Pick<PinnedLedger, 'marketSnapshot'>, clock: Clock, maxAgeMs: number) {
    this.#ledger = ledger
    this.#clock = clock
    this.#maxAgeMs = maxAgeMs
  }

  /** The market at `tip`, or as it was at most the maximum age before. @throws {LedgerUnavailableError} @throws {LedgerDataError} */
  at(tip: SyncPoint): Promise<MarketSnapshot> {
    const known = this.#read
    if (known && (known.stateVersion >= tip.stateVersion || this.#clock.now() - known.atMs < this.#maxAgeMs))
      return known.market
    return this.#readAt(tip)
  }

  /** The market exactly at `tip`, whatever is remembered. */
  exactlyAt(tip: SyncPoint): Promise<MarketSnapshot> {
    return this.#read?.stateVersion === tip.stateVersion ? this.#read.market : this.#readAt(tip)
  }

  #readAt(tip: SyncPoint): Promise<MarketSnapshot> {
    const market = this.#ledger.marketSnapshot(tip)
    const read = { atMs: this.#clock.now(), stateVersion: tip.stateVersion, market }
    this.#read = read
    market.then(
      (snapshot) => {
        this.lastRead = snapshot
      },
      () => {
        // A failed read is not remembered; who awaits it gets the error.
        if (this.#read === read) this.#read = undefined
      },
    )
    return market
  }
}
