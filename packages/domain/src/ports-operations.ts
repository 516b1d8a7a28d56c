import * as z from 'zod'
import { CdpId, ResourceAddress } from './ids.ts'
import { CandidateMessage } from './messages.ts'
import { decimalText } from './wire.ts'

/** A stored value and its version, which whoever replaces it has to name. */
export interface Versioned<T> {
  readonly value: T
  /** Grows with every write, from 1. */
  readonly version: number
}

/** One value that several workers read and replace, such as the book of price trust; nobody overwrites what he has not seen. */
export interface VersionedStore<T> {
  /** `undefined` before the first write. */
  read(): Promise<Versioned<T> | undefined>
  /**
   * @param expectedVersion 0 for the first write.
   * @returns `false` when another worker wrote since; nothing is written then, and the caller reads again.
   */
  replace(value: T, expectedVersion: number): Promise<boolean>
}

/** What is remembered of the ledger's epochs. */
export const EpochMemory = z.object({
  schemaVersion: z.literal(1),
  /** An epoch that was believed, and our clock then; later ones are extrapolated from it. */
  trusted: z.object({ epoch: z.int().nonnegative(), atMs: z.int().nonnegative() }),
  /** Where an epoch that was not believed was first seen. */
  doubted: z.object({ epoch: z.int().nonnegative(), atMs: z.int().nonnegative() }).nullable(),
})
export type EpochMemory = z.infer<typeof EpochMemory>

/** What was signed to be withdrawn from the own account, by slices of time; XRD at vouched prices. */
export const SignedWithdrawals = z.object({
  schemaVersion: z.literal(1),
  slices: z.array(z.object({ startMs: z.int().nonnegative(), valueXrd: decimalText })),
})
export type SignedWithdrawals = z.infer<typeof SignedWithdrawals>

/** Candidate held back because of a price that is not believed, until an operator decides. */
export const QuarantineEntry = z.object({
  schemaVersion: z.literal(1),
  cdpId: CdpId,
  /** The newest candidate that was held back for this CDP. */
  candidate: CandidateMessage,
  assets: z.array(
    z.object({
      resource: ResourceAddress,
      why: z.string(),
      /** The reading that was held back, XRD: the price in force and the feed's newer value; a release is for exactly this one. */
      priceXrd: decimalText.optional(),
      pendingXrd: decimalText.optional(),
    }),
  ),
  state: z.enum(['held', 'released', 'dropped']),
  heldSinceMs: z.int().nonnegative(),
  decidedAtMs: z.int().nonnegative().nullable(),
  decidedBy: z.string().nullable(),
})
export type QuarantineEntry = z.infer<typeof QuarantineEntry>

export interface QuarantineStore {
  /**
   * Holds a candidate back. A CDP that is held already keeps its place and gets the newer candidate and reasons.
   * @param seen the entry on which this was decided. A decision that an operator took since is never overwritten.
   */
  hold(
    candidate: CandidateMessage,
    assets: QuarantineEntry['assets'],
    nowMs: number,
    seen: QuarantineEntry | undefined,
  ): Promise<void>
  find(cdpId: CdpId): Promise<QuarantineEntry | undefined>
  /** What waits for a decision, held longest last. */
  held(limit: number): Promise<readonly QuarantineEntry[]>
  /** @returns the entry as decided; `undefined` when the CDP is not held: someone else decided, or it never was. */
  decide(
    cdpId: CdpId,
    decision: 'released' | 'dropped',
    decidedBy: string,
    nowMs: number,
  ): Promise<QuarantineEntry | undefined>
}
