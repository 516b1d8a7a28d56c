import type { IntentStatusView, SubmitResult } from '../view.ts'
import type { Chain } from './chain.ts'
import type { MempoolFault } from './control.ts'
import type { Random } from './random.ts'
import { InvalidPayloadError, type ReceivedTransaction, type Toolkit } from './toolkit.ts'

interface Pending {
  readonly transaction: ReceivedTransaction
  readonly dueAtMs: number
  /** Accepted by the Gateway, but no node will ever see it. */
  readonly lost: boolean
  readonly looksRejected: boolean
  /** Why a node last refused it for now; it is tried again every round. */
  lastError: string | undefined
}

/** What lies between a submission and its commit, as the Gateway's submission service and the nodes' mempools do it. */
export class Mempool {
  readonly #chain: Chain
  readonly #toolkit: Toolkit
  readonly #random: Random
  readonly #onAccepted: (transaction: ReceivedTransaction) => void
  readonly #pending = new Map<string, Pending>()
  /** Every payload ever accepted, by payload hash. */
  readonly #known = new Map<string, ReceivedTransaction>()
  readonly #payloadsOf = new Map<string, string[]>()
  readonly #committedAtMs = new Map<string, number>()
  #fault: MempoolFault = {}
  #delayMs: { readonly min: number; readonly max: number }

  constructor(
    parts: { readonly chain: Chain; readonly toolkit: Toolkit; readonly random: Random },
    delayMs: { readonly min: number; readonly max: number },
    onAccepted: (transaction: ReceivedTransaction) => void,
  ) {
    this.#chain = parts.chain
    this.#toolkit = parts.toolkit
    this.#random = parts.random
    this.#delayMs = delayMs
    this.#onAccepted = onAccepted
  }

  setFault(fault: MempoolFault): void {
    this.#fault = fault
  }

  setDelay(delayMs: { readonly min: number; readonly max: number }): void {
    this.#delayMs = delayMs
  }

  submit(payload: Uint8Array, arrivalMs: number): SubmitResult {
    let transaction: ReceivedTransaction
    try {
      transaction = this.#toolkit.readTransaction(payload)
    } catch (error) {
      if (!(error instanceof InvalidPayloadError)) throw error
      return { kind: 'refused', message: `Invalid transaction: ${error.message}` }
    }
    const { startEpochInclusive: start, endEpochExclusive: end, intentHash, payloadHash } = transaction
    const { epoch } = this.#chain
    if (start > epoch + 1)
      return {
        kind: 'refused',
        message: `Transaction start epoch ${start} is not yet close enough to current epoch ${epoch}`,
      }
    if (end <= epoch)
      return {
        kind: 'refused',
        message: `Transaction is no longer valid from epoch ${end} but it is now epoch ${epoch}`,
      }
    if (this.#known.has(payloadHash)) return { kind: 'accepted', duplicate: true }
    if (this.#chain.history.ofIntent(intentHash))
      return { kind: 'refused', message: `Transaction rejected: IntentHashPreviouslyCommitted ${intentHash}` }

    this.#known.set(payloadHash, transaction)
    this.#payloadsOf.set(intentHash, [...(this.#payloadsOf.get(intentHash) ?? []), payloadHash])
    this.#pending.set(payloadHash, {
      transaction,
      dueAtMs: arrivalMs + this.#pickDelay(),
      lost: this.#random.chance(this.#fault.loseProbability ?? 0),
      looksRejected: this.#random.chance(this.#fault.likelyRejectionProbability ?? 0),
      lastError: undefined,
    })
    this.#onAccepted(transaction)
    return { kind: 'accepted', duplicate: false }
  }

  #pickDelay(): number {
    const { min, max } = this.#delayMs
    const delay = min + (max - min) * this.#random.fraction()
    return this.#random.chance(this.#fault.slowProbability ?? 0) ? delay * (this.#fault.slowFactor ?? 5) : delay
  }

  /** Commits what is due, in the order it became due. */
  commitDue(): void {
    this.#forgetExpired()
    const due = [...this.#pending]
      .filter(([, { dueAtMs, lost }]) => !lost && dueAtMs <= this.#chain.nowMs)
      .sort(([, a], [, b]) => a.dueAtMs - b.dueAtMs)
    for (const [payloadHash, pending] of due) {
      const { transaction } = pending
      if (this.#chain.history.ofIntent(transaction.intentHash)) {
        this.#pending.delete(payloadHash)
        continue
      }
      if (this.#chain.epoch < transaction.startEpochInclusive) continue
      const outcome = this.#chain.commit(transaction)
      if ('rejected' in outcome) {
        pending.lastError = outcome.rejected
        continue
      }
      this.#pending.delete(payloadHash)
      this.#committedAtMs.set(transaction.intentHash, this.#chain.nowMs)
    }
  }

  /** Expired transactions need no place any more, the lost ones included: their status follows from the epoch. */
  #forgetExpired(): void {
    for (const [payloadHash, { transaction }] of this.#pending)
      if (this.#chain.epoch >= transaction.endEpochExclusive) this.#pending.delete(payloadHash)
  }

  /** True when something is waiting whose time to commit has come. */
  hasDue(nowMs: number): boolean {
    return [...this.#pending.values()].some(({ dueAtMs, lost }) => !lost && dueAtMs <= nowMs)
  }

  /** True when the intent can still be committed. */
  isAlive(intentHash: string): boolean {
    if (this.#chain.history.ofIntent(intentHash)) return false
    return this.#payloads(intentHash).some(({ endEpochExclusive }) => this.#chain.epoch < endEpochExclusive)
  }

  status(intentHash: string, nowMs: number): IntentStatusView {
    const payloadHashes = this.#payloadsOf.get(intentHash) ?? []
    const base = {
      payloadHashes,
      errorMessage: undefined,
      committedStateVersion: undefined,
      permanentlyRejectsAtEpoch: undefined,
    }
    const committed = this.#chain.history.ofIntent(intentHash)
    if (committed) {
      const committedAtMs = this.#committedAtMs.get(intentHash) ?? committed.timestampMs
      if (nowMs - committedAtMs < (this.#fault.outcomeUnknownMs ?? 0))
        return {
          ...base,
          status: 'CommitPendingOutcomeUnknown',
          description: 'The transaction is committed, but the Gateway has not ingested its outcome yet.',
        }
      return {
        ...base,
        status: committed.status,
        description:
          committed.status === 'CommittedSuccess'
            ? 'The transaction has been committed to the ledger, with its outcome.'
            : 'The transaction has been committed to the ledger as a failure: fees were paid, all else was discarded.',
        errorMessage: committed.errorMessage,
        committedStateVersion: committed.stateVersion,
      }
    }
    const payloads = this.#payloads(intentHash)
    if (payloads.length === 0)
      return { ...base, status: 'Unknown', description: 'No matching transaction has been seen.' }
    const endEpoch = Math.max(...payloads.map(({ endEpochExclusive }) => endEpochExclusive))
    if (this.#chain.epoch >= endEpoch)
      return {
        ...base,
        status: 'PermanentlyRejected',
        description: 'The transaction can never be committed any more.',
        errorMessage: `Transaction has expired: it was valid before epoch ${endEpoch}`,
      }
    const waiting = payloadHashes.flatMap((hash) => this.#pending.get(hash) ?? [])
    const lastError = waiting.find((pending) => pending.lastError !== undefined)?.lastError
    if (lastError !== undefined || waiting.some(({ looksRejected }) => looksRejected))
      return {
        ...base,
        status: 'LikelyButNotCertainRejection',
        description: 'All known payloads were rejected for now; one may still be committed.',
        errorMessage: lastError ?? 'Rejected by a node for now',
        permanentlyRejectsAtEpoch: endEpoch,
      }
    return {
      ...base,
      status: 'Pending',
      description: 'A payload was accepted by a mempool.',
      permanentlyRejectsAtEpoch: endEpoch,
    }
  }

  #payloads(intentHash: string): ReceivedTransaction[] {
    return (this.#payloadsOf.get(intentHash) ?? []).flatMap((hash) => this.#known.get(hash) ?? [])
  }
}
