import * as z from 'zod'
import { CdpId, IntentHash } from './ids.ts'
import { RunId } from './messages.ts'
import { decimalText } from './wire.ts'

/**
 * The journal of one attempt to liquidate one CDP:
 * `planned → signed → submitted → committed | failed | expired`.
 * The signed payload is stored before the first submit; whoever picks the CDP up again resubmits that payload or waits for its fate.
 */
export const ExecutionState = z.enum(['planned', 'signed', 'submitted', 'committed', 'failed', 'expired'])
export type ExecutionState = z.infer<typeof ExecutionState>

/** A transaction that can still commit is a live intent: no other may be signed for its CDP. */
export const LIVE_STATES: readonly ExecutionState[] = ['signed', 'submitted']

/** Notarised and ready to submit; submitting it again is safe, the ledger commits an intent at most once. */
export const SignedTransaction = z.object({
  intentHash: IntentHash,
  payloadHex: z.string().regex(/^[0-9a-f]+$/),
  startEpochInclusive: z.int().nonnegative(),
  endEpochExclusive: z.int().positive(),
  /**
   * Unix milliseconds by our own clock after which it can commit no more, whatever a Gateway says of epochs. Absent in what an earlier
   * release signed.
   */
  closedAtMs: z.int().positive().optional(),
  manifest: z.string().min(1),
})
export type SignedTransaction = z.infer<typeof SignedTransaction>

/** The committed receipt's word on what the liquidation earned; XRD at the prices of the plan. */
export const RealisedOutcome = z.object({
  committedStateVersion: z.int().positive(),
  feeXrd: decimalText,
  realisedProfitXrd: decimalText,
})
export type RealisedOutcome = z.infer<typeof RealisedOutcome>

export const ExecutionRecord = z.object({
  schemaVersion: z.literal(1),
  cdpId: CdpId,
  /** 1 for the first intent for this CDP, growing with each new one. */
  attempt: z.int().positive(),
  state: ExecutionState,
  runId: RunId,
  candidateStateVersion: z.int().positive(),
  expectedProfitXrd: decimalText,
  /** Human-readable plan: funding, payments, seized collaterals, exit, alternatives considered. JSON text. */
  planJson: z.string(),
  signed: SignedTransaction.nullable(),
  realised: RealisedOutcome.nullable(),
  /** Why it failed or expired; never holds a secret. */
  reason: z.string().nullable(),
  createdAtMs: z.int().nonnegative(),
  updatedAtMs: z.int().nonnegative(),
})
export type ExecutionRecord = z.infer<typeof ExecutionRecord>

/** What one transaction that reached the ledger cost and brought, and when that was recorded; the governors count it. */
export const Spending = z.object({
  cdpId: CdpId,
  attempt: z.int().positive(),
  atMs: z.int().nonnegative(),
  feeXrd: decimalText,
  realisedProfitXrd: decimalText,
})
export type Spending = z.infer<typeof Spending>

/** A claim on one CDP: while it lasts, only writes that carry `fencingToken` reach the journal. */
export interface Claim {
  readonly cdpId: CdpId
  readonly owner: string
  /** Grows with every claim of this CDP; an older holder's writes are refused. */
  readonly fencingToken: number
  readonly leaseUntilMs: number
}

export type ClaimResult =
  | { readonly kind: 'claimed'; readonly claim: Claim; readonly latest: ExecutionRecord | undefined }
  | { readonly kind: 'held'; readonly owner: string; readonly leaseUntilMs: number }

/** What the journal knows of one CDP. */
export interface CdpStanding {
  /** All attempts, newest first. */
  readonly attempts: readonly ExecutionRecord[]
  /** Who claimed the CDP and did not give it back; from `leaseUntilMs` on anybody may take it over. */
  readonly holder: Pick<Claim, 'owner' | 'leaseUntilMs'> | undefined
}

/**
 * Why a CDP needs no candidate now: `in-work`, a worker holds it and its lease has not lapsed; `resting`, a worker has just found that
 * nothing can be gained from it. A dead worker's CDP is neither once its lease has lapsed: a candidate leads to the picking up of its
 * intent.
 */
export type Engagement = 'in-work' | 'resting'

/** Another worker has claimed the CDP since; this one must stop at once. */
export class FencedOffError extends Error {
  override readonly name = 'FencedOffError'
  readonly cdpId: CdpId

  constructor(cdpId: CdpId, fencingToken: number) {
    super(`CDP ${cdpId} was claimed by another worker after fencing token ${fencingToken}; this attempt stops.`)
    this.cdpId = cdpId
  }
}

/** Where executions are remembered. Every write is conditional on the claim's fencing token and on the state it moves from. */
export interface ExecutionJournal {
  /**
   * Takes the CDP for `leaseMs`, or says who holds it. A lapsed lease is taken over.
   * @returns The newest record too, so that the caller can pick up a live intent.
   */
  claim(cdpId: CdpId, owner: string, nowMs: number, leaseMs: number): Promise<ClaimResult>
  /**
   * Gives the CDP back; a claim that has moved on, or was given back, is left alone.
   * @param restUntilMs until when the CDP rests, see {@link Engagement}; it can be claimed all the same, which ends the rest.
   */
  release(claim: Claim, restUntilMs?: number): Promise<void>
  /** Starts a new attempt in state `planned`. @throws {FencedOffError} */
  begin(claim: Claim, record: ExecutionRecord): Promise<void>
  /** Moves an attempt from `from` to `record.state`. @throws {FencedOffError} */
  advance(claim: Claim, from: ExecutionState, record: ExecutionRecord): Promise<void>
  /** The last step of a claim: like {@link advance}, and gives the CDP back in the same write. @throws {FencedOffError} */
  conclude(claim: Claim, from: ExecutionState, record: ExecutionRecord): Promise<void>
  standingOf(cdpId: CdpId): Promise<CdpStanding>
  /** Those of `ids` that need no candidate at `nowMs`, each with the reason. */
  engaged(ids: readonly CdpId[], nowMs: number): Promise<ReadonlyMap<CdpId, Engagement>>
  /** The most recently begun attempts of all CDPs, newest first. */
  recent(limit: number): Promise<readonly ExecutionRecord[]>
  /** What all transactions recorded from `sinceMs` on cost and brought, however many, oldest first; the newest may lag by moments. */
  spentSince(sinceMs: number): Promise<readonly Spending[]>
}
