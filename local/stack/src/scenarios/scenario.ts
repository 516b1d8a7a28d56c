import type { FaultPlanInput, GenesisOverrides, NearThreshold } from '@weft/ledger'

/** One change of the simulated world, in ledger time from the start of the scenario; what `advance-time` skips does not count. */
export type ScenarioStep = { readonly atMs: number } & (
  | {
      readonly kind: 'scale-prices'
      /** Symbol → factor on its price at the scenario's start, as decimal text. */
      readonly factors: Readonly<Record<string, string>>
      readonly feedOnly?: boolean
    }
  | {
      readonly kind: 'set-prices'
      /** Symbol → XRD for one whole unit, as decimal text. */
      readonly prices: Readonly<Record<string, string>>
      /** The feed alone is wrong; the market (the DEX) does not follow. */
      readonly feedOnly?: boolean
    }
  /** Prices rise bit by bit, so that the CDPs of `crowd` cross their threshold one after another; lasts until all of them have. */
  | {
      readonly kind: 'cross-thresholds'
      readonly crowd: NearThreshold
      /** CDPs a minute. */
      readonly perMinute: number
      /** Whose prices rise. */
      readonly symbols: readonly string[]
    }
  | { readonly kind: 'advance-time'; readonly ms: number }
  | { readonly kind: 'halt'; readonly halted: boolean }
  | { readonly kind: 'faults'; readonly faults: FaultPlanInput }
  | {
      readonly kind: 'open-cdp'
      readonly name: string
      readonly collaterals: Readonly<Record<string, string>>
      readonly loans: Readonly<Record<string, string>>
    }
  /** As CDP #1138 was made: collateral by flash operation at a wrong price, as much borrowed as asked for, collateral taken back. */
  | {
      readonly kind: 'exploit-price'
      readonly collaterals: Readonly<Record<string, string>>
      readonly loans: Readonly<Record<string, string>>
      readonly takeBack: Readonly<Record<string, string>>
    }
  /** Waits until the dispatcher has finished one more run. */
  | { readonly kind: 'await-run' }
  | { readonly kind: 'actors'; readonly borrowers: number; readonly competitor: number }
)

/** What must hold at the end besides the rules that hold for every scenario. */
export interface Expectation {
  readonly liquidations: 'none' | 'some' | 'any'
  /** Outcome kinds that must have occurred at least once. */
  readonly outcomes?: readonly string[]
  /** At least so many candidates were stale when the liquidator looked. */
  readonly minStale?: number
  /** Symbols whose price must have been called untrusted. */
  readonly untrusted?: readonly string[]
  /** Some CDP must have been named for bad debt. */
  readonly badDebt?: true
  /** The dispatcher must have refused at least one run. */
  readonly refusedRuns?: true
  /** At some moment so large a share of all CDPs was liquidatable, 0–1. */
  readonly minLiquidatableShare?: number
  /** So many different CDPs a minute were queued, from the first to the last. */
  readonly minCandidatesPerMinute?: number
}

export interface Scenario {
  readonly name: string
  readonly summary: string
  readonly steps: readonly ScenarioStep[]
  readonly expectation: Expectation
  /** Length of the scripted part, in ledger time; the stack then drains until it is quiet. */
  readonly scriptMs: number
  /** The drain gives up after this much ledger time and the verdict says what was left. */
  readonly drainMs: number
  /** Ledger seconds in a real second while no service has anything in hand; 1 where real time is what is measured. */
  readonly rate: number
  /** Ledger time from one run to the next. */
  readonly cadenceMs?: number
  readonly liquidatorConcurrency?: number
  /** Milliseconds from submission to commit. */
  readonly commitDelayMs?: { readonly min: number; readonly max: number }
  /** Length of an epoch; a lost intent keeps its CDP waiting for up to two. */
  readonly epochMs?: number
  readonly gatewayFaults?: FaultPlanInput
  /** What the ledger is made of where it differs from a realistic market. */
  readonly genesis?: GenesisOverrides
  /** The liquidator's policy where it differs from the default. */
  readonly policy?: Readonly<Record<string, unknown>>
}
