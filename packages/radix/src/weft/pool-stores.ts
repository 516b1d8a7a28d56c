import { fieldNames, struct } from '../sbor/composites.ts'
import { type Attempt, attempted, type Decoder } from '../sbor/decode.ts'
import { own } from '../sbor/scalars.ts'
import { storesIn } from './decode-components.ts'

/** A store of the lending pool: its field's name is declared by Weft's client and read by nobody; the address is mainnet's. */
interface PoolStore {
  readonly field: string
  readonly at: Decoder<string>
  readonly onMainnet: string
}

const inManager: Decoder<string> = (value, path) => struct({ entries: own })(value, path).entries

export const POOL_STORES = {
  resource_pools: {
    field: 'resource_pools',
    at: own,
    onMainnet: 'internal_keyvaluestore_rdx1kzjr763caq96j0kv883vy8gnf3jvrrp7dfm9zr5n0akryvzsxvyujc',
  },
  interest_strategy_manager: {
    field: 'interest_strategy_manager',
    at: inManager,
    onMainnet: 'internal_keyvaluestore_rdx1krx5aq2h74pdyj99r3rpztr2ahvd9xdtfcfujrm079zw279sse68ck',
  },
  lending_service_manager: {
    field: 'lending_service_manager',
    at: inManager,
    onMainnet: 'internal_keyvaluestore_rdx1krz350jhmvvuw2cctslmg3axnxagqas4muf5rxvfd8jcqru7s4v9a3',
  },
} as const satisfies Record<string, PoolStore>

/** Where a store of the pool stands: by its field's name, else by mainnet's address among the state's stores. */
export function poolStore(state: unknown, { field, at, onMainnet }: PoolStore): Attempt<string> {
  const named = attempted(struct<Record<string, Decoder<string>>>({ [field]: at }))(state, '')
  const store = named.kind === 'decoded' ? named.value[field] : undefined
  if (store !== undefined) return { kind: 'decoded', value: store }
  if (storesIn(state).has(onMainnet)) return { kind: 'decoded', value: onMainnet }
  const names = fieldNames(state)
  return {
    kind: 'unreadable',
    why: `the lending pool has no store named ${field} and none of the known address; its fields are ${names.join(', ') || 'nameless'}`,
  }
}
