import type {
  CollateralConfig,
  CollateralConfigVersion,
  CollateralKind,
  EfficiencyMode,
  InterestStrategy,
  LoanConfig,
  NftKind,
  PriceFeed,
  ResourceConfig,
  ServiceSwitches,
} from '@weft/domain'
import { ComponentAddress, ResourceAddress, ValidatorAddress } from '@weft/domain'
import { array, enumOf, mapOf, option, positional, struct, variant, variantName } from '../sbor/composites.ts'
import { type Decoder, mapped } from '../sbor/decode.ts'
import { bool, count, decimal, instantMs, reference, string } from '../sbor/scalars.ts'

/** Shapes of the tables of market and pool as state reads give them; see `docs/on-ledger-data.md`. */

export const resource: Decoder<ResourceAddress> = reference((text) => ResourceAddress.parse(text))
export const component: Decoder<ComponentAddress> = reference((text) => ComponentAddress.parse(text))
export const validator: Decoder<ValidatorAddress> = reference((text) => ValidatorAddress.parse(text))

export const collateralConfig: Decoder<CollateralConfig> = mapped(
  struct({
    description: string,
    loan_to_value_ratio: decimal,
    liquidation_threshold_spread: decimal,
    liquidation_bonus_rate: decimal,
  }),
  (config) => ({
    description: config.description,
    loanToValueRatio: config.loan_to_value_ratio,
    liquidationThresholdSpread: config.liquidation_threshold_spread,
    liquidationBonusRate: config.liquidation_bonus_rate,
  }),
)

export const loanConfig: Decoder<LoanConfig> = mapped(
  struct({ description: string, loan_value_factor: decimal, loan_close_factor: decimal }),
  (config) => ({
    description: config.description,
    loanValueFactor: config.loan_value_factor,
    loanCloseFactor: config.loan_close_factor,
  }),
)

/** Which collateral config an efficiency group uses. */
export const efficiencyGroup: Decoder<number> = mapped(
  struct({ collateral_config_id: count }),
  ({ collateral_config_id }) => collateral_config_id,
)

export const interestStrategy: Decoder<InterestStrategy> = mapped(
  // The ledger's own spelling.
  struct({ break_points: array(struct({ usage: decimal, rate: decimal, slop: decimal })) }),
  ({ break_points }) => break_points.map(({ usage, rate, slop }) => ({ usage, rate, slope: slop })),
)

const feedMethod = enumOf(
  variant('PriceAndTimestamp', [], () => 'PriceAndTimestamp' as const),
  variant('TimestampAndPrice', [], () => 'TimestampAndPrice' as const),
  variant('OptionPriceAndTimestamp', [], () => 'OptionPriceAndTimestamp' as const),
  variant('OptionTimestampAndPrice', [], () => 'OptionTimestampAndPrice' as const),
)

export const priceFeed: Decoder<PriceFeed> = mapped(
  struct({
    price_feed_type: enumOf(
      variant('FixedPrice', [decimal], (price): PriceFeed => ({ kind: 'fixed', price })),
      variant(
        'PriceFeedComponent',
        [struct({ component_address: component, method_name: string, method_signature: feedMethod })],
        ({ component_address, method_name, method_signature }): PriceFeed => ({
          kind: 'component',
          component: component_address,
          method: method_name,
          signature: method_signature,
        }),
      ),
    ),
  }),
  ({ price_feed_type }) => price_feed_type,
)

/** Key of a configuration manager's table. Version numbers run over all ids of one manager. */
export type ConfigKey =
  | { readonly kind: 'current'; readonly id: number }
  | { readonly kind: 'history'; readonly version: number }

export const configKey: Decoder<ConfigKey> = enumOf(
  variant('Current', [count], (id): ConfigKey => ({ kind: 'current', id })),
  variant('History', [count], (version): ConfigKey => ({ kind: 'history', version })),
)

/** As the tables of what is unreadable call it. */
export function configKeyText(key: ConfigKey): string {
  return key.kind === 'current' ? `Current(${key.id})` : `History(${key.version})`
}

export interface ConfigEntry<C> {
  /** The id that the entry belongs to, also under a version. */
  readonly id: number
  readonly config: C
  readonly version: number
  readonly expiresAtMs: number | null
}

export function configEntry<C>(config: Decoder<C>): Decoder<ConfigEntry<C>> {
  return mapped(
    struct({ key: count, entry: config, version: count, expiration_time: option(instantMs) }),
    ({ key, entry, version, expiration_time }) => ({ id: key, config: entry, version, expiresAtMs: expiration_time }),
  )
}

export const resourceConfig: Decoder<ResourceConfig> = mapped(
  struct({
    price_feed_id: count,
    loan_config: option(struct({ loan_config_id: count, efficiency_group_id: option(count) })),
    collateral_config: option(
      struct({
        collateral_config_id: count,
        isolation_group_id: option(count),
        efficiency_group_ids: array(count),
      }),
    ),
  }),
  ({ price_feed_id: priceFeedId, loan_config: loan, collateral_config: collateral }) => ({
    priceFeedId,
    loan: loan && { loanConfigId: loan.loan_config_id, efficiencyGroupId: loan.efficiency_group_id },
    collateral: collateral && {
      collateralConfigId: collateral.collateral_config_id,
      isolationGroupId: collateral.isolation_group_id,
      efficiencyGroupIds: [...collateral.efficiency_group_ids],
    },
  }),
)

const efficiencyMode: Decoder<EfficiencyMode> = enumOf(
  variant('None', [], (): EfficiencyMode => ({ kind: 'none' })),
  variant('EfficiencyGroup', [count], (groupId): EfficiencyMode => ({ kind: 'efficiency-group', groupId })),
  variant('IdenticalResource', [], (): EfficiencyMode => ({ kind: 'identical-resource' })),
)

/** Which version of a collateral's configuration a CDP recorded. */
export const collateralConfigVersion: Decoder<CollateralConfigVersion> = mapped(
  struct({ entry_version: count, efficiency_mode: efficiencyMode }),
  ({ entry_version, efficiency_mode }) => ({ entryVersion: entry_version, efficiencyMode: efficiency_mode }),
)

export const collateralKind: Decoder<CollateralKind> = enumOf(
  variant('RegisteredToken', [], (): CollateralKind => ({ kind: 'token' })),
  variant('LSU', [validator], (of): CollateralKind => ({ kind: 'lsu', validator: of })),
  variant('DepositUnit', [resource], (underlying): CollateralKind => ({ kind: 'deposit-unit', underlying })),
)

/** A registered NFT's registration stands in a table of its own. */
export const nftType = enumOf(
  variant('RegisteredNFT', [], () => ({ kind: 'registered-nft' }) as const),
  variant('ClaimNFT', [validator], (of) => ({ kind: 'claim-nft', validator: of }) as const),
)

export const nftRegistration: Decoder<Omit<Extract<NftKind, { kind: 'registered-nft' }>, 'kind'>> = mapped(
  struct({ valuator_component: component, valuator_method: string, underlying_resources: array(resource) }),
  ({ valuator_component, valuator_method, underlying_resources }) => ({
    underlying: [...underlying_resources],
    valuator: { component: valuator_component, method: valuator_method },
  }),
)

export const cachedPrice = mapped(struct({ cached_value: decimal, timestamp: instantMs }), (entry) => ({
  value: entry.cached_value,
  atMs: entry.timestamp,
}))

/** What a feed component keeps of one price. */
export const feedPrice = mapped(struct({ price: decimal, timestamp: instantMs }), ({ price, timestamp }) => ({
  value: price,
  atMs: timestamp,
}))

const COLLATERAL_SERVICES = ['Add', 'Remove', 'FlashOperation', 'RemoveForLiquidation'] as const
const LOAN_SERVICES = ['Borrow', 'Repay', 'RepayForRefinance', 'RepayForLiquidation', 'RepayForNFTLiquidation'] as const
const MARKET_SERVICES = ['CreateCDP', 'UpdateCDP', 'BurnCDP'] as const
/** Numbers unpublished; only the names count. */
const POOL_SERVICES = ['FlashLoan', 'Deposit', 'Withdraw', 'ProtectedBorrow', 'ProtectedRepay'] as const

/** A set of switches: one unnamed field, a map. */
function switches(services: readonly string[]): Decoder<ServiceSwitches> {
  return mapped(
    positional({ status: mapOf(variantName(services), struct({ enabled: bool })) }),
    ({ status }) => new Map([...status].map(([service, { enabled }]) => [service, enabled])),
  )
}

export const marketSwitches = switches(MARKET_SERVICES)
export const loanSwitches = switches(LOAN_SERVICES)
export const collateralSwitches = switches(COLLATERAL_SERVICES)
export const poolSwitches = switches(POOL_SERVICES)

const scopeAlone = (scope: string) => variant(scope, [], () => scope)
const scopeOf = (scope: string) => variant(scope, [resource], (of): string => of)

/** Key of a set of switches: a resource's address, or the name of a global scope. */
export const globalOrResource: Decoder<string> = enumOf(scopeAlone('Global'), scopeOf('Resource'))

export const collateralScope: Decoder<string> = enumOf(
  ...['GlobalResource', 'GlobalNFT', 'GlobalLSU', 'GlobalClaimNFT'].map(scopeAlone),
  scopeOf('Resource'),
  scopeOf('NFT'),
)
