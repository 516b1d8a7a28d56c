import {
  type CandidateMessage,
  type Claim,
  EpochRefusedError,
  type ExecutionRecord,
  ManifestRefusedError,
  type TransactionSigner,
  WithdrawalCapError,
} from '@weft/domain'
import type { FollowLimits } from './follow.ts'
import { advance, type SettleDeps, settle } from './settle.ts'
import { planToJson, type StoredPlan } from './stored-plan.ts'

export interface CommitDeps extends SettleDeps {
  readonly signer: TransactionSigner
  readonly limits: { readonly windowEpochs: number; readonly follow: FollowLimits }
}

/**
 * Exactly one effect: `planned → signed → submitted → committed | failed | expired`, each step written before the next is taken,
 * and the signed payload stored **before** the first submit. A worker that dies anywhere leaves a record from which another goes on.
 * @param epoch in which the plan was made: what a worker signs after a long sleep can no longer commit.
 * @returns the final record, or a live one as {@link settle} says.
 * @throws {ManifestRefusedError} from the signer; the attempt is recorded as failed and nothing was signed; {EpochRefusedError} and
 * {WithdrawalCapError} likewise.
 * @throws {IntentStillOpenError} @throws {FencedOffError}
 */
export async function commitOnce(
  claim: Claim,
  candidate: CandidateMessage,
  attempt: number,
  plan: StoredPlan,
  manifest: string,
  epoch: number,
  deps: CommitDeps,
): Promise<ExecutionRecord> {
  const nowMs = deps.clock.now()
  const planned: ExecutionRecord = {
    schemaVersion: 1,
    cdpId: candidate.cdpId,
    attempt,
    state: 'planned',
    runId: candidate.runId,
    candidateStateVersion: candidate.stateVersion,
    expectedProfitXrd: plan.terms.profitXrd,
    planJson: planToJson(plan),
    signed: null,
    realised: null,
    reason: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  }
  await deps.journal.begin(claim, planned)
  await deps.faults.at('after-begin')
  const signed = await sign(claim, planned, manifest, epoch, deps)
  return settle(claim, signed, deps)
}

async function sign(
  claim: Claim,
  planned: ExecutionRecord,
  manifest: string,
  epoch: number,
  deps: CommitDeps,
): Promise<ExecutionRecord> {
  const window = { startEpochInclusive: epoch, endEpochExclusive: epoch + deps.limits.windowEpochs }
  const signed = await refusalRecorded(claim, planned, () => deps.signer.sign(manifest, window), deps)
  await deps.faults.at('after-sign')
  const record = await advance(claim, planned, { state: 'signed', signed }, deps)
  await deps.faults.at('after-record-signed')
  deps.log.emit({
    event: 'liquidator.intent_signed',
    attempt: planned.attempt,
    endEpochExclusive: window.endEpochExclusive,
  })
  return record
}

const REFUSALS = [ManifestRefusedError, EpochRefusedError, WithdrawalCapError]

/** A refused manifest ends the attempt, and the journal says why. */
async function refusalRecorded<T>(
  claim: Claim,
  planned: ExecutionRecord,
  sign: () => Promise<T>,
  deps: CommitDeps,
): Promise<T> {
  try {
    return await sign()
  } catch (error) {
    if (REFUSALS.some((refusal) => error instanceof refusal) && error instanceof Error)
      await advance(claim, planned, { state: 'failed', reason: error.message }, deps)
    throw error
  }
}
