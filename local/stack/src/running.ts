import type { Activity } from './activity.ts'
import type { LiquidatorLambda } from './liquidator-lambda.ts'
import type { LiquidatableWatch } from './report/liquidatable-watch.ts'
import type { Scenario } from './scenarios/scenario.ts'
import type { Stack, StackOptions } from './stack.ts'
import type { StackStatus } from './status.ts'

export interface RunOptions {
  readonly seed: number
  readonly cdps: number
  /** Ends the run early; the report then tells what had happened by then. */
  readonly stop?: AbortSignal
  /** Plays the script again and again until `stop`. */
  readonly endless?: boolean
  readonly statusEveryMs?: number
  readonly onStatus?: (status: StackStatus) => void
  /** One line now and then, for terminals without a live view. */
  readonly onProgress?: (line: string) => void
  /** Hands out the running stack, for those who want to look inside. */
  readonly onRunning?: (running: Running) => void
  readonly onAwsClients?: StackOptions['onAwsClients']
  /** Puts something between the liquidator and AWS, e.g. to record what it asks. @returns where the liquidator shall find AWS */
  readonly beforeAws?: (service: 'liquidator', endpoint: string) => Promise<string>
}

/** Everything that one run of a scenario shares. */
export interface Running {
  readonly stack: Stack
  readonly scenario: Scenario
  readonly activity: Activity
  readonly liquidator: LiquidatorLambda
  readonly watch: LiquidatableWatch
  /** Real time, of `performance.now()`. */
  readonly startedAtMs: number
  /** Unix milliseconds of the stack's clock. */
  readonly clockStartedAtMs: number
  readonly initialPrices: ReadonlyMap<string, string>
  peakRssBytes: number
  /** The ledger makes no rounds. */
  isLedgerHalted: boolean
  /** On the stack's clock, what the script skipped left out. */
  scriptStartedAtMs: number
  /** When the last run had been dispatched, on the stack's clock: from then on nobody looks for what is left, so it is judged as of then. */
  endedAtMs?: number
}
