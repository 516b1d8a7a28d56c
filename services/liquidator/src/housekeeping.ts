import type { ConsumerFault } from '@weft/aws'
import { sweepLeftovers } from './commit/sweep.ts'
import type { LiquidatorDeps } from './deps.ts'

/** A fault is logged once, here; the message it concerns stays in the queue. */
export function reportFault(fault: ConsumerFault, deps: Pick<LiquidatorDeps, 'log'>): void {
  const { kind, messageId, receiveCount, error } = fault
  const log = messageId === undefined ? deps.log : deps.log.along({ requestId: messageId })
  log.emit({ event: 'liquidator.candidate_faulted', kind, receiveCount: receiveCount ?? 0 }, error)
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
