import { Decimal, type ExecutionRecord, LIVE_STATES, StoredObjectError } from '@weft/domain'
import type { LiquidationOutcome } from './outcome.ts'

/** Whether its transaction may still commit. */
export function isLive(record: ExecutionRecord): boolean {
  return LIVE_STATES.includes(record.state)
}

/** What a final record says of its candidate. @throws {StoredObjectError} when it lacks what its state promises. */
export function outcomeOf(record: ExecutionRecord): LiquidationOutcome {
  const { attempt, signed, realised } = record
  const where = `execution ${record.attempt} of CDP ${record.cdpId}`
  if (!signed) throw new StoredObjectError(where, `it is ${record.state} but holds no signed transaction`)
  switch (record.state) {
    case 'committed':
      if (!realised) throw new StoredObjectError(where, 'it is committed but holds no realised outcome')
      return {
        kind: 'liquidated',
        attempt,
        intentHash: signed.intentHash,
        committedStateVersion: realised.committedStateVersion,
        expectedProfitXrd: record.expectedProfitXrd,
        realisedProfitXrd: realised.realisedProfitXrd,
        feeXrd: realised.feeXrd,
      }
    case 'failed':
      return {
        kind: 'failed',
        attempt,
        intentHash: signed.intentHash,
        reason: record.reason ?? 'unknown',
        feeXrd: realised?.feeXrd ?? Decimal.ZERO,
      }
    case 'expired':
      return { kind: 'expired', attempt, intentHash: signed.intentHash, endEpochExclusive: signed.endEpochExclusive }
    default:
      throw new StoredObjectError(where, `it is ${record.state}, not final`)
  }
}
