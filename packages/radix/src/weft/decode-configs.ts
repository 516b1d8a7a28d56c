import type {
  CollateralConfig,
  CollateralConfigVersion,
  CollateralKind,
  DisabledService,
  EfficiencyMode,
  LoanConfig,
  ResourceConfig,
} from '@weft/domain'
import { ResourceAddress, ValidatorAddress } from '@weft/domain'
import { array, bytesHex, enumOf, option, struct, variant } from '../sbor/composites.ts'
import { type Decoder, mapped } from '../sbor/decode.ts'
import { bool, decimal, instantMs, integer, reference, string } from '../sbor/scalars.ts'

/** Shapes of the market's configuration as state reads give them; see `docs/on-ledger-data.md`. */

export const resource: Decoder<ResourceAddress> = reference((text) => ResourceAddress.parse(text))
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

export const efficiencyGroup = struct({ description: string, collateral_config_id: integer('U16') })

/** Key of a configuration's version; the history variant is *(inferred)*. */
export type ConfigKey =
  | { readonly kind: 'current'; readonly id: number }
  | { readonly kind: 'historical'; readonly id: number; readonly version: number }

export const configKey: Decoder<ConfigKey> = enumOf(
  variant('Current', [integer('U16')], (id): ConfigKey => ({ kind: 'current', id })),
  variant(
    'Historical',
    [integer('U16'), integer('U64')],
    (id, version): ConfigKey => ({ kind: 'historical', id, version }),
  ),
)

export interface ConfigEntry<C> {
  readonly config: C
  readonly version: number
  readonly expiresAtMs: number | null
}

export function configEntry<C>(config: Decoder<C>): Decoder<ConfigEntry<C>> {
  return mapped(
    struct({ key: integer('U16'), entry: config, version: integer('U64'), expiration_time: option(instantMs) }),
    ({ entry, version, expiration_time }) => ({ config: entry, version, expiresAtMs: expiration_time }),
  )
}

export const resourceConfig: Decoder<ResourceConfig> = mapped(
  struct({
    price_feed_id: integer('U16'),
    loan_config: option(
      struct({
        loan_config_id: integer('U16'),
        excluded_isolation_group_ids: array(integer('U16')),
        efficiency_group_id: option(integer('U16')),
      }),
    ),
    collateral_config: option(
      struct({
        collateral_config_id: integer('U16'),
        isolation_group_id: option(integer('U16')),
        efficiency_group_ids: array(integer('U16')),
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
  variant('EfficiencyGroup', [integer('U16')], (groupId): EfficiencyMode => ({ kind: 'efficiency-group', groupId })),
  variant('IdenticalResource', [], (): EfficiencyMode => ({ kind: 'identical-resource' })),
)

/** Which version of a collateral's configuration a CDP recorded. */
export const collateralConfigVersion: Decoder<CollateralConfigVersion> = mapped(
  struct({ entry_version: integer('U64'), efficiency_mode: efficiencyMode }),
  ({ entry_version, efficiency_mode }) => ({ entryVersion: entry_version, efficiencyMode: efficiency_mode }),
)

export const collateralKind: Decoder<CollateralKind> = enumOf(
  variant('RegisteredToken', [], (): CollateralKind => ({ kind: 'token' })),
  variant('LSU', [validator], (of): CollateralKind => ({ kind: 'lsu', validator: of })),
  variant('DepositUnit', [resource], (underlying): CollateralKind => ({ kind: 'deposit-unit', underlying })),
)

/** A registered NFT's underlying resources stand in a table of their own. */
export const nftType = enumOf(
  variant('RegisteredNFT', [], () => ({ kind: 'registered-nft' }) as const),
  variant('ClaimNFT', [validator], (of) => ({ kind: 'claim-nft', validator: of }) as const),
)

/** *(inferred)* */
export const nftResourceConfig = struct({ underlying: array(resource) })

export const cachedPrice = mapped(
  struct({ transaction_hash: bytesHex, cached_value: decimal, timestamp: instantMs }),
  ({ cached_value, timestamp }) => ({ value: cached_value, atMs: timestamp }),
)

/** Entry of the local ledger's price feed; the mainnet feed's state is unverified. */
export const feedPrice = mapped(struct({ price: decimal, timestamp: instantMs }), ({ price, timestamp }) => ({
  value: price,
  atMs: timestamp,
}))

/** *(inferred)* */
export const serviceStatus = struct({ enabled: bool, locked: bool })

type ServiceScope = Pick<DisabledService, 'scope' | 'resource'>
const scopeAlone = (scope: string) => variant(scope, [], (): ServiceScope => ({ scope }))
const scopeOf = (scope: string) => variant(scope, [resource], (of): ServiceScope => ({ scope, resource: of }))

/** Key of a service switch: which service, for which resources *(inferred)*. */
function serviceKey(services: readonly string[], scope: Decoder<ServiceScope>) {
  const service = enumOf(...services.map((name) => variant(name, [], () => name)))
  return mapped(struct({ service, scope }), (key) => ({ service: key.service, ...key.scope }))
}

const globalOrResource = enumOf(scopeAlone('Global'), scopeOf('Resource'))

export const collateralServiceKey = serviceKey(
  ['Add', 'Remove', 'RemoveForLiquidation', 'FlashOperation'],
  enumOf(
    ...['GlobalResource', 'GlobalNFT', 'GlobalLSU', 'GlobalClaimNFT'].map(scopeAlone),
    scopeOf('Resource'),
    scopeOf('NFT'),
  ),
)

export const loanServiceKey = serviceKey(
  ['Borrow', 'Repay', 'RepayForRefinance', 'RepayForLiquidation', 'RepayForNFTLiquidation'],
  globalOrResource,
)

export const poolServiceKey = serviceKey(
  ['FlashLoan', 'Deposit', 'Withdraw', 'ProtectedBorrow', 'ProtectedRepay'],
  globalOrResource,
)
