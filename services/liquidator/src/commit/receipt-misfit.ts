import { type AccountAddress, type CommittedReceipt, Decimal, type ExecutionRecord } from '@weft/domain'
import { previewMatches } from '../decide/guards/preview-matches.ts'
import type { StoredPlan } from './stored-plan.ts'

/** No ledger writes so many versions a second *(inferred: the live one some tens)*; what is further along is beyond any tip. */
const VERSIONS_PER_MS = 1
const VERSIONS_SLACK = 100_000

/**
 * Why a receipt cannot be that of the execution: a state version before the candidate was found, or beyond the tip that the Gateway tells or
 * that time allows, or balance changes that what was signed cannot make. A receipt that does not fit ends nothing.
 * @param tipStateVersion of the ledger that gave the receipt.
 */
export function receiptMisfit(
  receipt: CommittedReceipt,
  record: ExecutionRecord,
  plan: Pick<StoredPlan, 'expectedChanges' | 'payment'>,
  at: { readonly tipStateVersion: number; readonly nowMs: number; readonly account: AccountAddress },
): string | undefined {
  const { stateVersion } = receipt
  const reachable = record.candidateStateVersion + (at.nowMs - record.createdAtMs) * VERSIONS_PER_MS + VERSIONS_SLACK
  if (stateVersion < record.candidateStateVersion)
    return `it is of state version ${stateVersion}, the candidate of ${record.candidateStateVersion}`
  if (stateVersion > at.tipStateVersion || stateVersion > reachable)
    return `it is of state version ${stateVersion}, beyond the ledger's tip`
  if (receipt.feeXrd.isNegative()) return 'its fee is negative'
  if (!receipt.success) return undefined
  const { changes, feeXrd } = receipt
  const effects = previewMatches(plan, { kind: 'succeeded', feeXrd, changes }, at.account, Decimal.ONE)
  if (effects.kind === 'pass' || effects.outcome.kind !== 'preview-mismatch') return undefined
  const { resource, plannedChange, previewedChange } = effects.outcome
  return `it says that ${previewedChange} of ${resource} moved, ${plannedChange} were signed for`
}
