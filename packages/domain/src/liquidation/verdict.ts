import type { Decimal } from '../decimal.ts'
import { type Alternative, isPriced, isRuledOut, type PricedAlternative, type RuledOut } from './alternative.ts'
import type { ConsideredAlternative, PlanningInput, PlanVerdict } from './plan.ts'
import { leastProfitXrd } from './terms.ts'

/**
 * Picks the best of what was looked at by expected profit. Protocol mode, where nothing earns the minimum, picks what repays most debt
 * within the loss allowed: its purpose is less bad debt, and the least loss would be the least help.
 * @returns also a table of what was looked at: the chosen, the most profitable others and each distinct reason against the rest; not all
 * of the hundreds, for the table is stored with the execution.
 */
export function verdictOn(alternatives: readonly Alternative[], input: PlanningInput): PlanVerdict {
  const priced = alternatives.filter(isPriced)
  const impossible = alternatives.filter(isRuledOut)
  const best = mostProfitable(priced)
  if (!best) return { kind: 'impossible', why: whyImpossible(impossible), alternatives: reasonsOf(impossible) }

  const { minProfitXrd } = input.policy
  const bestProfitXrd = best.terms.profitXrd
  const leastXrd = leastProfitXrd(input)
  const chosen = bestProfitXrd.gte(minProfitXrd) ? best : mostRepaying(priced, input)
  const considered = [
    ...ranked(priced, chosen).map((each) => consider(each, chosen, best, minProfitXrd)),
    ...reasonsOf(impossible),
  ]
  return chosen
    ? { kind: 'planned', plan: chosen.plan(), alternatives: considered }
    : { kind: 'unprofitable', bestProfitXrd, minProfitXrd: leastXrd, alternatives: considered }
}

/** Reasons named in one line. */
const MAX_REASONS = 4
/** Rows of the table with a price, and as many without. */
const MAX_TABLED = 20

/** Of equals the first: alternatives are enumerated in the order of preference, larger sizes and own funds first. */
function mostProfitable(alternatives: readonly PricedAlternative[]): PricedAlternative | undefined {
  return alternatives.reduce<PricedAlternative | undefined>(
    (best, each) => (!best || each.terms.profitXrd.gt(best.terms.profitXrd) ? each : best),
    undefined,
  )
}

/** What a protocol-mode liquidation is for: of all within the loss allowed, the one that repays most, then the one that loses least. */
function mostRepaying(alternatives: readonly PricedAlternative[], input: PlanningInput): PricedAlternative | undefined {
  return alternatives.reduce<PricedAlternative | undefined>((best, each) => {
    if (each.terms.profitXrd.lt(leastProfitXrd(input, each.repaidXrd))) return best
    if (!best) return each
    const more = each.repaidXrd.compareTo(best.repaidXrd)
    return more > 0 || (more === 0 && each.terms.profitXrd.gt(best.terms.profitXrd)) ? each : best
  }, undefined)
}

/** The rows of the table: the chosen one, then by profit. */
function ranked(
  priced: readonly PricedAlternative[],
  chosen: PricedAlternative | undefined,
): readonly PricedAlternative[] {
  const others = priced.filter((each) => each !== chosen).sort((a, b) => b.terms.profitXrd.compareTo(a.terms.profitXrd))
  return [...(chosen ? [chosen] : []), ...others].slice(0, MAX_TABLED)
}

function consider(
  each: PricedAlternative,
  chosen: PricedAlternative | undefined,
  best: PricedAlternative,
  minProfitXrd: Decimal,
): ConsideredAlternative {
  const { profitXrd } = each.terms
  const seen = { label: each.label(), profitXrd }
  if (each === chosen)
    return profitXrd.gte(minProfitXrd)
      ? { ...seen, verdict: 'chosen', why: `the best, and at least the ${minProfitXrd} XRD demanded` }
      : { ...seen, verdict: 'chosen', why: 'repays most within the loss that protocol mode allows' }
  if (profitXrd.lt(minProfitXrd))
    return { ...seen, verdict: 'less-profitable', why: `below the ${minProfitXrd} XRD demanded` }
  return { ...seen, verdict: 'less-profitable', why: `the best brings ${best.terms.profitXrd} XRD` }
}

/** One row for each distinct reason. */
function reasonsOf(impossible: readonly RuledOut[]): readonly ConsideredAlternative[] {
  const byReason = new Map(impossible.map((each) => [each.why, each]))
  return [...byReason.values()]
    .slice(0, MAX_TABLED)
    .map(({ label, why }) => ({ label: label(), profitXrd: undefined, verdict: 'impossible', why }))
}

function whyImpossible(impossible: readonly RuledOut[]): string {
  const reasons = new Set(impossible.map(({ why }) => why))
  if (reasons.size === 0) return 'the CDP owes or pledges nothing that can be liquidated'
  const more = reasons.size > MAX_REASONS ? [`and ${reasons.size - MAX_REASONS} other reasons`] : []
  return [...[...reasons].slice(0, MAX_REASONS), ...more].join('; ')
}
