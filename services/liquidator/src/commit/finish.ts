import type { Claim, ExecutionRecord, OperatingMode } from '@weft/domain'
import { heldByIntent, type LiquidationOutcome } from '../outcome/outcome.ts'
import { isLive, outcomeOf } from '../outcome/record-outcome.ts'
import { lookAt, type SettleDeps, settle } from './settle.ts'

/**
 * Brings a live intent of an earlier worker to its end: the same payload is submitted again and followed. In dry-run nothing is
 * submitted; its fate is only looked at.
 * @throws {IntentStillOpenError} @throws {FencedOffError}
 */
export async function finish(
  claim: Claim,
  record: ExecutionRecord,
  mode: OperatingMode,
  deps: SettleDeps,
): Promise<LiquidationOutcome> {
  const { state, attempt } = record
  deps.log.emit({ event: 'liquidator.intent_picked_up', state, attempt })
  const after = mode === 'live' ? await settle(claim, record, deps) : await lookAt(claim, record, deps)
  if (!isLive(after)) return outcomeOf(after)
  return heldByIntent(after)
}
