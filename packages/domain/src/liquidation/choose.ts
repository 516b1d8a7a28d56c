import type { Decimal } from '../decimal.ts'
import { type Alternative, isPriced, isRuledOut, type PricedAlternative, type RuledOut } from './alternative.ts'
import { alternativesFor, askForQuotes } from './alternatives.ts'
import { FURTHER_ROUNDS } from './fungible-alternatives.ts'
import { cdpForbidden } from './permission.ts'
import type { ConsideredAlternative, ExitQuote, PlanningInput, PlanVerdict, QuoteRequest } from './plan.ts'
import { notingQuoteBook, recordingQuoteBook } from './quote-book.ts'
import { leastProfitXrd } from './terms.ts'

export { FURTHER_ROUNDS }

/**
 * The quotes that {@link choosePlan} needs for the same input: all of them, each once. Ask the venues, then call it with the answers;
 * a swap without an answer is not planned.
 */
export function requiredQuotes(input: PlanningInput): readonly QuoteRequest[] {
  if (cdpForbidden(input.policy, input.cdp.id, input.nowMs)) return []
  const book = recordingQuoteBook()
  askForQuotes(input, book)
  return book.asked()
}

/**
 * Further quotes that could make the choice better, in view of the first: sizes between those tried. Mostly none. Ask for them and look
 * again with all answers together, at most {@link FURTHER_ROUNDS} times; then call {@link choosePlan}.
 */
export function furtherQuotes(input: PlanningInput, quotes: readonly ExitQuote[]): readonly QuoteRequest[] {
  if (cdpForbidden(input.policy, input.cdp.id, input.nowMs)) return []
  const book = notingQuoteBook(quotes)
  const alternatives = alternativesFor(input, quotes, book)
  // Nothing is missing: these are the alternatives to choose from.
  if (book.asked().length === 0) explored.set(quotes, { input, alternatives })
  return book.asked()
}

/** What {@link furtherQuotes} has priced already, by the quotes that it was given. */
const explored = new WeakMap<
  readonly ExitQuote[],
  { readonly input: PlanningInput; readonly alternatives: readonly Alternative[] }
>()

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
  const known = explored.get(quotes)
  const alternatives = known?.input === input ? known.alternatives : alternativesFor(input, quotes)
  const priced = alternatives.filter(isPriced)
  const impossible = alternatives.filter(isRuledOut)
  const best = mostProfitable(priced)
  if (!best) return { kind: 'impossible', why: whyImpossible(impossible), alternatives: reasonsOf(impossible) }

  const { minProfitXrd } = input.policy
  const bestProfitXrd = best.terms.profitXrd
  const leastXrd = leastProfitXrd(input.policy, input.lossBudgetLeftXrd)
  const chosen = bestProfitXrd.gte(minProfitXrd) ? best : mostRepaying(priced, leastXrd)
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
function mostRepaying(alternatives: readonly PricedAlternative[], leastXrd: Decimal): PricedAlternative | undefined {
  return alternatives.reduce<PricedAlternative | undefined>((best, each) => {
    if (each.terms.profitXrd.lt(leastXrd)) return best
    if (!best) return each
    const more = each.terms.paidXrd.compareTo(best.terms.paidXrd)
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
