import type { CdpId, Claim, Clock, ExecutionJournal, ExecutionRecord } from '@weft/domain'
import type { EventLog } from '@weft/telemetry'
import type { LiquidatorEvent } from '../events.ts'
import type { FaultPort } from './faults.ts'

export interface ClaimDeps {
  readonly journal: ExecutionJournal
  readonly clock: Clock
  readonly owner: string
  readonly limits: { readonly leaseMs: number; readonly restMs: number }
  readonly faults: FaultPort
  readonly log: EventLog<LiquidatorEvent>
}

export type UnderClaim<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'held'; readonly owner: string; readonly leaseUntilMs: number }

/**
 * Does `work` while this worker alone may write of the CDP, and gives it back whatever happens.
 * @param isFruitless of what came out: whether the CDP rests for a while, since looking again at once could find nothing else.
 */
export async function underClaim<T>(
  cdpId: CdpId,
  deps: ClaimDeps,
  work: (claim: Claim, latest: ExecutionRecord | undefined) => Promise<T>,
  isFruitless: (value: T) => boolean = () => false,
): Promise<UnderClaim<T>> {
  await deps.faults.at('before-claim')
  const claimed = await deps.journal.claim(cdpId, deps.owner, deps.clock.now(), deps.limits.leaseMs)
  if (claimed.kind === 'held') return claimed
  let restUntilMs: number | undefined
  try {
    await deps.faults.at('after-claim')
    const value = await work(claimed.claim, claimed.latest)
    if (isFruitless(value)) restUntilMs = deps.clock.now() + deps.limits.restMs
    await deps.faults.at('before-release')
    return { kind: 'done', value }
  } finally {
    await release(claimed.claim, restUntilMs, deps)
  }
}

/** A claim that cannot be given back lapses by itself; that must not undo what was done under it. */
async function release(claim: Claim, restUntilMs: number | undefined, deps: ClaimDeps): Promise<void> {
  try {
    await deps.journal.release(claim, restUntilMs)
  } catch (error) {
    deps.log.emit({ event: 'liquidator.release_failed', leaseUntilMs: claim.leaseUntilMs }, error)
  }
}
