import type {
  CollateralKind,
  ComponentAddress,
  DisabledService,
  LendingPool,
  MarketSnapshot,
  NftKind,
  PriceReading,
  ResourceAddress,
  SyncPoint,
  ValidatorAddress,
  ValidatorStake,
} from '@weft/domain'
import { LedgerDataError } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { PinnedReads } from '../gateway/pinned-reads.ts'
import { type Decoded, decodeSbor, isJsonObject } from '../sbor/decode.ts'
import { marketState, poolComponentState, poolState, priceFeedState } from './decode-components.ts'
import {
  cachedPrice,
  collateralServiceKey,
  feedPrice,
  loanServiceKey,
  poolServiceKey,
  resource,
  serviceStatus,
} from './decode-configs.ts'
import { fungibleFacts, validatorStakes } from './validator-stakes.ts'

export type MarketState = Decoded<typeof marketState>

export interface MarketLocation {
  readonly xrd: ResourceAddress
  readonly market: ComponentAddress
  readonly pool: ComponentAddress
  /** Absent: the market's own default feed. */
  readonly priceFeed?: ComponentAddress | undefined
}

/** @throws {LedgerDataError} when there is no such market, or its state is not of the shape in `docs/on-ledger-data.md`. */
export async function readMarketState(location: MarketLocation, reads: PinnedReads): Promise<MarketState> {
  return decodeSbor(marketState, await reads.componentState(location.market), `market ${location.market}`)
}

/** What the market's own state says of it. */
export function ofState(state: MarketState) {
  return {
    cdpResource: state.cdp_res_manager,
    cdpCounter: state.cdp_counter,
    rules: {
      priceExpirationPeriodMs: state.config.price_expiration_period,
      priceCacheMode: state.config.price_cache_mode,
      defaultEfficiencyConfigId: state.config.default_efficiency_config_id,
      maxClaimNftValue: state.config.max_claim_nft_value,
      maxPositions: state.config.cdp_max_positions,
      protocolLiquidationBonusFeeRate: state.fee_config.protocol_liquidation_bonus_fee_rate,
    },
  } satisfies Partial<MarketSnapshot>
}

/** Prices, lending pools and service switches: they move with every transaction. */
export async function readMovingTables(state: MarketState, location: MarketLocation, reads: PinnedReads) {
  const named = state.price_feed_manager.default_price_feed
  const priceFeed = { read: location.priceFeed ?? named, named }
  const [prices, { pools, disabledServices }, services] = await Promise.all([
    readPrices(state, priceFeed.read, reads),
    readPools(location.pool, reads),
    readMarketServices(state, reads),
  ])
  return { prices, priceFeed, pools, disabledServices: [...services, ...disabledServices] }
}

/**
 * `previous` with all that moves read again at `at`; its configurations, the kinds of its collaterals and their divisibilities stay.
 * @param reads with the footprint of the reading that `previous` came from.
 * @throws {LedgerDataError}
 */
export async function readMarketAgain(
  previous: MarketSnapshot,
  location: MarketLocation,
  reads: PinnedReads,
  at: SyncPoint,
): Promise<MarketSnapshot> {
  const state = await readMarketState(location, reads)
  const [moved, { stakes }] = await Promise.all([
    readMovingTables(state, location, reads),
    readValidators(previous.collateralKinds, previous.nftKinds, reads),
  ])
  return { ...previous, syncPoint: at, ...ofState(state), ...moved, validators: stakes }
}

/** Both prices the market may be using; `priceInForce` of the domain decides. */
async function readPrices(
  state: MarketState,
  feed: ComponentAddress,
  reads: PinnedReads,
): Promise<Map<ResourceAddress, PriceReading>> {
  const [cached, fed] = await Promise.all([
    reads.table(state.price_cache, 'market.price_cache', resource, cachedPrice),
    readFeed(feed, reads),
  ])
  const cachedPrices = new Map(cached)
  const feedPrices = new Map(fed)
  const priced = new Set([...feedPrices.keys(), ...cachedPrices.keys()])
  return new Map(
    [...priced].map((each) => [each, { cached: cachedPrices.get(each) ?? null, feed: feedPrices.get(each) ?? null }]),
  )
}

/** A feed whose state has no price table is another kind of feed (mainnet's is unverified): prices then come from the cache alone. */
async function readFeed(feed: ComponentAddress, reads: PinnedReads) {
  const details = (await reads.entities([feed])).get(feed)?.details
  const state = details?.type === 'Component' ? details.state : undefined
  if (!hasField(state, 'prices')) return []
  const { prices } = decodeSbor(priceFeedState, state, `price feed ${feed}`)
  return reads.table(prices, 'price-feed.prices', resource, feedPrice)
}

function hasField(state: unknown, name: string): boolean {
  const fields = isJsonObject(state) ? state.fields : undefined
  return Array.isArray(fields) && fields.some((field) => isJsonObject(field) && field.field_name === name)
}

async function readPools(address: ComponentAddress, reads: PinnedReads) {
  const state = decodeSbor(poolComponentState, await reads.componentState(address), `lending pool ${address}`)
  const [stored, services] = await Promise.all([
    reads.table(state.pool_states, 'pool.pool_states', resource, poolState),
    reads.table(state.services, 'pool.services', poolServiceKey, serviceStatus),
  ])
  const balances = await reads.vaultBalances(stored.map(([, pool]) => pool.vault))
  const pools = new Map<ResourceAddress, LendingPool>(
    stored.map(([underlying, { vault, ...pool }]) => [
      underlying,
      { ...pool, liquidity: balances.get(vault) ?? Decimal.ZERO },
    ]),
  )
  return {
    pools,
    disabledServices: disabled('pool', services),
  }
}

async function readMarketServices(state: MarketState, reads: PinnedReads): Promise<DisabledService[]> {
  const [collateral, loan] = await Promise.all([
    reads.table(
      state.collateral_service_manager.entries,
      'market.collateral_service_manager',
      collateralServiceKey,
      serviceStatus,
    ),
    reads.table(state.loan_service_manager.entries, 'market.loan_service_manager', loanServiceKey, serviceStatus),
  ])
  const { create_cdp, update_cdp, burn_cdp } = state.market_service_status
  const own = [
    [{ service: 'CreateCDP', scope: 'Global' }, create_cdp],
    [{ service: 'UpdateCDP', scope: 'Global' }, update_cdp],
    [{ service: 'BurnCDP', scope: 'Global' }, burn_cdp],
  ] as const
  return disabled('market', [...own, ...collateral, ...loan])
}

/** An absent switch is on *(inferred)*, so only those that are off are kept. */
function disabled(
  component: DisabledService['component'],
  switches: readonly (readonly [Omit<DisabledService, 'component'>, { readonly enabled: boolean }])[],
): DisabledService[] {
  return switches.flatMap(([key, status]) => (status.enabled ? [] : [{ component, ...key }]))
}

/** Every validator whose LSU or claim NFTs the market knows as collateral. */
export async function readValidators(
  collateralKinds: ReadonlyMap<ResourceAddress, CollateralKind>,
  nftKinds: ReadonlyMap<ResourceAddress, NftKind>,
  reads: PinnedReads,
) {
  const addresses = new Set<ValidatorAddress>()
  for (const kind of collateralKinds.values()) if (kind.kind === 'lsu') addresses.add(kind.validator)
  for (const kind of nftKinds.values()) if (kind.kind === 'claim-nft') addresses.add(kind.validator)
  const stakes = await validatorStakes([...addresses], reads)
  const facts = await fungibleFacts(
    [...stakes.values()].map((stake) => stake.lsu),
    reads,
  )
  const complete = new Map<ValidatorAddress, ValidatorStake>()
  for (const [address, stake] of stakes) {
    const lsu = facts.get(stake.lsu)
    if (lsu === undefined) throw new LedgerDataError(`validator ${address}`, `its LSU ${stake.lsu} was not read`)
    complete.set(address, { ...stake, lsuSupply: lsu.supply })
  }
  return { stakes: complete, divisibilities: new Map([...facts].map(([lsu, { divisibility }]) => [lsu, divisibility])) }
}
