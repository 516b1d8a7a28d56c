import type { ConsumerFault } from '@weft/aws'
import { sweepLeftovers } from './commit/sweep.ts'
import type { LiquidatorDeps } from './deps.ts'

/** A fault is logged once, here. */
export function reportFault(fault: ConsumerFault, deps: Pick<LiquidatorDeps, 'log' | 'metrics'>): void {
  const { kind, messageId, receiveCount, error, afterSeconds, isDead } = fault
  const log = messageId === undefined ? deps.log : deps.log.along({ requestId: messageId })
  if (kind === 'put-off') {
    deps.metrics.count('CandidatesPutOff')
    log.emit({ event: 'liquidator.candidate_put_off', afterSeconds: afterSeconds ?? 0 }, error)
    return
  }
  const then = { ...(afterSeconds !== undefined && { afterSeconds }), ...(isDead && { isDead }) }
  log.emit({ event: 'liquidator.candidate_faulted', kind, receiveCount: receiveCount ?? 0, ...then }, error)
}

/** How many of the newest executions a sweep looks at. */
const SWEEP_LIMIT = 200

/** Sweeping is housekeeping: when it fails, the next one comes. */
export async function sweep(deps: LiquidatorDeps): Promise<void> {
  try {
    await sweepLeftovers(SWEEP_LIMIT, deps)
  } catch (error) {
    deps.log.emit({ event: 'liquidator.sweep_faulted' }, error)
  }
}
