import type { BatchSnapshotHeader, BatchSnapshotRow, MarketSnapshot, SnapshotStore } from '@weft/domain'

/** Ranges of one run come in a row and share one market snapshot; it is fetched and parsed once. */
const KEPT = 2

/** A snapshot store that remembers the last market snapshots it read; they are immutable. */
export class CachedMarkets implements SnapshotStore {
  readonly #store: SnapshotStore
  readonly #markets = new Map<string, Promise<MarketSnapshot>>()

  constructor(store: SnapshotStore) {
    this.#store = store
  }

  putMarket(snapshot: MarketSnapshot, key: string): Promise<void> {
    return this.#store.putMarket(snapshot, key)
  }

  market(key: string): Promise<MarketSnapshot> {
    const known = this.#markets.get(key)
    if (known) return known
    const market = this.#store.market(key)
    this.#markets.set(key, market)
    // A failed read is forgotten, so that the redelivered job asks again.
    market.catch(() => this.#markets.delete(key))
    for (const oldest of [...this.#markets.keys()].slice(0, -KEPT)) this.#markets.delete(oldest)
    return market
  }

  putBatch(key: string, header: BatchSnapshotHeader, rows: readonly BatchSnapshotRow[]): Promise<boolean> {
    return this.#store.putBatch(key, header, rows)
  }

  batch(key: string): Promise<{ header: BatchSnapshotHeader; rows: readonly BatchSnapshotRow[] }> {
    return this.#store.batch(key)
  }
}
