import { encodeSbor } from '../sbor-codec.ts'
import type { LedgerEvent } from '../view.ts'
import { toProgrammaticJson } from './programmatic-json.ts'

/** The shapes that the Gateway passes through from a node's Core API. */

/** Fee parts of a receipt, XRD as plain decimal text. */
export interface CoreFees {
  readonly executionXrd: string
  readonly finalizationXrd: string
  readonly storageXrd: string
  readonly royaltyXrd: string
  readonly tippingXrd: string
}

/** The ledger prices no cost units, so those counts are 0; the five XRD amounts add up to the fee. */
export function coreFeeSummary(fees: CoreFees) {
  return {
    execution_cost_units_consumed: 0,
    finalization_cost_units_consumed: 0,
    xrd_total_execution_cost: fees.executionXrd,
    xrd_total_finalization_cost: fees.finalizationXrd,
    xrd_total_royalty_cost: fees.royaltyXrd,
    xrd_total_storage_cost: fees.storageXrd,
    xrd_total_tipping_cost: fees.tippingXrd,
  }
}

/** Mainnet's parameters; the ledger's own fees do not follow from them. */
export function coreCostingParameters(tipPercentage: number) {
  return {
    execution_cost_unit_price: '0.00000005',
    execution_cost_unit_limit: 100_000_000,
    execution_cost_unit_loan: 4_000_000,
    finalization_cost_unit_price: '0.00000005',
    finalization_cost_unit_limit: 50_000_000,
    xrd_usd_price: '16.666666666666666666',
    xrd_storage_price: '0.00009536743',
    xrd_archive_storage_price: '0.00009536743',
    tip_percentage: tipPercentage,
  }
}

export function coreFeeDestination() {
  return { to_proposer: '0', to_validator_set: '0', to_burn: '0', to_royalty_recipients: [] }
}

/** The ledger keeps no substates, so it has no updates of them to show. */
export function coreStateUpdates() {
  return {
    deleted_partitions: [],
    created_substates: [],
    updated_substates: [],
    deleted_substates: [],
    new_global_entities: [],
  }
}

export function coreEntityReference(address: string) {
  return { is_global: !address.startsWith('internal_'), entity_type: entityType(address), entity_address: address }
}

/** An event of a preview receipt: Core shaped, nameless, bytes and JSON side by side. */
export function coreEvent(event: LedgerEvent) {
  return {
    type: {
      emitter: coreMethodEmitter(event),
      type_reference: {
        full_type_id: {
          entity_address: event.packageAddress,
          schema_hash: '0'.repeat(64),
          local_type_id: { kind: 'SchemaLocal', id: 0 },
        },
      },
      name: event.name,
    },
    data: { hex: encodeSbor(event.payload), programmatic_json: toProgrammaticJson(event.payload, 'without-names') },
  }
}

export function coreMethodEmitter(event: LedgerEvent) {
  return { type: 'Method', entity: coreEntityReference(event.emitter), object_module_id: 'Main' }
}

/** First letters after the separator tell what an address stands for (the entity byte comes first). */
const ENTITY_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^account_[a-z0-9_]*1(?:2|6)/, 'GlobalPreallocatedEd25519Account'],
  [/^account_/, 'GlobalAccount'],
  [/^resource_[a-z0-9_]*1t/, 'GlobalFungibleResource'],
  [/^resource_/, 'GlobalNonFungibleResource'],
  [/^internal_vault_[a-z0-9_]*1t/, 'InternalFungibleVault'],
  [/^internal_vault_/, 'InternalNonFungibleVault'],
  [/^internal_keyvaluestore_/, 'InternalKeyValueStore'],
  [/^validator_/, 'GlobalValidator'],
  [/^consensusmanager_/, 'GlobalConsensusManager'],
  [/^transactiontracker_/, 'GlobalTransactionTracker'],
  [/^package_/, 'GlobalPackage'],
  [/^component_/, 'GlobalGenericComponent'],
]

function entityType(address: string): string {
  return ENTITY_TYPES.find(([pattern]) => pattern.test(address))?.[1] ?? 'InternalGenericComponent'
}
