import * as z from 'zod'
import { CdpId } from './ids.ts'
import { RunId } from './messages.ts'
import { decimalText } from './wire.ts'

/** What became of one candidate, for people who ask later: also of those that never came to a transaction. */
export const CandidateEnd = z.object({
  schemaVersion: z.literal(1),
  cdpId: CdpId,
  /** The run that found it. */
  runId: RunId,
  kind: z.string().min(1),
  /** One sentence. */
  why: z.string(),
  /** The attempt that ended; `null` when none was begun. */
  attempt: z.int().positive().nullable(),
  atMs: z.int().nonnegative(),
  /** By what they are, in XRD. */
  amountsXrd: z.record(z.string(), decimalText),
  /** What the plan considered, the most profitable first. */
  alternatives: z.array(
    z.object({ label: z.string(), verdict: z.string(), profitXrd: decimalText.nullable(), why: z.string() }),
  ),
})
export type CandidateEnd = z.infer<typeof CandidateEnd>

/** Where ends are kept, for a month. */
export interface CandidateEnds {
  /**
   * Of an attempt only the first end is kept: whoever concluded it may have died before saying so, and another says it then.
   * @returns whether this one was new.
   */
  keep(end: CandidateEnd): Promise<boolean>
  /** The ends of one CDP's candidates, newest first. */
  of(cdpId: CdpId): Promise<readonly CandidateEnd[]>
}
