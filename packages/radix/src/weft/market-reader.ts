import type { MarketSnapshot, NftKind, ResourceAddress, SyncPoint } from '@weft/domain'
import type { Footprint, PinnedReads } from '../gateway/pinned-reads.ts'
import type { Attempt, Decoder } from '../sbor/decode.ts'
import { collateralKindsWith } from './collateral-kinds.ts'
import { configTable, currentConfigs } from './config-table.ts'
import {
  collateralConfig,
  collateralKind,
  configEntry,
  configKey,
  configKeyText,
  efficiencyGroup,
  interestStrategy,
  loanConfig,
  nftRegistration,
  nftType,
  priceFeed,
  resource,
  resourceConfig,
} from './decode-configs.ts'
import { type MarketLocation, type MarketState, ofState, readMarketState } from './market-state.ts'
import { entriesOf, lsusOf, readMovingTables, withSupply } from './moving-market.ts'
import { POOL_STORES, poolStore } from './pool-stores.ts'
import { type AskPrices, readPrices } from './price-reader.ts'
import { TolerantReads } from './tolerant-reads.ts'
import { claimNftsOf, fungibleFacts, validatorStakes } from './validator-stakes.ts'

/**
 * Reads everything a run needs to judge CDPs, at one state version. The addresses of the market's tables are read from its state. What does
 * not decode is listed in the snapshot's `unreadable` and takes down what depends on it, nothing else.
 * @returns the market, and what moves of it: whoever has that reads it again in fewer requests.
 * @throws {LedgerDataError} when there is no such market, or nobody could say which CDPs it has.
 */
export async function readMarket(
  location: MarketLocation,
  pinned: PinnedReads,
  ask: AskPrices,
  syncPoint: SyncPoint,
): Promise<{ readonly market: MarketSnapshot; readonly footprint: Footprint }> {
  const moving = new TolerantReads(pinned)
  const settled = new TolerantReads(pinned)
  const state = await readMarketState(location, moving)
  const [configs, kinds, moved] = await Promise.all([
    readConfigs(state, settled),
    readKinds(state, settled),
    readMovingTables(state, location, moving),
  ])
  const said = ofState(state, location, moving)
  const collateralKinds = collateralKindsWith(moved.pools, kinds.collateralKinds)
  const lsus = lsusOf({ collateralKinds })
  const units = [...moved.pools.values()].map((pool) => pool.depositUnit)
  const split = [...new Set([...configs.resources.keys(), ...units, ...lsus])]
  const validators = [...collateralKinds.values()].flatMap((kind) => (kind.kind === 'lsu' ? [kind.validator] : []))
  // One round of requests for all of them; what follows finds its own among the answers.
  await pinned.entities([...split, ...feedsOf(configs), ...unknownClaims(validators, kinds.nftKinds)])
  const [prices, stakes, facts] = await Promise.all([
    readPrices(moved.cached, configs, said.rules, moving, ask, syncPoint),
    claimNftsOf(validators, kinds.nftKinds, pinned).then((claimNfts) => validatorStakes(lsus, claimNfts, moving)),
    fungibleFacts(split, settled),
  ])
  const market: MarketSnapshot = {
    schemaVersion: 2,
    syncPoint,
    xrd: location.xrd,
    ...said,
    prices,
    pools: withSupply(moved.pools, (underlying) => facts.get(underlying)?.supply ?? null),
    services: moved.services,
    ...configs,
    collateralKinds,
    nftKinds: kinds.nftKinds,
    validators: stakes,
    divisibilities: new Map([...facts].map(([each, { divisibility }]) => [each, divisibility])),
    secondSourcePrices: new Map(),
    unreadable: [...settled.unreadable, ...moving.unreadable],
  }
  return { market, footprint: moving.footprint() }
}

function feedsOf({ priceFeeds }: Pick<MarketSnapshot, 'priceFeeds'>): readonly string[] {
  return [...priceFeeds.values()].flatMap((feed) => (feed.kind === 'component' ? [feed.component] : []))
}

function unknownClaims(validators: readonly string[], nftKinds: ReadonlyMap<ResourceAddress, NftKind>): string[] {
  const known = new Set([...nftKinds.values()].flatMap((kind) => (kind.kind === 'claim-nft' ? [kind.validator] : [])))
  return validators.filter((validator) => ![...known].some((each) => each === validator))
}

async function readConfigs({ fields, pool }: MarketState, reads: TolerantReads) {
  const entries = <C>(name: string, store: Attempt<string>, config: Decoder<C>) =>
    reads.table(name, store, configKey, configEntry(config), configKeyText)
  const [resources, collaterals, loans, groups, feeds, strategies] = await Promise.all([
    reads.table('resource_configs', fields.resource_configs, resource, resourceConfig),
    entries('collateral_config_manager', entriesOf(fields.collateral_config_manager), collateralConfig),
    entries('loan_config_manager', entriesOf(fields.loan_config_manager), loanConfig),
    entries('efficiency_group_manager', entriesOf(fields.efficiency_group_manager), efficiencyGroup),
    entries('price_feed_manager', entriesOf(fields.price_feed_manager), priceFeed),
    entries('interest_strategy_manager', poolStore(pool, POOL_STORES.interest_strategy_manager), interestStrategy),
  ])
  return {
    resources: new Map(resources),
    collateralConfigs: configTable(collaterals, tracksHistory(fields.collateral_config_manager)),
    loanConfigs: configTable(loans, tracksHistory(fields.loan_config_manager)),
    // A CDP records a group's id and not its version, so only what is in force counts.
    efficiencyGroups: currentConfigs(groups),
    priceFeeds: currentConfigs(feeds),
    interestStrategies: new Map([...currentConfigs(strategies)].map(([id, points]) => [id, [...points]])),
  }
}

/** Without a word on it a version that is recorded has to be there: the market would fail without it too. */
function tracksHistory(manager: MarketState['fields']['collateral_config_manager']): boolean {
  return manager.kind === 'decoded' ? manager.value.track_history : true
}

async function readKinds({ fields }: MarketState, reads: TolerantReads) {
  const [collateralKinds, nftTypes, registrations] = await Promise.all([
    reads.table('resource_type_cache', fields.resource_type_cache, resource, collateralKind),
    reads.table('nft_resource_type_cache', fields.nft_resource_type_cache, resource, nftType),
    reads.table('nft_collateral_resource_configs', fields.nft_collateral_resource_configs, resource, nftRegistration),
  ])
  const registered = new Map(registrations)
  return {
    collateralKinds: new Map(collateralKinds),
    nftKinds: new Map<ResourceAddress, NftKind>(
      nftTypes.map(([nft, type]) => [
        nft,
        type.kind === 'claim-nft' ? type : { kind: 'registered-nft', ...(registered.get(nft) ?? { underlying: [] }) },
      ]),
    ),
  }
}
