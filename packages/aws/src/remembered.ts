import { EpochMemory, type NetworkName, PriceTrustState, SignedWithdrawals, type VersionedStore } from '@weft/domain'
import { DynamoVersionedStore } from './dynamo-versioned-store.ts'
import type { RecordsTable } from './records-table.ts'

/** The trust in a network's prices: written by the dispatcher's runs and by operators, read before every liquidation. */
export function priceTrustStore(table: RecordsTable, network: NetworkName): VersionedStore<PriceTrustState> {
  return new DynamoVersionedStore(table, { pk: 'price-trust', sk: network }, PriceTrustState)
}

/** What liquidators remember of a network's epochs. */
export function epochMemoryStore(table: RecordsTable, network: NetworkName): VersionedStore<EpochMemory> {
  return new DynamoVersionedStore(table, { pk: 'epoch-memory', sk: network }, EpochMemory)
}

/** What all liquidators together have signed to be withdrawn. */
export function signedWithdrawalsStore(table: RecordsTable, network: NetworkName): VersionedStore<SignedWithdrawals> {
  return new DynamoVersionedStore(table, { pk: 'signed-withdrawals', sk: network }, SignedWithdrawals)
}
