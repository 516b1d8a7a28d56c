import {
  type AccountAddress,
  type BalanceChange,
  type CdpId,
  type CdpReading,
  type CommittedReceipt,
  type IntentFate,
  IntentHash,
  LedgerDataError,
  LedgerRequestError,
  type LedgerTip,
  LedgerUnavailableError,
  type PreviewOutcome,
  ResourceAddress,
  type SignedTransaction,
  type SubmitVerdict,
  type SyncPoint,
} from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import { amountAt } from '../gateway/amount-at.ts'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig } from '../network-config.ts'
import { GatewayLedger } from '../weft/gateway-ledger.ts'
import { fungibleBalances } from './balances.ts'
import { previewTransaction } from './preview.ts'

/** Time until a transaction that is committed but not yet indexed is worth another look. */
const NOT_INDEXED_RETRY_MS = 1_000

/** Reads and writes at the ledger's tip through a Gateway. */
export class GatewayTip implements LedgerTip {
  readonly #client: GatewayClient
  readonly #ledger: GatewayLedger

  constructor(client: GatewayClient, network: NetworkConfig) {
    this.#client = client
    this.#ledger = new GatewayLedger(client, network)
  }

  /** @throws {WrongNetworkError} when every Gateway serves another network than the client was told. */
  syncPoint(): Promise<SyncPoint> {
    return this.#ledger.syncPoint()
  }

  findCdp(id: CdpId, at: SyncPoint): Promise<CdpReading> {
    return this.#ledger.findCdp(id, at)
  }

  balances(account: AccountAddress): Promise<ReadonlyMap<ResourceAddress, Decimal>> {
    return fungibleBalances(this.#client, account)
  }

  /** A dry run as if the account's signature were there; its fee comes from what the manifest locks. */
  preview(manifest: string): Promise<PreviewOutcome> {
    return previewTransaction(this.#client, manifest)
  }

  /** Safe to repeat: the ledger commits an intent at most once. An accepted payload need not have reached a mempool; ask {@link fate}. */
  async submit(transaction: SignedTransaction): Promise<SubmitVerdict> {
    try {
      const { duplicate } = await this.#client.submit(transaction.payloadHex)
      return { kind: 'accepted', duplicate }
    } catch (error) {
      if (error instanceof LedgerRequestError && error.status === 400)
        return { kind: 'refused', message: error.message }
      throw error
    }
  }

  /** By `intent_status` alone: the legacy `status` says Pending of three different things. */
  async fate(intentHash: IntentHash) {
    const answer = await this.#client.transactionStatus(intentHash)
    const { epoch, state_version: tipStateVersion } = answer.ledger_state
    return { fate: fateOf(answer), epoch, tipStateVersion }
  }

  async committed(intentHash: IntentHash): Promise<CommittedReceipt> {
    const { transaction } = await this.#committedDetails(intentHash)
    const { balance_changes: changes, fee_paid: feePaid } = transaction
    // The Gateway gives no balance changes for very fresh transactions.
    if (changes === undefined || changes === null) throw notIndexed(intentHash, 'its balance changes are not indexed')
    if (feePaid === undefined)
      throw new LedgerDataError(`committed transaction ${intentHash}`, 'it has no fee: it is no user transaction')
    return {
      intentHash,
      stateVersion: transaction.state_version,
      success: transaction.transaction_status === 'CommittedSuccess',
      feeXrd: amountAt(`fee of committed transaction ${intentHash}`, feePaid),
      changes: changes.fungible_balance_changes.map(
        (change): BalanceChange => ({
          entity: change.entity_address,
          resource: ResourceAddress.parse(change.resource_address),
          amount: amountAt(
            `change of ${change.resource_address} by committed transaction ${intentHash}`,
            change.balance_change,
          ),
        }),
      ),
    }
  }

  async #committedDetails(intentHash: IntentHash) {
    try {
      return await this.#client.committedDetails({
        intent_hash: IntentHash.parse(intentHash),
        opt_ins: { balance_changes: true, receipt_output: false },
      })
    } catch (error) {
      if (error instanceof LedgerRequestError && error.status === 404) throw notIndexed(intentHash, error.message)
      throw error
    }
  }
}

function notIndexed(intentHash: IntentHash, why: string): LedgerUnavailableError {
  return new LedgerUnavailableError(`committed details of ${intentHash}`, NOT_INDEXED_RETRY_MS, new Error(why))
}

interface StatusAnswer {
  readonly intent_status: string
  readonly committed_state_version?: number | null
  readonly error_message?: string | null
}

function fateOf({
  intent_status: status,
  committed_state_version: version,
  error_message: message,
}: StatusAnswer): IntentFate {
  const error = message ?? 'no reason given'
  switch (status) {
    case 'Unknown':
      return { kind: 'unknown' }
    case 'Pending':
    case 'LikelyButNotCertainRejection':
    case 'CommitPendingOutcomeUnknown':
      return { kind: 'pending', detail: status }
    case 'CommittedSuccess':
      return { kind: 'committed', stateVersion: versionOf(version, status) }
    case 'CommittedFailure':
      return { kind: 'committed-failure', stateVersion: versionOf(version, status), error }
    case 'PermanentlyRejected':
      return { kind: 'permanently-rejected', error }
    default:
      throw new LedgerDataError('/transaction/status', `the intent status ${status} is unknown`)
  }
}

function versionOf(version: number | null | undefined, status: string): number {
  if (version === undefined || version === null)
    throw new LedgerDataError('/transaction/status', `${status} without a state version`)
  return version
}
