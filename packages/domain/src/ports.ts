import type { BatchSnapshotHeader, BatchSnapshotRow } from './batch-snapshot.ts'
import type { CdpReading } from './cdp.ts'
import type { Decimal } from './decimal.ts'
import type { SignedTransaction } from './execution.ts'
import type { AccountAddress, CdpId, IntentHash, NonFungibleLocalId, ResourceAddress } from './ids.ts'
import type { MarketSnapshot, NftContents } from './market.ts'
import type { CandidateMessage, IndexRangeJob } from './messages.ts'
import type { LedgerMoment, SyncPoint } from './sync-point.ts'

/** Unix milliseconds; a port, so that tests and the local stack can move time. */
export interface Clock {
  now(): number
}

/** Reads pinned to one state version. Every method may throw {@link LedgerUnavailableError}: unknown is never healthy. */
export interface PinnedLedger {
  /** The ledger's tip, to which a run is pinned. */
  syncPoint(): Promise<SyncPoint>
  /** All market state at `at`. @throws {LedgerDataError} when the ledger's answer does not decode. */
  marketSnapshot(at: SyncPoint): Promise<MarketSnapshot>
  /** Every id from `fromId` to `toId`, both included, in id order; one whose data does not decode never hides the others. */
  cdps(fromId: number, toId: number, at: SyncPoint): Promise<readonly CdpReading[]>
  /** What pledged non-fungibles stand for; `at` pins the read. */
  nftContents(wanted: ReadonlyMap<ResourceAddress, readonly NonFungibleLocalId[]>, at: SyncPoint): Promise<NftContents>
}

/** What the ledger was like in the past. */
export interface LedgerPast {
  /**
   * The last state at or before `unixMs`, give or take half a minute; `undefined` before the ledger began.
   * @throws {LedgerUnavailableError}
   */
  momentAt(unixMs: number): Promise<LedgerMoment | undefined>
}

/** A market that one process reads over and over. */
export interface RefreshableMarket extends Pick<PinnedLedger, 'marketSnapshot'> {
  /**
   * The market at `at` for much less: what moves is read again, configurations may stay as `previous` had them for some minutes.
   * @throws {LedgerDataError} when the ledger's answer does not decode.
   */
  refreshMarket(previous: MarketSnapshot, at: SyncPoint): Promise<MarketSnapshot>
}

/** What the ledger's own `get_cdp` says of one CDP at the tip. */
export type ConfirmedHealth =
  | {
      readonly kind: 'confirmed'
      readonly cdpId: CdpId
      readonly liquidationLtv: Decimal
      readonly healthLtv: Decimal
      readonly totalLoanValueXrd: Decimal
      readonly totalCollateralValueXrd: Decimal
    }
  /** For this CDP alone the call failed, after bisecting the batch, or its answer does not decode; `error` is for people. */
  | { readonly kind: 'refused'; readonly cdpId: CdpId; readonly error: string }

/** The ledger's own judgement, read by transaction preview at the tip; it cannot be pinned. */
export interface HealthOracle {
  /** One result per id, in the order given; one bad CDP never blocks the others. @throws {LedgerUnavailableError} */
  confirm(ids: readonly CdpId[]): Promise<readonly ConfirmedHealth[]>
}

/** A dry run of a manifest at the ledger's tip. */
export type PreviewOutcome =
  | { readonly kind: 'succeeded'; readonly feeXrd: Decimal; readonly changes: readonly BalanceChange[] }
  /** The engine would refuse or fail it; `error` is its text, for people. */
  | { readonly kind: 'failed'; readonly error: string }

/** Net change of one fungible resource in one account or component; negative when it leaves. */
export interface BalanceChange {
  readonly entity: string
  readonly resource: ResourceAddress
  readonly amount: Decimal
}

/** Where an intent stands; only the last three are final. */
export type IntentFate =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'pending'; readonly detail: string }
  | { readonly kind: 'committed'; readonly stateVersion: number }
  | { readonly kind: 'committed-failure'; readonly stateVersion: number; readonly error: string }
  | { readonly kind: 'permanently-rejected'; readonly error: string }

export type SubmitVerdict =
  | { readonly kind: 'accepted'; readonly duplicate: boolean }
  /** The Gateway refused the payload for good (HTTP 400); only the intent's fate tells whether it had committed before. */
  | { readonly kind: 'refused'; readonly message: string }

/** What a committed transaction did. */
export interface CommittedReceipt {
  readonly intentHash: IntentHash
  readonly stateVersion: number
  readonly success: boolean
  readonly feeXrd: Decimal
  /** Fee excluded. */
  readonly changes: readonly BalanceChange[]
}

/** Reads and writes at the ledger's tip. Every method may throw {@link LedgerUnavailableError}. */
export interface LedgerTip {
  syncPoint(): Promise<SyncPoint>
  findCdp(id: CdpId, at: SyncPoint): Promise<CdpReading>
  /** Fungible balances of an account now. */
  balances(account: AccountAddress): Promise<ReadonlyMap<ResourceAddress, Decimal>>
  preview(manifest: string): Promise<PreviewOutcome>
  submit(transaction: SignedTransaction): Promise<SubmitVerdict>
  /** @returns also where the ledger stood that says so. */
  fate(
    intentHash: IntentHash,
  ): Promise<{ readonly fate: IntentFate; readonly epoch: number; readonly tipStateVersion: number }>
  /** @throws {LedgerUnavailableError} while the Gateway has not indexed it yet. */
  committed(intentHash: IntentHash): Promise<CommittedReceipt>
}

/** Signs manifests for the operator's account; the private key never leaves it. */
export interface TransactionSigner {
  readonly account: AccountAddress
  /** A new intent each time: the nonce is random. @throws {ManifestRefusedError} when funds could go elsewhere. */
  sign(manifest: string, window: { startEpochInclusive: number; endEpochExclusive: number }): Promise<SignedTransaction>
}

export interface JobQueue {
  /** Sends all jobs; returns when each is accepted. @throws {QueueUnavailableError} naming what could not be sent. */
  send(jobs: readonly IndexRangeJob[]): Promise<void>
}

export interface CandidateQueue {
  /** @throws {QueueUnavailableError} naming what could not be sent. */
  send(candidates: readonly CandidateMessage[]): Promise<void>
}

/** Immutable objects; derived state only, safe to delete. */
export interface SnapshotStore {
  /** Stores the run's market snapshot under its key; a second write of the same key keeps the first. */
  putMarket(snapshot: MarketSnapshot, key: string): Promise<void>
  /** @throws {SnapshotMissingError} @throws {StoredObjectError} when it does not parse. */
  market(key: string): Promise<MarketSnapshot>
  /** Written once: `false` when another worker was first, whose object then stands. */
  putBatch(key: string, header: BatchSnapshotHeader, rows: readonly BatchSnapshotRow[]): Promise<boolean>
  batch(key: string): Promise<{ header: BatchSnapshotHeader; rows: readonly BatchSnapshotRow[] }>
}

/** What operators may say at any time; what is known of it is thirty seconds old at most. */
export type OperatingMode = 'live' | 'dry-run' | 'paused'
export interface ModeSwitch {
  mode(): Promise<OperatingMode>
}
