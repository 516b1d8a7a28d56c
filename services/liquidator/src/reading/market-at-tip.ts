import type { Clock, MarketSnapshot, RefreshableMarket, SyncPoint } from '@weft/domain'

interface Reading {
  readonly atMs: number
  readonly stateVersion: number
  /** Configurations included. */
  readonly whole: boolean
  readonly market: Promise<MarketSnapshot>
}

/**
 * The market at the ledger's tip, read at most once every few seconds and by one worker at a time: a shock queues hundreds of
 * candidates at once, and they all mean the same market. What is a moment old here is caught by the preview before signing, and
 * configurations that have changed meanwhile by the ledger's own `get_cdp`, whose contradiction asks for a fresher market.
 */
export class MarketAtTip {
  readonly #ledger: RefreshableMarket
  readonly #clock: Clock
  readonly #maxAgeMs: number
  /** The market as last read, for what does not change from moment to moment. */
  lastRead: MarketSnapshot | undefined
  #read: Reading | undefined

  constructor(ledger: RefreshableMarket, clock: Clock, maxAgeMs: number) {
    this.#ledger = ledger
    this.#clock = clock
    this.#maxAgeMs = maxAgeMs
  }

  /** The market at `tip`, or as it was at most the maximum age before. @throws {LedgerUnavailableError} @throws {LedgerDataError} */
  at(tip: SyncPoint): Promise<MarketSnapshot> {
    const known = this.#read
    return known && this.#clock.now() - known.atMs < this.#maxAgeMs ? known.market : this.freshAt(tip)
  }

  /** The market at `tip` or later in all that moves; its configurations may be of before. */
  freshAt(tip: SyncPoint): Promise<MarketSnapshot> {
    const known = this.#read
    if (known && known.stateVersion >= tip.stateVersion) return known.market
    const { lastRead } = this
    return lastRead
      ? this.#remember(tip, false, this.#ledger.refreshMarket(lastRead, tip))
      : this.#remember(tip, true, this.#ledger.marketSnapshot(tip))
  }

  /** The market exactly at `tip`, all of it. */
  exactlyAt(tip: SyncPoint): Promise<MarketSnapshot> {
    const known = this.#read
    if (known?.whole && known.stateVersion === tip.stateVersion) return known.market
    return this.#remember(tip, true, this.#ledger.marketSnapshot(tip))
  }

  #remember({ stateVersion }: SyncPoint, whole: boolean, market: Promise<MarketSnapshot>): Promise<MarketSnapshot> {
    const read = { atMs: this.#clock.now(), stateVersion, whole, market }
    this.#read = read
    market.then(
      (snapshot) => {
        // Readings may overtake each other.
        if (this.lastRead === undefined || this.lastRead.syncPoint.stateVersion <= stateVersion)
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
