import type { SborValue } from './sbor.ts'

/**
 * What the Gateway layer may read of the simulated ledger, always *at* a state version. The engine implements it; nothing in the
 * Gateway layer reaches around it, so every answer has a history.
 */
export interface LedgerView {
  readonly networkId: number
  /** Logical network name as `gateway-status` prints it, e.g. `localnet`. */
  readonly networkName: string
  tip(): LedgerState
  /** The ledger state exactly at `stateVersion`, `undefined` when not on the ledger. */
  stateAt(stateVersion: number): LedgerState | undefined
  /** The last state whose round timestamp is at or before `unixMs`. */
  stateAtTime(unixMs: number): LedgerState | undefined
  /** The first state of `epoch` (and of `round` in it, if given). */
  stateAtEpoch(epoch: number, round?: number): LedgerState | undefined

  /** Kind of a global or internal address at `at`, `undefined` when nothing is there (yet). */
  entity(address: string, at: number): EntityView | undefined

  /** Ids of a non-fungible resource in mint order, burned ones included, minted at or before `at`; `offset` and `limit` cut a page. */
  nonFungibleIds(
    resource: string,
    at: number,
    offset: number,
    limit: number,
  ): { totalMinted: number; ids: readonly string[] }
  nonFungible(resource: string, id: string, at: number): NonFungibleView | undefined
  nonFungibleLocation(resource: string, id: string, at: number): NonFungibleLocationView | undefined

  /** Live entries' keys, newest-created first; `offset` and `limit` cut a page. */
  keyValueStoreKeys(
    store: string,
    at: number,
    offset: number,
    limit: number,
  ): { totalCount: number; entries: readonly KeyView[] }
  /** The entry under the SBOR-encoded key, `undefined` when absent at `at`. */
  keyValueStoreEntry(store: string, keyHex: string, at: number): EntryView | undefined

  /** The committed transaction at exactly `stateVersion`. */
  transactionAt(stateVersion: number): CommittedTransaction | undefined
  /** The committed transaction of an intent. */
  transactionByIntent(intentHash: string): CommittedTransaction | undefined
}

export interface LedgerState {
  readonly stateVersion: number
  readonly epoch: number
  readonly round: number
  /** Proposer round timestamp, unix milliseconds. */
  readonly timestampMs: number
}

export interface VaultBalance {
  readonly vault: string
  readonly resource: string
  /** Plain decimal text for fungibles. */
  readonly amount: string
  readonly lastUpdatedAtStateVersion: number
}

export interface NonFungibleVaultBalance {
  readonly vault: string
  readonly resource: string
  readonly ids: readonly string[]
  readonly lastUpdatedAtStateVersion: number
}

export type EntityView =
  | {
      readonly kind: 'component'
      readonly packageAddress: string
      readonly blueprint: string
      /** Scrypto state; native components (account, validator) carry `nativeState` instead. */
      readonly state: SborValue | undefined
      readonly nativeState: Readonly<Record<string, unknown>> | undefined
      readonly fungibles: readonly VaultBalance[]
      readonly nonFungibles: readonly NonFungibleVaultBalance[]
      readonly metadata: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'fungible-resource'
      readonly divisibility: number
      readonly totalSupply: string
      readonly totalMinted: string
      readonly totalBurned: string
      readonly native: NativeResource | undefined
      readonly metadata: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'non-fungible-resource'
      readonly idType: 'Integer' | 'Ruid' | 'String' | 'Bytes'
      readonly totalSupply: string
      readonly totalMinted: string
      readonly totalBurned: string
      readonly native: NativeResource | undefined
      readonly metadata: Readonly<Record<string, string>>
    }
  | { readonly kind: 'fungible-vault'; readonly resource: string; readonly amount: string }
  | { readonly kind: 'non-fungible-vault'; readonly resource: string; readonly count: number }
  | { readonly kind: 'key-value-store' }

/** A resource that a validator issues. */
export type NativeResource =
  | {
      readonly kind: 'lsu'
      readonly validator: string
      /** What one unit redeems for; no amount while there is no unit. */
      readonly redemption: { readonly resource: string; readonly amount: string | undefined }
    }
  | { readonly kind: 'claim-nft'; readonly validator: string }

export interface NonFungibleView {
  readonly id: string
  readonly isBurned: boolean
  /** State version of the last data write, or of the burn. */
  readonly lastUpdatedAtStateVersion: number
  /** Absent once burned. */
  readonly data: SborValue | undefined
}

export interface NonFungibleLocationView {
  readonly id: string
  readonly isBurned: boolean
  readonly lastUpdatedAtStateVersion: number
  readonly vault: string | undefined
  readonly globalAncestor: string | undefined
}

export interface KeyView {
  readonly key: SborValue
  readonly keyHex: string
  readonly lastUpdatedAtStateVersion: number
}

export interface EntryView extends KeyView {
  readonly value: SborValue
}

export interface LedgerEvent {
  readonly name: string
  readonly packageAddress: string
  readonly blueprint: string
  /** Global address of the emitter. */
  readonly emitter: string
  readonly payload: SborValue
}

export interface FungibleBalanceChange {
  readonly entity: string
  readonly resource: string
  /** Signed plain decimal text. */
  readonly change: string
}

export interface NonFungibleBalanceChange {
  readonly entity: string
  readonly resource: string
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** One committed change of the ledger; round updates and epoch changes count too, so versions have no gaps. */
export interface CommittedTransaction extends LedgerState {
  readonly kind: 'genesis' | 'round-update' | 'epoch-change' | 'user'
  readonly status: 'CommittedSuccess' | 'CommittedFailure'
  readonly errorMessage: string | undefined
  readonly events: readonly LedgerEvent[]
  readonly fungibleChanges: readonly FungibleBalanceChange[]
  readonly feeChanges: readonly FungibleBalanceChange[]
  readonly nonFungibleChanges: readonly NonFungibleBalanceChange[]
  readonly affectedGlobalEntities: readonly string[]
  /** User transactions only. */
  readonly user:
    | {
        readonly intentHash: string
        readonly payloadHash: string
        readonly payloadHex: string
        readonly manifest: string
        /** XRD, plain decimal text. */
        readonly feePaid: string
        /** SBOR hex of each instruction's output. */
        readonly outputHex: readonly string[]
      }
    | undefined
}

export interface PreviewRequest {
  readonly manifest: string
  /** Ed25519 public keys, hex, whose signatures are assumed. */
  readonly signerPublicKeys: readonly string[]
  readonly useFreeCredit: boolean
  readonly assumeAllSignatureProofs: boolean
  readonly skipEpochCheck: boolean
  readonly startEpochInclusive: number
  readonly endEpochExclusive: number
  readonly nonce: number
  readonly tipPercentage: number
}

export interface FeeSummary {
  readonly executionXrd: string
  readonly finalizationXrd: string
  readonly storageXrd: string
  readonly royaltyXrd: string
  readonly tippingXrd: string
}

/** What a dry run did, or why it did not; `outputs` has one value per manifest instruction when it succeeded. */
export interface PreviewReceipt {
  readonly status: 'Succeeded' | 'Failed' | 'Rejected'
  readonly errorMessage: string | undefined
  readonly outputs: readonly SborValue[]
  readonly events: readonly LedgerEvent[]
  readonly fee: FeeSummary
  /** Vault changes by manifest instruction index. */
  readonly resourceChanges: readonly {
    readonly index: number
    readonly changes: readonly {
      readonly resource: string
      readonly entity: string
      readonly vault: string
      readonly amount: string
    }[]
  }[]
}

export type SubmitResult =
  | { readonly kind: 'accepted'; readonly duplicate: boolean }
  /** The payload is refused before it reaches a mempool; `message` is what the Gateway prints with HTTP 400. */
  | { readonly kind: 'refused'; readonly message: string }

export type IntentStatus =
  | 'Unknown'
  | 'Pending'
  | 'LikelyButNotCertainRejection'
  | 'CommitPendingOutcomeUnknown'
  | 'CommittedSuccess'
  | 'CommittedFailure'
  | 'PermanentlyRejected'

export interface IntentStatusView {
  readonly status: IntentStatus
  readonly description: string
  readonly errorMessage: string | undefined
  readonly committedStateVersion: number | undefined
  readonly permanentlyRejectsAtEpoch: number | undefined
  readonly payloadHashes: readonly string[]
}

/** What the Gateway layer may ask the simulated node to do. */
export interface LedgerNode extends LedgerView {
  /** @throws {ManifestError} when the text does not compile (HTTP 400 at the Gateway). */
  preview(request: PreviewRequest): Promise<PreviewReceipt>
  submit(payload: Uint8Array): Promise<SubmitResult>
  intentStatus(intentHash: string): IntentStatusView
}

/** The manifest text does not compile for this network. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError'
}
