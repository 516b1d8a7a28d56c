import { readFileSync } from 'node:fs'
import type { SborJson, SborRow } from './sbor-json.ts'

/** Reads one of the fixtures beside this file; `T` is what its README promises of it. */
export function fixture<T>(name: string): T & { readonly source: string; readonly confidence: string } {
  return JSON.parse(readFileSync(new URL(`fixtures/${name}`, import.meta.url), 'utf8'))
}

export interface ExampleEntity {
  address: string
  fungible_resources: { items: { vaults: { items: { vault_address: string; amount: string }[] } }[] }
  details: {
    type: string
    state?: SborJson
    native_resource_details?: unknown
  }
}

interface ExampleRow extends SborRow {
  readonly keyHex: string
}

interface ExampleNonFungible {
  readonly non_fungible_id: string
  is_burned: boolean
  data: { programmatic_json: SborJson }
}

interface StoreFixture {
  readonly data: {
    readonly key_value_store_address: string
    readonly entries: readonly {
      readonly key: { readonly raw_hex: string; readonly programmatic_json: SborJson }
      readonly value: { readonly programmatic_json: SborJson }
    }[]
  }
}

interface ReceiptFixture {
  readonly answer: { readonly receipt: { readonly output: readonly { readonly programmatic_json: SborJson }[] } }
}

const STORES = [
  'collateral_assets',
  'collateral_config',
  'collateral_service',
  'deposit_unit_lookup',
  'deposit_unit_ratio_cache',
  'efficiency_group',
  'feed_prices.inferred',
  'interest_strategy',
  'isolation_group',
  'liquidation_fees',
  'loan_config',
  'loan_service',
  'loan_unit_ratio_cache',
  'nft_collateral_assets',
  'nft_collateral_resource_configs',
  'nft_resource_type_cache',
  'pool_service',
  'price_cache',
  'price_feed',
  'resource_configs',
  'resource_pools',
  'resource_type_cache',
] as const
export type ExampleStore = (typeof STORES)[number]

export const EXAMPLE_ADDRESSES = fixture<
  Record<'market' | 'pool' | 'feed' | 'lsulpFeed' | 'cdp', string> &
    Record<'XRD' | 'xUSDC' | 'LSULP' | 'HUG' | 'w2XRD' | 'w2xUSDC' | 'w2LSULP' | 'LSU', string> &
    Record<'validator' | 'claimNft' | 'regNft' | 'valuator' | 'marketTransient' | 'poolTransient', string> & {
      readonly stores: Readonly<Record<string, string>>
    }
>('addresses.json')

/**
 * The example answers of the whole market, in a form that a test can change before anybody reads it. Synthetic values in the shapes that
 * public evidence shows; `fixtures/README.md` says what is from whom.
 */
export class Examples {
  readonly entities: Map<string, ExampleEntity>
  /** Where each store stands, and its rows. */
  readonly stores: Map<string, ExampleRow[]>
  readonly nonFungibles: Map<string, ExampleNonFungible[]>
  /** What a preview of each method puts out, asked for these arguments. */
  readonly methods: Map<string, (asked: ReadonlySet<string>) => SborJson>

  constructor() {
    const entities = ['entity-details', 'entity-details.native', 'entity-details.price-feeds.inferred']
      .concat('entity-details.resources')
      .flatMap((name) => fixture<{ readonly answer: { readonly items: ExampleEntity[] } }>(`${name}.json`).answer.items)
    this.entities = new Map(entities.map((entity) => [entity.address, entity]))
    this.stores = new Map(STORES.map((name) => [storeAddress(name), rowsOf(name)]))
    const nonFungibles = ['cdp-data', 'claim-data'].map(
      (name) =>
        fixture<{ readonly answer: { resource_address: string; non_fungible_ids: ExampleNonFungible[] } }>(
          `nft/${name}.json`,
        ).answer,
    )
    this.nonFungibles = new Map(nonFungibles.map((each) => [each.resource_address, each.non_fungible_ids]))
    this.methods = new Map(
      ['get_price', 'get_cdp'].map((method) => {
        const output = outputsOf(`preview/${method}.json`)[0] ?? { kind: 'Tuple' }
        return [method, (asked) => ({ ...output, entries: output.entries?.filter(isAsked(asked)) ?? [] })]
      }),
    )
  }

  /** A component's state. */
  state(address: string): SborJson {
    const state = this.entities.get(address)?.details.state
    if (!state) throw new Error(`the examples have no component ${address}`)
    return state
  }

  rows(store: ExampleStore): ExampleRow[] {
    const rows = this.stores.get(storeAddress(store))
    if (!rows) throw new Error(`the examples have no store ${store}`)
    return rows
  }

  /** The one row whose key holds `text`: an address, a number or a variant's name. */
  row(store: ExampleStore, text: string): ExampleRow {
    const [row, ...others] = this.rows(store).filter(({ key }) => JSON.stringify(key).includes(`"${text}"`))
    if (!row || others.length > 0) throw new Error(`${store} has ${others.length + (row ? 1 : 0)} rows of ${text}`)
    return row
  }

  removeRow(store: ExampleStore, text: string): void {
    const rows = this.rows(store)
    rows.splice(rows.indexOf(this.row(store, text)), 1)
  }

  /** Data of the one non-fungible of this kind. */
  nonFungible(resource: string): SborJson {
    const [item] = this.nonFungibles.get(resource) ?? []
    if (!item) throw new Error(`the examples have no non-fungible of ${resource}`)
    return item.data.programmatic_json
  }
}

/** What a preview put out, one value per call. */
export function outputsOf(name: string): readonly SborJson[] {
  return fixture<ReceiptFixture>(name).answer.receipt.output.map((output) => output.programmatic_json)
}

export function storeAddress(name: ExampleStore): string {
  return fixture<StoreFixture>(`kvs/${name}.json`).data.key_value_store_address
}

function rowsOf(name: ExampleStore): ExampleRow[] {
  return fixture<StoreFixture>(`kvs/${name}.json`).data.entries.map(({ key, value }) => ({
    keyHex: key.raw_hex,
    key: key.programmatic_json,
    value: value.programmatic_json,
  }))
}

const isAsked =
  (asked: ReadonlySet<string>) =>
  ({ key }: SborRow) =>
    typeof key.value === 'string' && asked.has(key.value)
