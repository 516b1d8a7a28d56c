import type { CommittedTransaction, LedgerEvent } from '../view.ts'
import {
  coreCostingParameters,
  coreFeeDestination,
  coreFeeSummary,
  coreMethodEmitter,
  coreStateUpdates,
} from './core-models.ts'
import { gatewayTimestamp } from './ledger-state.ts'
import { toProgrammaticJson } from './programmatic-json.ts'
import type { TransactionOptIns } from './requests.ts'

/** A committed transaction as the stream and committed-details show it. */
export function renderTransaction(transaction: CommittedTransaction, optIns: TransactionOptIns = {}) {
  const { user } = transaction
  const timestamp = gatewayTimestamp(transaction.timestampMs)
  return {
    state_version: transaction.stateVersion,
    epoch: transaction.epoch,
    round: transaction.round,
    round_timestamp: timestamp,
    transaction_status: transaction.status,
    payload_hash: user?.payloadHash,
    intent_hash: user?.intentHash,
    fee_paid: user?.feePaid ?? '0',
    confirmed_at: timestamp,
    error_message: transaction.errorMessage,
    affected_global_entities: optIns.affected_global_entities ? transaction.affectedGlobalEntities : undefined,
    raw_hex: optIns.raw_hex ? user?.payloadHex : undefined,
    manifest_instructions: optIns.manifest_instructions ? user?.manifest : undefined,
    // The ledger classifies no manifest further than this.
    manifest_classes: user === undefined ? undefined : ['General'],
    receipt: renderReceipt(transaction, optIns),
    balance_changes: optIns.balance_changes ? renderBalanceChanges(transaction) : undefined,
  }
}

function renderReceipt(transaction: CommittedTransaction, optIns: TransactionOptIns) {
  const withOutput = optIns.receipt_output !== false && transaction.status === 'CommittedSuccess'
  return {
    status: transaction.status,
    fee_summary: optIns.receipt_fee_summary ? feeSummary(transaction) : undefined,
    fee_source: optIns.receipt_fee_source ? { from_vaults: [] } : undefined,
    fee_destination: optIns.receipt_fee_destination ? coreFeeDestination() : undefined,
    costing_parameters: optIns.receipt_costing_parameters ? coreCostingParameters(0) : undefined,
    state_updates: optIns.receipt_state_changes ? coreStateUpdates() : undefined,
    // Always null in committed output: the Gateway ingests it without its JSON, so clients decode the hex.
    output: withOutput ? transaction.user?.outputHex.map((hex) => ({ hex, programmatic_json: null })) : undefined,
    events: optIns.receipt_events ? transaction.events.map(renderLegacyEvent) : undefined,
    detailed_events: optIns.detailed_events ? transaction.events.map(renderDetailedEvent) : undefined,
    error_message: transaction.errorMessage,
  }
}

function feeSummary(transaction: CommittedTransaction) {
  // The ledger keeps the total only.
  const executionXrd = transaction.user?.feePaid ?? '0'
  return coreFeeSummary({ executionXrd, finalizationXrd: '0', storageXrd: '0', royaltyXrd: '0', tippingXrd: '0' })
}

function renderLegacyEvent(event: LedgerEvent) {
  return { name: event.name, emitter: coreMethodEmitter(event), data: toProgrammaticJson(event.payload, 'with-names') }
}

function renderDetailedEvent(event: LedgerEvent) {
  return {
    identifier: { package: event.packageAddress, blueprint: event.blueprint, event: event.name },
    // The ledger has no package schemas to point into.
    payload_type_definition: {
      kind: 'SchemaLocal',
      local_type_id: 0,
      entity: event.packageAddress,
      schema_hash_hex: '0'.repeat(64),
    },
    emitter: {
      type: 'EntityMethod',
      method_emitter: { entity: event.emitter, module: 'Main' },
      global_emitter: event.emitter,
    },
    payload: { programmatic_json: toProgrammaticJson(event.payload, 'with-names') },
  }
}

function renderBalanceChanges(transaction: CommittedTransaction) {
  return {
    fungible_fee_balance_changes: transaction.feeChanges.map((change) => ({
      type: change.change.startsWith('-') ? 'FeePayment' : 'FeeDistributed',
      entity_address: change.entity,
      resource_address: change.resource,
      balance_change: change.change,
    })),
    fungible_balance_changes: transaction.fungibleChanges.map((change) => ({
      entity_address: change.entity,
      resource_address: change.resource,
      balance_change: change.change,
    })),
    non_fungible_balance_changes: transaction.nonFungibleChanges.map((change) => ({
      entity_address: change.entity,
      resource_address: change.resource,
      added: change.added,
      removed: change.removed,
    })),
  }
}
