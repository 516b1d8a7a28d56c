import type { Alternative } from './alternative.ts'
import type { PlanningInput } from './plan.ts'
import type { Proposal } from './proposals.ts'
import type { QuoteBook } from './quote-book.ts'

export function lsuFinanceAlternatives(_p: Proposal, _i: PlanningInput, _q: QuoteBook): readonly Alternative[] {
  return []
}
