import type { LendingPool, MarketSnapshot, ResourceAddress, SyncPoint, UnreadableValue } from '@weft/domain'
import type { Footprint, PinnedReads } from '../gateway/pinned-reads.ts'
import type { Attempt } from '../sbor/decode.ts'
import { poolState, type StoredPool } from './decode-components.ts'
import {
  collateralScope,
  collateralSwitches,
  globalOrResource,
  loanSwitches,
  poolSwitches,
  resource,
} from './decode-configs.ts'
import { type MarketLocation, type MarketState, ofState, readMarketState } from './market-state.ts'
import { POOL_STORES, poolStore } from './pool-stores.ts'
import { type AskPrices, readCachedPrices, readPrices } from './price-reader.ts'
import { TolerantReads } from './tolerant-reads.ts'
import { validatorStakes } from './validator-stakes.ts'

/** Cached prices, lending pools and service switches: the tables that move with every transaction. */
export async function readMovingTables(state: MarketState, location: MarketLocation, reads: TolerantReads) {
  const [cached, pools, services] = await Promise.all([
    readCachedPrices(state.fields.price_cache, reads),
    readPools(state, location, reads),
    readServices(state, reads),
  ])
  return { cached, pools, services }
}

export interface ReadAgain {
  readonly market: MarketSnapshot
  readonly footprint: Footprint
}

/**
 * `previous` with all that moves read again at `at`; its configurations, the kinds of its collaterals, and divisibilities
 * and supplies stay.
 * @param pinned with the footprint of the reading that `previous` came from.
 * @throws {LedgerDataError}
 */
export async function readMarketAgain(
  previous: MarketSnapshot,
  location: MarketLocation,
  pinned: PinnedReads,
  ask: AskPrices,
  at: SyncPoint,
): Promise<ReadAgain> {
  const reads = new TolerantReads(pinned)
  const state = await readMarketState(location, reads)
  const { cached, pools, services } = await readMovingTables(state, location, reads)
  const said = ofState(state, location, reads)
  const claimNfts = new Map(
    [...previous.validators].flatMap(([validator, { claimNft }]) => (claimNft ? [[validator, claimNft] as const] : [])),
  )
  const [prices, validators] = await Promise.all([
    readPrices(cached, previous, said.rules, reads, ask, at),
    validatorStakes(lsusOf(previous), claimNfts, reads),
  ])
  const market = {
    ...previous,
    syncPoint: at,
    ...said,
    prices,
    pools: withSupply(pools, (underlying) => previous.pools.get(underlying)?.supply ?? null),
    services,
    validators,
    unreadable: [...stillUnreadable(previous, reads), ...reads.unreadable],
  }
  return { market, footprint: reads.footprint() }
}

/** What an earlier reading noted about tables that these reads leave alone. */
function stillUnreadable(previous: MarketSnapshot, reads: TolerantReads): readonly UnreadableValue[] {
  return previous.unreadable.filter(({ table }) => !reads.hasRead(table))
}

/** LSU that the market has met as collateral. */
export function lsusOf({ collateralKinds }: Pick<MarketSnapshot, 'collateralKinds'>): readonly ResourceAddress[] {
  return [...collateralKinds].flatMap(([lsu, { kind }]) => (kind === 'lsu' ? [lsu] : []))
}

/** Pools with what is not in their own state. */
export function withSupply(
  pools: ReadonlyMap<ResourceAddress, Omit<LendingPool, 'supply'>>,
  supplyOf: (underlying: ResourceAddress) => LendingPool['supply'],
): Map<ResourceAddress, LendingPool> {
  return new Map([...pools].map(([underlying, pool]) => [underlying, { ...pool, supply: supplyOf(underlying) }]))
}

async function readPools(
  { pool: state }: MarketState,
  { pool: address }: MarketLocation,
  reads: TolerantReads,
): Promise<Map<ResourceAddress, Omit<LendingPool, 'supply'>>> {
  const store = poolStore(state, POOL_STORES.resource_pools)
  const stored: readonly (readonly [ResourceAddress, StoredPool])[] = await reads.table(
    'resource_pools',
    store,
    resource,
    poolState,
  )
  const balances = await reads.pinned.vaultBalances(
    address,
    stored.flatMap(([, { vault }]) => (vault === null ? [] : [vault])),
  )
  return new Map(
    stored.map(([underlying, { vault, ...pool }]) => [
      underlying,
      { ...pool, liquidity: vault === null ? null : (balances.get(vault) ?? null) },
    ]),
  )
}

async function readServices({ fields, pool }: MarketState, reads: TolerantReads): Promise<MarketSnapshot['services']> {
  const market = reads.field('market_service_status', '*', fields.market_service_status)
  const [loans, collaterals, ofPool] = await Promise.all([
    reads.table('loan_service_manager', entriesOf(fields.loan_service_manager), globalOrResource, loanSwitches),
    reads.table(
      'collateral_service_manager',
      entriesOf(fields.collateral_service_manager),
      collateralScope,
      collateralSwitches,
    ),
    reads.table(
      'lending_service_manager',
      poolStore(pool, POOL_STORES.lending_service_manager),
      globalOrResource,
      poolSwitches,
    ),
  ])
  return {
    market: new Map(market ?? []),
    loans: new Map(loans),
    collaterals: new Map(collaterals),
    pool: new Map(ofPool),
  }
}

/** Where a manager's table stands. */
export function entriesOf(manager: Attempt<{ readonly entries: string }>): Attempt<string> {
  return manager.kind === 'decoded' ? { kind: 'decoded', value: manager.value.entries } : manager
}
