import type { Clock, CommittedReceipt, LedgerTip, ModeSwitch, SignedTransaction } from '@weft/domain'
import { LedgerUnavailableError, NotNowError } from '@weft/domain'

/** Waits that the clock of a test or of the local stack can shorten. */
export interface Patience {
  wait(ms: number): Promise<void>
}

export interface FollowLimits {
  /** A commit takes seconds; whoever asks at once asks in vain. */
  readonly firstLookAfterMs: number
  readonly pollEveryMs: number
  /** A payload that nobody knows after this long is submitted again: the submission may have been lost. */
  readonly resubmitAfterMs: number
  /** How long one worker follows; then the message goes back and the next one goes on. */
  readonly giveBackAfterMs: number
}

export type FinalFate =
  | { readonly kind: 'committed'; readonly receipt: CommittedReceipt }
  | { readonly kind: 'committed-failure'; readonly receipt: CommittedReceipt; readonly reason: string }
  | { readonly kind: 'rejected'; readonly reason: string }
  /** The epoch window ended, by our clock too, and no commit was seen: it can never commit. */
  | { readonly kind: 'expired' }

/** What a receipt must be held against. */
export type MisfitOf = (receipt: CommittedReceipt, tipStateVersion: number) => string | undefined

/** One that has been followed in vain for a while is looked at less often. */
const LOOK_AGAIN_AFTER_MS = 15_000

/** The intent may still commit; nothing else may be signed for its CDP until it is final. */
export class IntentStillOpenError extends NotNowError {
  override readonly name = 'IntentStillOpenError'

  constructor(transaction: SignedTransaction, detail: string) {
    super(
      `${transaction.intentHash} is not final (${detail}) and can commit until epoch ${transaction.endEpochExclusive}; the message goes back.`,
      LOOK_AGAIN_AFTER_MS,
    )
  }
}

export interface FollowDeps {
  readonly ledger: Pick<LedgerTip, 'fate' | 'committed' | 'submit'>
  readonly misfitOf: MisfitOf
  /** When by our own clock the intent can commit no more. */
  readonly closedAtMs: number
  readonly clock: Clock
  readonly patience: Patience
  readonly mode: ModeSwitch
  readonly limits: { readonly follow: FollowLimits }
}

/**
 * Follows an intent that was submitted just now to its end. While nobody knows it, the *same* payload is submitted again: the ledger
 * commits an intent at most once. An operator's stop counts here too: from then on it is only watched.
 * @returns its end; or that the Gateway calls it lost, which nobody here can know before its window is over by our own clock.
 * @throws {IntentStillOpenError} when it is not final in time.
 */
export async function followToEnd(transaction: SignedTransaction, deps: FollowDeps): Promise<FinalFate | SaidToBeOver> {
  // The host's clock may be set while we wait: what is measured is time that passed, and what was waited at the least.
  const startedMs = performance.now()
  let waitedMs = 0
  const elapsedMs = () => Math.max(waitedMs, performance.now() - startedMs)
  const wait = async (ms: number) => {
    await deps.patience.wait(ms)
    waitedMs += ms
  }
  let submittedAtMs = 0
  let detail = 'unknown'
  await wait(deps.limits.follow.firstLookAfterMs)
  do {
    const seen = await answered(() => fateNow(transaction, deps))
    if (seen !== 'unanswered') {
      if (seen.kind !== 'open') return seen
      detail = seen.detail
      const silentForMs = elapsedMs() - submittedAtMs
      if (seen.unknown && silentForMs >= deps.limits.follow.resubmitAfterMs && (await deps.mode.mode()) === 'live') {
        await answered(() => deps.ledger.submit(transaction))
        submittedAtMs = elapsedMs()
      }
    }
    await wait(deps.limits.follow.pollEveryMs)
  } while (elapsedMs() < deps.limits.follow.giveBackAfterMs)
  throw new IntentStillOpenError(transaction, detail)
}

/** The Gateway calls it rejected, or committed with a receipt that does not fit; by our own clock it may still commit. */
export interface SaidToBeOver {
  readonly kind: 'said-to-be-over'
  readonly detail: string
}

export type FateNow =
  | FinalFate
  | SaidToBeOver
  | { readonly kind: 'open'; readonly unknown: boolean; readonly detail: string }

/**
 * Asks once. A commit counts with a receipt that fits. That it will never commit is believed when the Gateway says so, or knows nothing of
 * it past its window, **and** our own clock has passed the window: one Gateway's word must not make room for a second payload.
 * @throws {LedgerUnavailableError}
 */
export async function fateNow(
  transaction: SignedTransaction,
  deps: Pick<FollowDeps, 'misfitOf' | 'closedAtMs' | 'clock'> & {
    readonly ledger: Pick<LedgerTip, 'fate' | 'committed'>
  },
): Promise<FateNow> {
  const { fate, epoch, tipStateVersion } = await deps.ledger.fate(transaction.intentHash)
  const nowMs = deps.clock.now()
  const isOver = nowMs >= deps.closedAtMs
  switch (fate.kind) {
    case 'committed':
    case 'committed-failure': {
      const receipt = await deps.ledger.committed(transaction.intentHash)
      const isSuccess = fate.kind === 'committed'
      const misfit =
        receipt.success === isSuccess
          ? deps.misfitOf(receipt, tipStateVersion)
          : 'its status is another than the intent'
      if (misfit !== undefined) {
        const reason = `the receipt does not fit: ${misfit}`
        return isOver ? { kind: 'rejected', reason } : { kind: 'said-to-be-over', detail: reason }
      }
      return fate.kind === 'committed'
        ? { kind: 'committed', receipt }
        : { kind: 'committed-failure', receipt, reason: fate.error }
    }
    case 'permanently-rejected':
      if (!isOver) return { kind: 'said-to-be-over', detail: `the Gateway calls it rejected: ${fate.error}` }
      return epoch >= transaction.endEpochExclusive ? { kind: 'expired' } : { kind: 'rejected', reason: fate.error }
    case 'unknown':
      return isOver && epoch >= transaction.endEpochExclusive
        ? { kind: 'expired' }
        : { kind: 'open', unknown: true, detail: 'unknown' }
    case 'pending':
      // Pending past the window can only be a commit whose outcome the Gateway has not indexed yet: wait for it.
      return { kind: 'open', unknown: false, detail: fate.detail }
  }
}

async function answered<T>(ask: () => Promise<T>): Promise<T | 'unanswered'> {
  try {
    return await ask()
  } catch (error) {
    // A Gateway that does not answer says nothing about the intent: keep following until time is up.
    if (error instanceof LedgerUnavailableError) return 'unanswered'
    throw error
  }
}
