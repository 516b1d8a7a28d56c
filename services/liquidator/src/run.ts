import { type AwsClients, type ConsumerFault, SqsConsumer, type StopReport } from '@weft/aws'
import { CandidateMessage } from '@weft/domain'
import type { LiquidatorDeps } from './deps.ts'
import { liquidate } from './liquidate.ts'
import type { LiquidationOutcome } from './outcome.ts'
import { sweepLeftovers } from './sweep.ts'

export interface LiquidatorRunOptions {
  readonly sqs: AwsClients['sqs']
  readonly queueUrl: string
  readonly deps: LiquidatorDeps
  /** Liquidations at once. */
  readonly concurrency: number
  /** Longer than a claim lasts, so that a dead worker's message finds its claim lapsed. */
  readonly visibilityTimeoutSeconds: number
  /** Length of a long poll; also how long stopping may take on an empty queue. */
  readonly waitTimeSeconds?: number
  /** Pause between two looks at executions that nobody's message leads to any more. */
  readonly sweepEveryMs: number
  /** Hears of each outcome once its message may be acknowledged. */
  readonly onOutcome?: (candidate: CandidateMessage, outcome: LiquidationOutcome) => void
}

export interface RunningLiquidator {
  readonly inFlight: number
  /** Takes no more candidates, finishes those in work until the deadline, hands back the rest. */
  stop(deadlineMs: number): Promise<StopReport>
}

/** The liquidator as one process: the same core as behind the Lambda, fed from the queue with bounded concurrency. */
export function startLiquidator(options: LiquidatorRunOptions): RunningLiquidator {
  const { deps } = options
  const consumer = new SqsConsumer(options.sqs, {
    queueUrl: options.queueUrl,
    schema: CandidateMessage,
    concurrency: options.concurrency,
    ...(options.waitTimeSeconds === undefined ? {} : { waitTimeSeconds: options.waitTimeSeconds }),
    visibilityTimeoutSeconds: options.visibilityTimeoutSeconds,
    handle: async (candidate, { messageId }) => {
      const log = deps.log.along({ requestId: messageId })
      options.onOutcome?.(candidate, await liquidate(candidate, { ...deps, log }))
    },
    onFault: (fault) => reportFault(fault, deps),
  })
  consumer.start()
  const sweeps = setInterval(() => void sweep(deps), options.sweepEveryMs)
  return {
    get inFlight() {
      return consumer.inFlight
    },
    stop: (deadlineMs) => {
      clearInterval(sweeps)
      return consumer.stop(deadlineMs)
    },
  }
}

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
