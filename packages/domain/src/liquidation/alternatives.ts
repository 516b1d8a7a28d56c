import type { Alternative } from './alternative.ts'
import { askForFungibleQuotes, fungibleAlternatives } from './fungible-alternatives.ts'
import { nftAlternatives } from './nft-alternatives.ts'
import type { PlanningInput } from './plan.ts'
import type { QuoteBook } from './quote-book.ts'

/** Every way to liquidate, in the order of preference among equals: larger sizes first. */
export function alternativesFor(input: PlanningInput, quotes: QuoteBook): readonly Alternative[] {
  return [...fungibleAlternatives(input, quotes), ...nftAlternatives(input, quotes)]
}

/** Looks up what {@link alternativesFor} will look up, without pricing anything. */
export function askForQuotes(input: PlanningInput, quotes: QuoteBook): void {
  askForFungibleQuotes(input, quotes)
  nftAlternatives(input, quotes)
}
