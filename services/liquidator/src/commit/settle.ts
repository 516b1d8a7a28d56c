import {
  type Claim,
  type Clock,
  type CommittedReceipt,
  Decimal,
  type ExecutionJournal,
  type ExecutionRecord,
  type LedgerTip,
  LedgerUnavailableError,
  type ModeSwitch,
  type SignedTransaction,
  StoredObjectError,
  type TransactionSigner,
} from '@weft/domain'
import type { EventLog, Metrics } from '@weft/telemetry'
import type { LiquidatorEvent } from '../events.ts'
import type { FaultPort } from './faults.ts'
import {
  type FateNow,
  type FinalFate,
  type FollowLimits,
  fateNow,
  followToEnd,
  type Patience,
  type SaidToBeOver,
} from './follow.ts'
import { realisedProfitXrd } from './realised-profit.ts'
import { receiptMisfit } from './receipt-misfit.ts'
import { planFromJson } from './stored-plan.ts'

export interface SettleDeps {
  readonly ledger: Pick<LedgerTip, 'fate' | 'committed' | 'submit'>
  readonly journal: ExecutionJournal
  readonly signer: Pick<TransactionSigner, 'account'>
  readonly clock: Clock
  readonly patience: Patience
  readonly mode: ModeSwitch
  readonly limits: { readonly follow: FollowLimits }
  readonly faults: FaultPort
  readonly log: EventLog<LiquidatorEvent>
  readonly metrics: Metrics
}

/** A payload of an earlier release does not say when it closes: windows were two epochs, and an hour is what an epoch may be off. */
const LONGEST_OPEN_MS = 2 * 3_600_000

/** What following one execution takes beside the ports. */
function following(record: ExecutionRecord, deps: SettleDeps) {
  const plan = planFromJson(record.planJson, `execution ${record.attempt} of CDP ${record.cdpId}`)
  return {
    ...deps,
    closedAtMs: record.signed?.closedAtMs ?? record.createdAtMs + LONGEST_OPEN_MS,
    misfitOf: (receipt: CommittedReceipt, tipStateVersion: number) => {
      const { account } = deps.signer
      return receiptMisfit(receipt, record, plan, { tipStateVersion, nowMs: deps.clock.now(), account })
    },
  }
}

/**
 * Brings an execution that stands at `signed` or `submitted` to its end, and the journal with it: the stored payload is submitted,
 * however often, and its fate recorded. Freshly signed and picked-up executions take this same way.
 * @returns the final record; or the live one, where the Gateway calls it over and our own clock does not yet.
 * @throws {IntentStillOpenError} @throws {FencedOffError}
 */
export async function settle(claim: Claim, record: ExecutionRecord, deps: SettleDeps): Promise<ExecutionRecord> {
  const transaction = signedOf(record)
  await submit(transaction, deps)
  await deps.faults.at('after-submit')
  const submitted = record.state === 'signed' ? await advance(claim, record, { state: 'submitted' }, deps) : record
  await deps.faults.at('after-record-submitted')
  const fate = await followToEnd(transaction, following(submitted, deps))
  await deps.faults.at('after-fate')
  if (fate.kind === 'said-to-be-over') {
    contradicted(fate, deps)
    return submitted
  }
  return conclude(claim, submitted, fate, deps)
}

/**
 * Looks once at what became of a live intent, and records it when it is final. Nothing is submitted: for a paused or dry-run
 * liquidator, and for a ledger that stands still.
 * @returns the record, final or not.
 */
export async function lookAt(claim: Claim, record: ExecutionRecord, deps: SettleDeps): Promise<ExecutionRecord> {
  const fate: FateNow = await fateNow(signedOf(record), following(record, deps))
  if (fate.kind === 'said-to-be-over') contradicted(fate, deps)
  return fate.kind === 'open' || fate.kind === 'said-to-be-over' ? record : conclude(claim, record, fate, deps)
}

/** True rejections are as good as unheard of: the fee is locked first. So this is somebody's lie or a fault, and an operator must know. */
function contradicted({ detail }: SaidToBeOver, { log, metrics }: SettleDeps): void {
  metrics.count('FatesContradicted')
  log.emit({ event: 'liquidator.fate_contradicted', why: detail })
}

/** An attempt that never came to a stored signature moved nothing and never will. */
export function abandon(claim: Claim, record: ExecutionRecord, deps: SettleDeps): Promise<ExecutionRecord> {
  return advance(claim, record, { state: 'failed', reason: 'The worker ended before anything was signed.' }, deps)
}

export function advance(
  claim: Claim,
  record: ExecutionRecord,
  change: Partial<Pick<ExecutionRecord, 'state' | 'signed' | 'realised' | 'reason'>>,
  deps: Pick<SettleDeps, 'journal' | 'clock'>,
): Promise<ExecutionRecord> {
  const next: ExecutionRecord = { ...record, ...change, updatedAtMs: deps.clock.now() }
  return deps.journal.advance(claim, record.state, next).then(() => next)
}

async function submit(transaction: SignedTransaction, deps: SettleDeps): Promise<void> {
  try {
    const verdict = await deps.ledger.submit(transaction)
    if (verdict.kind === 'accepted')
      deps.log.emit({ event: 'liquidator.intent_submitted', duplicate: verdict.duplicate })
    else deps.log.emit({ event: 'liquidator.submission_refused', message: verdict.message })
  } catch (error) {
    // The answer is lost, the submission perhaps not: only its fate tells, and following submits again.
    if (!(error instanceof LedgerUnavailableError)) throw error
    deps.log.emit({ event: 'liquidator.submission_unanswered' }, error)
  }
}

async function conclude(
  claim: Claim,
  record: ExecutionRecord,
  fate: FinalFate,
  deps: SettleDeps,
): Promise<ExecutionRecord> {
  const final: ExecutionRecord = { ...record, ...ending(record, fate, deps), updatedAtMs: deps.clock.now() }
  await deps.journal.conclude(claim, record.state, final)
  await deps.faults.at('after-record-final')
  return final
}

function ending(
  record: ExecutionRecord,
  fate: FinalFate,
  deps: SettleDeps,
): Pick<ExecutionRecord, 'state' | 'realised' | 'reason'> {
  switch (fate.kind) {
    case 'committed':
    case 'committed-failure': {
      const plan = planFromJson(record.planJson, `execution ${record.attempt} of CDP ${record.cdpId}`)
      const realised = {
        committedStateVersion: fate.receipt.stateVersion,
        feeXrd: fate.receipt.feeXrd,
        realisedProfitXrd: realisedProfitXrd(fate.receipt, deps.signer.account, plan),
      }
      return fate.kind === 'committed'
        ? { state: 'committed', realised, reason: null }
        : { state: 'failed', realised, reason: fate.reason }
    }
    case 'rejected':
      return { state: 'failed', realised: null, reason: fate.reason }
    case 'expired':
      return { state: 'expired', realised: null, reason: 'Its epoch window ended before it was committed.' }
  }
}

function signedOf(record: ExecutionRecord): SignedTransaction {
  if (record.signed) return record.signed
  throw new StoredObjectError(
    `execution ${record.attempt} of CDP ${record.cdpId}`,
    `it is ${record.state} but holds no signed transaction`,
  )
}

/** Fee that a final record cost. */
export function feeOf(record: ExecutionRecord): Decimal {
  return record.realised?.feeXrd ?? Decimal.ZERO
}
