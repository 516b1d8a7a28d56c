import { Decimal } from '../decimal.ts'
import type { Alternative } from './alternative.ts'
import { fungibleAlternatives } from './fungible-alternatives.ts'
import { nftAlternatives } from './nft-alternatives.ts'
import { cdpForbidden } from './permission.ts'
import type {
  ConsideredAlternative,
  ExitQuote,
  LiquidationPlan,
  PlanningInput,
  PlanVerdict,
  QuoteRequest,
} from './plan.ts'
import { type QuoteBook, quoteBookOf, recordingQuoteBook } from './quote-book.ts'
import { leastProfitXrd } from './terms.ts'

/**
 * The quotes that {@link choosePlan} needs for the same input: all of them, each once. Ask the venues, then call it with the answers;
 * a swap without an answer is not planned.
 */
export function requiredQuotes(input: PlanningInput): readonly QuoteRequest[] {
  if (cdpForbidden(input.policy, input.cdp.id, input.nowMs)) return []
  const book = recordingQuoteBook()
  alternativesFor(input, book)
  return book.asked()
}

/**
 * Enumerates which debt, how much of it, which collateral, which funding and which exit; prices each and picks the best by expected
 * profit. Protocol mode, where nothing earns the minimum, picks what repays most debt within the loss allowed: its purpose is less
 * bad debt, and the least loss would be the least help. Never throws for a CDP that cannot be liquidated: why not stands in the
 * verdict.
 * @returns also a table of what was looked at: the chosen, the most profitable others and each distinct reason against the rest; not all of
 * the hundreds, for the table is stored with the execution.
 */
export function choosePlan(input: PlanningInput, quotes: readonly ExitQuote[]): PlanVerdict {
  const forbidden = cdpForbidden(input.policy, input.cdp.id, input.nowMs)
  if (forbidden) return { kind: 'impossible', why: forbidden, alternatives: [] }
  const alternatives = alternativesFor(input, quoteBookOf(quotes))
  const best = mostProfitable(alternatives)
  if (!best)
    return { kind: 'impossible', why: whyImpossible(alternatives), alternatives: table(alternatives.map(ruledOut)) }

  const { minProfitXrd } = input.policy
  const bestProfitXrd = best.plan.terms.profitXrd
  const leastXrd = leastProfitXrd(input.policy, input.lossBudgetLeftXrd)
  const chosen = bestProfitXrd.gte(minProfitXrd) ? best : mostRepaying(alternatives, leastXrd)
  const considered = table(alternatives.map((each) => consider(each, chosen, best, minProfitXrd)))
  return chosen
    ? { kind: 'planned', plan: chosen.plan, alternatives: considered }
    : { kind: 'unprofitable', bestProfitXrd, minProfitXrd: leastXrd, alternatives: considered }
}

function alternativesFor(input: PlanningInput, quotes: QuoteBook): readonly Alternative[] {
  return [...fungibleAlternatives(input, quotes), ...nftAlternatives(input, quotes)]
}

/** Reasons named in one line. */
const MAX_REASONS = 4
/** Rows of the table with a price, and as many without. */
const MAX_TABLED = 20

type Planned = Extract<Alternative, { plan: LiquidationPlan }>

/** Of equals the first: alternatives are enumerated in the order of preference, larger sizes and own funds first. */
function mostProfitable(alternatives: readonly Alternative[]): Planned | undefined {
  return alternatives.reduce<Planned | undefined>((best, each) => {
    if (!('plan' in each)) return best
    return !best || each.plan.terms.profitXrd.gt(best.plan.terms.profitXrd) ? each : best
  }, undefined)
}

/** What a protocol-mode liquidation is for: of all within the loss allowed, the one that repays most, then the one that loses least. */
function mostRepaying(alternatives: readonly Alternative[], leastXrd: Decimal): Planned | undefined {
  return alternatives.reduce<Planned | undefined>((best, each) => {
    if (!('plan' in each) || each.plan.terms.profitXrd.lt(leastXrd)) return best
    if (!best) return each
    const more = each.plan.terms.paidXrd.compareTo(best.plan.terms.paidXrd)
    return more > 0 || (more === 0 && each.plan.terms.profitXrd.gt(best.plan.terms.profitXrd)) ? each : best
  }, undefined)
}

function consider(
  each: Alternative,
  chosen: Planned | undefined,
  best: Planned,
  minProfitXrd: Decimal,
): ConsideredAlternative {
  if (!('plan' in each)) return ruledOut(each)
  const profitXrd = each.plan.terms.profitXrd
  const seen = { label: each.label, plan: each.plan, profitXrd }
  if (each === chosen)
    return each.plan.terms.profitXrd.gte(minProfitXrd)
      ? { ...seen, verdict: 'chosen', why: `the best, and at least the ${minProfitXrd} XRD demanded` }
      : { ...seen, verdict: 'chosen', why: 'repays most within the loss that protocol mode allows' }
  if (profitXrd.lt(minProfitXrd))
    return { ...seen, verdict: 'less-profitable', why: `below the ${minProfitXrd} XRD demanded` }
  return { ...seen, verdict: 'less-profitable', why: `the best brings ${best.plan.terms.profitXrd} XRD` }
}

function table(considered: readonly ConsideredAlternative[]): readonly ConsideredAlternative[] {
  const priced = considered
    .filter((each) => each.profitXrd !== undefined)
    .sort((a, b) => rank(a) - rank(b) || (b.profitXrd ?? Decimal.ZERO).compareTo(a.profitXrd ?? Decimal.ZERO))
  const byReason = new Map(considered.filter((each) => each.profitXrd === undefined).map((each) => [each.why, each]))
  return [...priced.slice(0, MAX_TABLED), ...[...byReason.values()].slice(0, MAX_TABLED)]
}

function rank({ verdict }: ConsideredAlternative): number {
  return verdict === 'chosen' ? 0 : 1
}

function ruledOut(alternative: Alternative): ConsideredAlternative {
  const { label } = alternative
  return {
    label,
    plan: undefined,
    profitXrd: undefined,
    verdict: 'impossible',
    why: 'why' in alternative ? alternative.why : 'not priced',
  }
}

function whyImpossible(alternatives: readonly Alternative[]): string {
  const reasons = new Set(alternatives.flatMap((each) => ('why' in each ? [each.why] : [])))
  if (reasons.size === 0) return 'the CDP owes or pledges nothing that can be liquidated'
  const more = reasons.size > MAX_REASONS ? [`and ${reasons.size - MAX_REASONS} other reasons`] : []
  return [...[...reasons].slice(0, MAX_REASONS), ...more].join('; ')
}
