import type { Alternative } from './alternative.ts'
import { askForFungibleQuotes, fungibleAlternatives } from './fungible-alternatives.ts'
import { nftAlternatives } from './nft-alternatives.ts'
import type { ExitQuote, PlanningInput } from './plan.ts'
import { type NotingQuoteBook, notingQuoteBook, type QuoteBook, quoteBookOf } from './quote-book.ts'

/** Every way to liquidate, in the order of preference among equals: larger sizes first. */
export function alternativesFor(
  input: PlanningInput,
  quotes: readonly ExitQuote[],
  further: NotingQuoteBook = notingQuoteBook(quotes),
): readonly Alternative[] {
  const book = quoteBookOf(quotes)
  return [...fungibleAlternatives(input, book, further), ...nftAlternatives(input, book)]
}

/** Looks up what {@link alternativesFor} will look up, without pricing anything. */
export function askForQuotes(input: PlanningInput, quotes: QuoteBook): void {
  askForFungibleQuotes(input, quotes)
  nftAlternatives(input, quotes)
}
