import type { ExitQuote, QuoteRequest } from './plan.ts'

/** Where planning looks up what a swap fetches. */
export interface QuoteBook {
  /** The best answer of any venue; `undefined` when none has a route, and for a swap of nothing. */
  best(request: QuoteRequest): ExitQuote | undefined
}

/** The quotes that venues gave. Of several for one request the greatest amount wins, the first of equals. */
export function quoteBookOf(quotes: readonly ExitQuote[]): QuoteBook {
  const bests = new Map<string, ExitQuote>()
  for (const quote of quotes) {
    const known = bests.get(keyOf(quote))
    if (!known || quote.amountOut.gt(known.amountOut)) bests.set(keyOf(quote), quote)
  }
  return { best: (request) => bests.get(keyOf(request)) }
}

/** Answers nothing and remembers what was asked: planning with it once names the quotes that planning needs. */
export function recordingQuoteBook(): QuoteBook & { readonly asked: () => readonly QuoteRequest[] } {
  const requests = new Map<string, QuoteRequest>()
  return {
    best: ({ from, to, amountIn }) => {
      if (amountIn.isPositive()) requests.set(keyOf({ from, to, amountIn }), { from, to, amountIn })
      return undefined
    },
    asked: () => [...requests.values()],
  }
}

function keyOf({ from, to, amountIn }: QuoteRequest): string {
  return `${from} ${to} ${amountIn}`
}
