import type {
  CandidateMessage,
  ConsideredAlternative,
  Decimal,
  LiquidationPlan,
  MarketSnapshot,
  ResourceAddress,
  SyncPoint,
} from '@weft/domain'
import type { LiquidatorDeps } from '../deps.ts'
import { type GuardVerdict, pass, stop } from '../outcome/outcome.ts'
import { type Judged, judge, lookAgain } from './judge.ts'
import { planAndPreview, withSingleCalls } from './plan-and-preview.ts'

/** A plan whose dry run did what was planned. */
export interface Rehearsed {
  readonly plan: LiquidationPlan
  readonly alternatives: readonly ConsideredAlternative[]
  readonly manifest: string
  readonly feeXrd: Decimal
  /** The market that the plan was made on. */
  readonly market: MarketSnapshot
  /** Where the ledger stood when the CDP was read. */
  readonly tip: SyncPoint
}

/** Dry runs of one candidate; in a shock each moves the exchange that the next one counts on. */
const MAX_REHEARSALS = 3

/**
 * Plan and dry run. When the ledger's dry run does not do what was planned, the world has moved: everything is looked at again,
 * and a CDP that a competitor took meanwhile is stale rather than a mismatch.
 */
export async function rehearse(
  candidate: CandidateMessage,
  first: Judged,
  balances: ReadonlyMap<ResourceAddress, Decimal>,
  lossesTodayXrd: Decimal,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Rehearsed>> {
  let { reading, health } = first
  for (let rehearsal = 1; ; rehearsal += 1) {
    // A dry run that keeps doing something else may be due to several calls, which nobody has seen the market take.
    const rehearsedWith = rehearsal < MAX_REHEARSALS ? deps : withSingleCalls(deps)
    const rehearsed = await planAndPreview(reading, health, balances, lossesTodayXrd, rehearsedWith)
    if (rehearsed.kind === 'unplanned') return stop(rehearsed.verdict)
    const { manifest, matched } = rehearsed
    const { plan, alternatives } = rehearsed.verdict
    if (matched.kind === 'pass')
      return pass({ plan, alternatives, manifest, feeXrd: matched.value, market: reading.market, tip: reading.tip })
    if (rehearsal === MAX_REHEARSALS) return matched
    const again = await lookAgain(candidate, rehearsal === 1 ? 'fresh' : 'exact', deps)
    if (again.kind === 'stop') return again
    const judged = await judge(candidate, again.value, deps)
    if (judged.kind === 'stop') return judged
    ;({ reading, health } = judged.value)
  }
}
