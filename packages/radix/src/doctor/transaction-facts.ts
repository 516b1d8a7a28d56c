import { LedgerDataError, ResourceAddress } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import { amountAt } from '../gateway/amount-at.ts'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { attempted } from '../sbor/decode.ts'
import { poolState, type StoredPool } from '../weft/decode-components.ts'
import { resource } from '../weft/decode-configs.ts'
import type { KnownTransaction } from './known-transactions.ts'

export interface TransactionEvent {
  readonly name: string
  /** Undecoded. */
  readonly payload: unknown
}

export type Pools = ReadonlyMap<ResourceAddress, StoredPool>

/** What a committed transaction did, as far as open questions hang on it. */
export interface TransactionFacts {
  readonly stateVersion: number
  readonly events: readonly TransactionEvent[]
  /** Fungibles, fees left out. */
  readonly changes: readonly { readonly entity: string; readonly resource: ResourceAddress; readonly amount: Decimal }[]
  /** The lending pools just before and just after; absent where the transaction does not touch them. */
  readonly pools: { readonly before: Pools; readonly after: Pools } | undefined
}

/** The store of the lending pools, and the keys that stand in it today. */
export interface PoolStore {
  readonly address: string
  readonly keyHexes: readonly string[]
}

/** At most 3 requests. @throws {LedgerDataError} when the receipt is of another shape, and what {@link GatewayClient} throws. */
export async function transactionFacts(
  client: GatewayClient,
  { what, intentHash }: KnownTransaction,
  store: PoolStore | undefined,
): Promise<TransactionFacts> {
  const { transaction } = await client.committedDetails({
    intent_hash: intentHash,
    opt_ins: { receipt_events: true, balance_changes: true, receipt_output: false },
  })
  const { state_version: stateVersion, receipt, balance_changes: changes } = transaction
  const where = `receipt of ${intentHash}`
  if (!receipt?.events) throw new LedgerDataError(where, 'it lists no events')
  const touchesPools = what !== 'add collateral' && store !== undefined
  return {
    stateVersion,
    events: receipt.events.map(({ name, data }) => ({ name, payload: data })),
    changes: (changes?.fungible_balance_changes ?? []).map((change) => ({
      entity: change.entity_address,
      resource: ResourceAddress.parse(change.resource_address),
      amount: amountAt(`balance change in the ${where}`, change.balance_change),
    })),
    pools: touchesPools
      ? { before: await poolsAt(client, store, stateVersion - 1), after: await poolsAt(client, store, stateVersion) }
      : undefined,
  }
}

/** Pools that decode; those that are younger than the state version are absent. */
async function poolsAt(client: GatewayClient, { address, keyHexes }: PoolStore, stateVersion: number): Promise<Pools> {
  const answer = await client.keyValueStoreData({
    key_value_store_address: address,
    keys: keyHexes.slice(0, 100).map((hex) => ({ key_hex: hex })),
    at_ledger_state: { state_version: stateVersion },
  })
  return new Map(
    answer.entries.flatMap(({ key, value }) => {
      const underlying = attempted(resource)(key.programmatic_json, '')
      const pool = attempted(poolState)(value.programmatic_json, '')
      return underlying.kind === 'decoded' && pool.kind === 'decoded' ? [[underlying.value, pool.value] as const] : []
    }),
  )
}
