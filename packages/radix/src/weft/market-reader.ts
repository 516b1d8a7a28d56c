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
import { collateralKindsWith } from './collateral-kinds.ts'
import { marketState, poolComponentState, poolState, priceFeedState } from './decode-components.ts'
import {
  cachedPrice,
  collateralConfig,
  collateralKind,
  collateralServiceKey,
  configEntry,
  configKey,
  efficiencyGroup,
  feedPrice,
  loanConfig,
  loanServiceKey,
  nftResourceConfig,
  nftType,
  poolServiceKey,
  resource,
  resourceConfig,
  serviceStatus,
} from './decode-configs.ts'
import { fungibleFacts, validatorStakes } from './validator-stakes.ts'
import { versionedConfigs } from './versioned-configs.ts'

type MarketState = Decoded<typeof marketState>

export interface MarketLocation {
  readonly xrd: ResourceAddress
  readonly market: ComponentAddress
  readonly pool: ComponentAddress
  /** Absent: the market's own default feed. */
  readonly priceFeed?: ComponentAddress | undefined
}

/**
 * Reads everything a run needs to judge CDPs, at one state version. The addresses of the market's tables are read from its state.
 * @throws {LedgerDataError} when something is missing or not of the shape in `docs/on-ledger-data.md`.
 */
export async function readMarket(
  location: MarketLocation,
  reads: PinnedReads,
  syncPoint: SyncPoint,
): Promise<MarketSnapshot> {
  const state = decodeSbor(marketState, await reads.componentState(location.market), `market ${location.market}`)
  const [configs, kinds, prices, pools, services] = await Promise.all([
    readConfigs(state, reads),
    readKinds(state, reads),
    readPrices(state, location, reads),
    readPools(location.pool, reads),
    readMarketServices(state, reads),
  ])
  const collateralKinds = collateralKindsWith(pools.pools, kinds.collateralKinds)
  const validators = await readValidators(collateralKinds, kinds.nftKinds, reads)
  const divisibilities = await readDivisibilities(
    [...configs.resources.keys(), ...[...pools.pools.values()].map((pool) => pool.depositUnit)],
    reads,
  )
  return {
    schemaVersion: 1,
    syncPoint,
    xrd: location.xrd,
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
    prices,
    ...configs,
    pools: pools.pools,
    collateralKinds,
    nftKinds: kinds.nftKinds,
    validators: validators.stakes,
    divisibilities: new Map([...divisibilities, ...validators.divisibilities]),
    disabledServices: [...services, ...pools.disabledServices],
    secondSourcePrices: new Map(),
  }
}

async function readConfigs(state: MarketState, reads: PinnedReads) {
  const [resources, collateralEntries, loanEntries, groups] = await Promise.all([
    reads.table(state.resource_configs, 'market.resource_configs', resource, resourceConfig),
    reads.table(
      state.collateral_config_manager.entries,
      'market.collateral_config_manager',
      configKey,
      configEntry(collateralConfig),
    ),
    reads.table(state.loan_config_manager.entries, 'market.loan_config_manager', configKey, configEntry(loanConfig)),
    reads.table(
      state.efficiency_group_manager.entries,
      'market.efficiency_group_manager',
      configKey,
      configEntry(efficiencyGroup),
    ),
  ])
  return {
    resources: new Map(resources),
    collateralConfigs: versionedConfigs(collateralEntries, 'market.collateral_config_manager'),
    loanConfigs: versionedConfigs(loanEntries, 'market.loan_config_manager'),
    // A CDP records a group's id and not its version, so only the version in force counts.
    efficiencyGroups: new Map(
      groups.flatMap(([key, { config }]) =>
        key.kind === 'current' ? [[key.id, config.collateral_config_id] as const] : [],
      ),
    ),
  }
}

async function readKinds(state: MarketState, reads: PinnedReads) {
  const [collateralKinds, nftTypes, nftConfigs] = await Promise.all([
    reads.table(state.resource_type_cache, 'market.resource_type_cache', resource, collateralKind),
    reads.table(state.nft_resource_type_cache, 'market.nft_resource_type_cache', resource, nftType),
    reads.table(
      state.nft_collateral_resource_configs,
      'market.nft_collateral_resource_configs',
      resource,
      nftResourceConfig,
    ),
  ])
  const underlying = new Map(nftConfigs.map(([nft, config]) => [nft, config.underlying]))
  return {
    collateralKinds: new Map(collateralKinds),
    nftKinds: new Map<ResourceAddress, NftKind>(
      nftTypes.map(([nft, type]) => [
        nft,
        type.kind === 'claim-nft' ? type : { kind: 'registered-nft', underlying: [...(underlying.get(nft) ?? [])] },
      ]),
    ),
  }
}

/** Both prices the market may be using; `priceInForce` of the domain decides. */
async function readPrices(
  state: MarketState,
  location: MarketLocation,
  reads: PinnedReads,
): Promise<Map<ResourceAddress, PriceReading>> {
  const feed = location.priceFeed ?? state.price_feed_manager.default_price_feed
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
async function readValidators(
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

async function readDivisibilities(resources: readonly ResourceAddress[], reads: PinnedReads) {
  const facts = await fungibleFacts([...new Set(resources)], reads)
  return new Map([...facts].map(([each, { divisibility }]) => [each, divisibility]))
}
