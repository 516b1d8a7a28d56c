import { type Attempt, attempted, type Decoder } from '../sbor/decode.ts'
import { marketFields, poolState } from '../weft/decode-components.ts'
import {
  cachedPrice,
  collateralConfig,
  collateralKind,
  collateralScope,
  collateralSwitches,
  configEntry,
  configKey,
  efficiencyGroup,
  globalOrResource,
  interestStrategy,
  loanConfig,
  loanSwitches,
  nftRegistration,
  nftType,
  poolSwitches,
  priceFeed,
  resource,
  resourceConfig,
} from '../weft/decode-configs.ts'
import { entriesOf } from '../weft/moving-market.ts'
import { POOL_STORES, poolStore } from '../weft/pool-stores.ts'
import type { Examination } from './examination.ts'
import { asExpected, missing, notShown, type ReadRow, unknown } from './row.ts'

type MarketFields = ReturnType<typeof marketFields>

interface Table {
  /** As the reader's notes of what is unreadable call it. */
  readonly name: string
  readonly key: Decoder<unknown>
  readonly value: Decoder<unknown>
  readonly holds: string
  readonly consequence: string
  /** A young market may have none. */
  readonly mayBeEmpty?: true
  readonly store: (market: MarketFields, pool: unknown) => Attempt<string>
}

const config = <C>(
  name: keyof MarketFields & string,
  of: Decoder<C>,
  consequence: string,
  managed: ManagerName,
): Table => ({
  name,
  key: configKey,
  value: configEntry(of),
  holds: 'ConfigurationEntry by Current(id) and History(version)',
  consequence,
  store: (market) => entriesOf(market[managed]),
})
type ManagerName =
  | 'collateral_config_manager'
  | 'loan_config_manager'
  | 'efficiency_group_manager'
  | 'price_feed_manager'

/** Every key-value store that the market reader opens, with the very decoders that it uses. */
const TABLES: readonly Table[] = [
  {
    name: 'price_cache',
    key: resource,
    value: cachedPrice,
    holds: 'CacheEntry<Decimal> by resource',
    consequence: 'The price of an entry that does not decode is asked of the market.',
    store: (market) => market.price_cache,
  },
  {
    name: 'resource_configs',
    key: resource,
    value: resourceConfig,
    holds: 'ResourceConfig by resource',
    consequence: 'CDPs that hold or owe the resource are not judged by us, and not planned.',
    store: (market) => market.resource_configs,
  },
  config(
    'collateral_config_manager',
    collateralConfig,
    'CDPs that recorded it are not judged by us, and not planned.',
    'collateral_config_manager',
  ),
  config(
    'loan_config_manager',
    loanConfig,
    'CDPs that recorded it are not judged by us, and not planned.',
    'loan_config_manager',
  ),
  config(
    'efficiency_group_manager',
    efficiencyGroup,
    'CDPs in that group are not judged by us.',
    'efficiency_group_manager',
  ),
  config('price_feed_manager', priceFeed, 'Prices of its assets are asked of the market.', 'price_feed_manager'),
  {
    name: 'loan_service_manager',
    key: globalOrResource,
    value: loanSwitches,
    holds: 'ServiceStatus by Global or resource',
    consequence: 'Debts whose switch is unknown are not repaid.',
    store: (market) => entriesOf(market.loan_service_manager),
  },
  {
    name: 'collateral_service_manager',
    key: collateralScope,
    value: collateralSwitches,
    holds: 'ServiceStatus by scope or resource',
    consequence: 'Collaterals whose switch is unknown are not seized.',
    store: (market) => entriesOf(market.collateral_service_manager),
  },
  {
    name: 'resource_type_cache',
    key: resource,
    value: collateralKind,
    holds: 'RegisteredToken, LSU or DepositUnit by resource',
    consequence: 'CDPs that hold the resource are not judged by us.',
    store: (market) => market.resource_type_cache,
  },
  {
    name: 'nft_resource_type_cache',
    key: resource,
    value: nftType,
    holds: 'RegisteredNFT or ClaimNFT by resource',
    consequence: 'CDPs that pledge such an NFT are not judged by us.',
    mayBeEmpty: true,
    store: (market) => market.nft_resource_type_cache,
  },
  {
    name: 'nft_collateral_resource_configs',
    key: resource,
    value: nftRegistration,
    holds: 'NFTCollateralConfig by resource',
    consequence: 'CDPs that pledge a registered NFT are not judged by us.',
    mayBeEmpty: true,
    store: (market) => market.nft_collateral_resource_configs,
  },
  {
    name: 'resource_pools',
    key: resource,
    value: poolState,
    holds: 'ResourcePoolState by underlying',
    consequence: 'Debts and deposit units of the pool are not valued by us, and not planned.',
    store: (_, pool) => poolStore(pool, POOL_STORES.resource_pools),
  },
  {
    name: 'interest_strategy_manager',
    key: configKey,
    value: configEntry(interestStrategy),
    holds: 'InterestStrategy by Current(id)',
    consequence: 'What is due at the next accrual is estimated by the stored rate.',
    store: (_, pool) => poolStore(pool, POOL_STORES.interest_strategy_manager),
  },
  {
    name: 'lending_service_manager',
    key: globalOrResource,
    value: poolSwitches,
    holds: 'ServiceStatus by Global or resource',
    consequence: 'Flash loans, withdrawals and repayments whose switch is unknown are not planned.',
    store: (_, pool) => poolStore(pool, POOL_STORES.lending_service_manager),
  },
]

/** One row for every store. */
export const TABLE_ROWS: readonly ReadRow[] = TABLES.map((table) => ({
  id: `table.${table.name}`,
  question: `Do all entries of ${table.name} decode?`,
  where: `store ${table.name}`,
  expected: table.holds,
  others: [],
  consequence: table.consequence,
  find: (seen) => findTable(table, seen),
}))

function findTable({ key, value, store, mayBeEmpty }: Table, { network, evidence }: Examination) {
  const at = store(marketFields(evidence.state(network.addresses.market), ''), evidence.state(network.addresses.pool))
  if (at.kind === 'unreadable') return missing(at.why)
  const entries = evidence.table(at.value)
  if (entries === undefined) return notShown('it was not read')
  if (entries.length === 0) return mayBeEmpty ? asExpected('no entry') : missing('it has no entry')
  const broken = entries.flatMap((entry) => {
    const why = [attempted(key)(entry.key, 'key'), attempted(value)(entry.value, 'value')].flatMap((each) =>
      each.kind === 'unreadable' ? [each.why] : [],
    )
    return why.length > 0 ? [{ entry, why: why.join('; ') }] : []
  })
  const [first] = broken
  if (first) return unknown(`${broken.length} of ${entries.length} entries do not decode: ${first.why}`, first.entry)
  return asExpected(`${entries.length} entries`)
}
