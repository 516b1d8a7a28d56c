import type { ResourceAddress } from '../ids.ts'
import type { ExitQuote, QuoteRequest } from './plan.ts'

/** Where planning looks up what a swap fetches. */
export interface QuoteBook {
  /** The best answer of any venue; `undefined` when none has a route, and for a swap of nothing. */
  best(request: QuoteRequest): ExitQuote | undefined
}

/** The quotes that venues gave. Of several for one request the greatest amount wins, the first of equals. */
export function quoteBookOf(quotes: readonly ExitQuote[]): QuoteBook {
  const bests = new ByRequest<ExitQuote>()
  for (const quote of quotes) {
    const known = bests.get(quote)
    if (!known || quote.amountOut.gt(known.amountOut)) bests.set(quote, quote)
  }
  return { best: (request) => bests.get(request) }
}

/** Answers nothing and remembers what was asked: planning with it once names the quotes that planning needs. */
export function recordingQuoteBook(): QuoteBook & { readonly asked: () => readonly QuoteRequest[] } {
  const known = new ByRequest<QuoteRequest>()
  const requests: QuoteRequest[] = []
  return {
    best: (request) => {
      if (!request.amountIn.isPositive() || known.get(request)) return undefined
      const { from, to, amountIn } = request
      known.set(request, { from, to, amountIn })
      requests.push({ from, to, amountIn })
      return undefined
    },
    asked: () => requests,
  }
}

export interface NotingQuoteBook extends QuoteBook {
  /** What was looked up without an answer, of pairs that some venue trades: asking would tell. */
  readonly asked: () => readonly QuoteRequest[]
}

/** The quotes that venues gave, and a note of what is missing among them. */
export function notingQuoteBook(quotes: readonly ExitQuote[]): NotingQuoteBook {
  const known = quoteBookOf(quotes)
  const traded = new Set(quotes.map(({ from, to }) => `${from} ${to}`))
  const noted = recordingQuoteBook()
  return {
    best: (request) => {
      const quote = known.best(request)
      if (!quote && traded.has(`${request.from} ${request.to}`)) noted.best(request)
      return quote
    },
    asked: noted.asked,
  }
}

/** Looked up thousands of times in one choice: amounts are compared as they are, without being spelled out. */
class ByRequest<T> {
  readonly #byPair = new Map<ResourceAddress, Map<ResourceAddress, Map<bigint, T>>>()

  get({ from, to, amountIn }: QuoteRequest): T | undefined {
    return this.#byPair.get(from)?.get(to)?.get(amountIn.attos)
  }

  set({ from, to, amountIn }: QuoteRequest, value: T): void {
    const byTarget = this.#byPair.get(from) ?? new Map<ResourceAddress, Map<bigint, T>>()
    const byAmount = byTarget.get(to) ?? new Map<bigint, T>()
    byAmount.set(amountIn.attos, value)
    byTarget.set(to, byAmount)
    this.#byPair.set(from, byTarget)
  }
}
