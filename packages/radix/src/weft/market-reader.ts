import type { MarketSnapshot, NftKind, ResourceAddress, SyncPoint } from '@weft/domain'
import type { PinnedReads } from '../gateway/pinned-reads.ts'
import { collateralKindsWith } from './collateral-kinds.ts'
import {
  collateralConfig,
  collateralKind,
  configEntry,
  configKey,
  efficiencyGroup,
  loanConfig,
  nftResourceConfig,
  nftType,
  resource,
  resourceConfig,
} from './decode-configs.ts'
import {
  type MarketLocation,
  type MarketState,
  ofState,
  readMarketState,
  readMovingTables,
  readValidators,
} from './moving-market.ts'
import { fungibleFacts } from './validator-stakes.ts'
import { versionedConfigs } from './versioned-configs.ts'

/**
 * Reads everything a run needs to judge CDPs, at one state version. The addresses of the market's tables are read from its state.
 * @param reads `moving` for what changes all the time, whose footprint serves to read that again; `settled` for the rest.
 * @throws {LedgerDataError} when something is missing or not of the shape in `docs/on-ledger-data.md`.
 */
export async function readMarket(
  location: MarketLocation,
  { moving, settled }: { readonly moving: PinnedReads; readonly settled: PinnedReads },
  syncPoint: SyncPoint,
): Promise<MarketSnapshot> {
  const state = await readMarketState(location, moving)
  const [configs, kinds, moved] = await Promise.all([
    readConfigs(state, settled),
    readKinds(state, settled),
    readMovingTables(state, location, moving),
  ])
  const collateralKinds = collateralKindsWith(moved.pools, kinds.collateralKinds)
  const [validators, divisibilities] = await Promise.all([
    readValidators(collateralKinds, kinds.nftKinds, moving),
    readDivisibilities(
      [...configs.resources.keys(), ...[...moved.pools.values()].map((pool) => pool.depositUnit)],
      settled,
    ),
  ])
  return {
    schemaVersion: 1,
    syncPoint,
    xrd: location.xrd,
    ...ofState(state),
    ...moved,
    ...configs,
    collateralKinds,
    nftKinds: kinds.nftKinds,
    validators: validators.stakes,
    divisibilities: new Map([...divisibilities, ...validators.divisibilities]),
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

async function readDivisibilities(resources: readonly ResourceAddress[], reads: PinnedReads) {
  const facts = await fungibleFacts([...new Set(resources)], reads)
  return new Map([...facts].map(([each, { divisibility }]) => [each, divisibility]))
}
