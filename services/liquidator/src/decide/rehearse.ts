import type { ConsideredAlternative, Decimal, LiquidationPlan, MarketSnapshot, SyncPoint } from '@weft/domain'
import type { LiquidatorDeps } from '../deps.ts'
import type { Facts, Finding, Subject } from './facts.ts'
import { judge, lookAgain } from './judge.ts'
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
  subject: Subject,
  before: Pick<Facts, 'reading' | 'health' | 'balances' | 'lossesTodayXrd'>,
  deps: LiquidatorDeps,
): Promise<Finding> {
  const { balances, lossesTodayXrd } = before
  let { reading, health } = before
  for (let rehearsal = 1; ; rehearsal += 1) {
    // A dry run that keeps doing something else may be due to several calls, which nobody has seen the market take.
    const rehearsedWith = rehearsal < MAX_REHEARSALS ? deps : withSingleCalls(deps)
    const tried = await planAndPreview(reading, health, balances, lossesTodayXrd, rehearsedWith)
    if (tried.kind === 'unplanned') return { stop: tried.verdict, learned: { tried } }
    const { manifest, matched } = tried
    const { plan, alternatives } = tried.verdict
    if (matched.kind === 'pass') {
      const { market, tip } = reading
      return { learned: { tried, rehearsed: { plan, alternatives, manifest, feeXrd: matched.value, market, tip } } }
    }
    if (rehearsal === MAX_REHEARSALS || !subject.looks.take())
      return { stop: matched.outcome, learned: { tried, reading, health } }
    const again = await lookAgain(subject, rehearsal === 1 ? 'fresh' : 'exact', deps)
    if (again.kind === 'stop') return { stop: again.outcome, learned: { tried } }
    const judged = await judge(subject, again.value, deps)
    if (judged.kind === 'stop') return { stop: judged.outcome, learned: { tried } }
    ;({ reading, health } = judged.value)
  }
}
