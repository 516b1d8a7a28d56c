import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../sbor.ts'
import type { EntityView, LedgerState, NativeResource, NonFungibleVaultBalance, VaultBalance } from '../view.ts'
import { encodePageCursor } from './cursor.ts'
import { toProgrammaticJson } from './programmatic-json.ts'
import { MAX_PAGE_SIZE } from './requests.ts'
import { renderStateValue } from './state-values.ts'

export interface EntityDetailsOptions {
  /** Holdings listed vault by vault instead of summed by resource. */
  readonly byVault: boolean
  /** List the ids in non-fungible vaults; only with `byVault`. */
  readonly withIds: boolean
  readonly explicitMetadata: readonly string[] | undefined
  readonly withNativeDetails: boolean
}

/** Who may do what is not simulated; the Gateway always says something, so this stands for it. */
const ROLE_ASSIGNMENTS = { owner: { rule: { type: 'DenyAll' }, updater: 'None' }, entries: [] }

/** The ledger keeps no metadata history: it is as old as the ledger. */
const METADATA_STATE_VERSION = 1

/** One item of `/state/entity/details`. */
export function renderEntity(address: string, entity: EntityView, state: LedgerState, options: EntityDetailsOptions) {
  const metadata = 'metadata' in entity ? entity.metadata : {}
  return {
    address,
    ...(entity.kind === 'component' ? renderHoldings(entity, state, options) : {}),
    metadata: renderMetadata(Object.entries(metadata)),
    explicit_metadata: options.explicitMetadata
      ? renderMetadata(Object.entries(metadata).filter(([key]) => options.explicitMetadata?.includes(key)))
      : undefined,
    details: renderDetails(address, entity, state, options),
  }
}

export function fungibleVaultItem(vault: VaultBalance) {
  return {
    vault_address: vault.vault,
    amount: vault.amount,
    last_updated_at_state_version: vault.lastUpdatedAtStateVersion,
  }
}

function renderHoldings(
  entity: Extract<EntityView, { kind: 'component' }>,
  state: LedgerState,
  { byVault, withIds }: EntityDetailsOptions,
) {
  const fungibles = [...byResource(entity.fungibles)]
  const nonFungibles = [...byResource(entity.nonFungibles)]
  return {
    fungible_resources: firstPage(
      fungibles.map(([resource, vaults]) =>
        byVault
          ? {
              aggregation_level: 'Vault',
              resource_address: resource,
              vaults: firstPage(vaults.map(fungibleVaultItem), state),
            }
          : {
              aggregation_level: 'Global',
              resource_address: resource,
              amount: vaults.reduce((sum, vault) => sum.plus(Decimal.parse(vault.amount)), Decimal.ZERO).toString(),
              last_updated_at_state_version: lastUpdate(vaults),
            },
      ),
      state,
    ),
    non_fungible_resources: firstPage(
      nonFungibles.map(([resource, vaults]) =>
        byVault
          ? {
              aggregation_level: 'Vault',
              resource_address: resource,
              vaults: firstPage(
                vaults.map((vault) => nonFungibleVaultItem(vault, state, withIds)),
                state,
              ),
            }
          : {
              aggregation_level: 'Global',
              resource_address: resource,
              amount: vaults.reduce((sum, vault) => sum + vault.ids.length, 0),
              last_updated_at_state_version: lastUpdate(vaults),
            },
      ),
      state,
    ),
  }
}

function nonFungibleVaultItem(vault: NonFungibleVaultBalance, state: LedgerState, withIds: boolean) {
  return {
    vault_address: vault.vault,
    ...(withIds ? firstPage(vault.ids, state) : { total_count: vault.ids.length }),
    last_updated_at_state_version: vault.lastUpdatedAtStateVersion,
  }
}

function renderDetails(
  address: string,
  entity: EntityView,
  state: LedgerState,
  { withNativeDetails }: EntityDetailsOptions,
) {
  switch (entity.kind) {
    case 'component':
      return {
        type: 'Component',
        package_address: entity.packageAddress,
        blueprint_name: entity.blueprint,
        blueprint_version: '1.0.0',
        state: entity.state === undefined ? entity.nativeState : toProgrammaticJson(entity.state, 'with-names'),
        role_assignments: ROLE_ASSIGNMENTS,
      }
    case 'fungible-resource':
      return {
        type: 'FungibleResource',
        role_assignments: ROLE_ASSIGNMENTS,
        divisibility: entity.divisibility,
        total_supply: entity.totalSupply,
        total_minted: entity.totalMinted,
        total_burned: entity.totalBurned,
        native_resource_details: withNativeDetails ? renderNative(entity.native) : undefined,
      }
    case 'non-fungible-resource':
      return {
        type: 'NonFungibleResource',
        role_assignments: ROLE_ASSIGNMENTS,
        non_fungible_id_type: entity.idType,
        total_supply: entity.totalSupply,
        total_minted: entity.totalMinted,
        total_burned: entity.totalBurned,
        non_fungible_data_mutable_fields: [],
        native_resource_details: withNativeDetails ? renderNative(entity.native) : undefined,
      }
    case 'fungible-vault':
      return {
        type: 'FungibleVault',
        resource_address: entity.resource,
        balance: {
          vault_address: address,
          amount: entity.amount,
          last_updated_at_state_version: state.stateVersion,
        },
      }
    case 'non-fungible-vault':
      return {
        type: 'NonFungibleVault',
        resource_address: entity.resource,
        balance: {
          vault_address: address,
          total_count: entity.count,
          last_updated_at_state_version: state.stateVersion,
        },
      }
    case 'key-value-store':
      // The Gateway has no details to give for one.
      return undefined
  }
}

function renderNative(native: NativeResource | undefined) {
  if (native === undefined) return undefined
  if (native.kind === 'claim-nft') return { kind: 'ValidatorClaimNft', validator_address: native.validator }
  const { redemption } = native
  return {
    kind: 'ValidatorLiquidStakeUnit',
    validator_address: native.validator,
    redemption_resource_count: 1,
    unit_redemption_value: [{ resource_address: redemption.resource, amount: redemption.amount }],
  }
}

function renderMetadata(entries: readonly (readonly [string, string])[]) {
  return {
    total_count: entries.length,
    items: entries.map(([key, value]) => ({
      key,
      value: { ...renderStateValue(metadataString(value)), typed: { type: 'String', value } },
      is_locked: false,
      last_updated_at_state_version: METADATA_STATE_VERSION,
    })),
  }
}

function metadataString(value: string): SborValue {
  return {
    kind: 'Enum',
    typeName: 'MetadataValue',
    variant: 0,
    variantName: 'String',
    fields: [{ kind: 'String', value }],
  }
}

function firstPage<Item>(all: readonly Item[], state: LedgerState) {
  return {
    total_count: all.length,
    next_cursor: all.length > MAX_PAGE_SIZE ? encodePageCursor(state.stateVersion, MAX_PAGE_SIZE) : undefined,
    items: all.slice(0, MAX_PAGE_SIZE),
  }
}

function byResource<Vault extends { readonly resource: string }>(vaults: readonly Vault[]): Map<string, Vault[]> {
  const groups = new Map<string, Vault[]>()
  for (const vault of vaults) {
    const group = groups.get(vault.resource)
    if (group) group.push(vault)
    else groups.set(vault.resource, [vault])
  }
  return groups
}

function lastUpdate(vaults: readonly { readonly lastUpdatedAtStateVersion: number }[]): number {
  return Math.max(...vaults.map((vault) => vault.lastUpdatedAtStateVersion))
}
