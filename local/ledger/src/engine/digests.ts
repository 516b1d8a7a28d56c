import { createHash } from 'node:crypto'
import { GENESIS_VERSIONS } from './genesis/genesis.ts'
import type { Store } from './store.ts'
import type { Table } from './table.ts'

/** Fields that hold a moment in unix seconds; the ledger's length of time has other names. */
const MOMENT = /(AtS|timestampS)$/

/** SHA-256 of what the seed decided about a ledger at genesis, moments counted from it: positions, pools, prices, exchange. */
export function genesisDigest(store: Store, startS: number): string {
  const hash = createHash('sha256')
  const plain = (name: string, value: unknown): unknown => {
    if (value instanceof Map) return [...value]
    return typeof value === 'number' && MOMENT.test(name) ? value - startS : value
  }
  const add = <K extends string | number, V>(table: Table<K, V>) => {
    for (const key of table.keys()) {
      const value = table.at(key, GENESIS_VERSIONS)
      if (value !== undefined) hash.update(JSON.stringify([key, value], plain))
    }
  }
  add(store.cdps)
  add(store.cdpOwners)
  add(store.nonFungibles)
  add(store.pools)
  add(store.feedPrices)
  add(store.proxyPrices)
  add(store.dexPools)
  return hash.digest('hex')
}
