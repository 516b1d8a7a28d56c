import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { ExitQuote, QuoteRequest } from './plan.ts'

/** What planning knows of the venues: answers, and what it looked up without one. */
export class QuoteBook {
  readonly #bests = new ByRequest<ExitQuote>()
  readonly #asked = new ByRequest<QuoteRequest>()
  #wanted: QuoteRequest[] = []
  /** By pair, of any amount. */
  readonly #bestRates = new Map<string, Decimal>()
  /** Once anything is answered, pairs without an answer are those that nobody trades: asking for them again would tell nothing. */
  #traded: Set<string> | undefined
  #misses = 0

  /** The best answer of any venue; `undefined` when there is none, and for a swap of nothing. What is missing is noted. */
  best(request: QuoteRequest): ExitQuote | undefined {
    const quote = this.#bests.get(request)
    if (quote || !request.amountIn.isPositive()) return quote
    if (this.#traded && !this.#traded.has(pairOf(request))) return undefined
    this.#misses += 1
    if (!this.#asked.get(request)) {
      const { from, to, amountIn } = request
      this.#wanted.push({ from, to, amountIn })
      this.#asked.set(request, request)
    }
    return undefined
  }

  /** What one unit fetched in the best of all answers for this pair, mostly the smallest trade's: the market's price as far as known. */
  bestRate(pair: Pick<QuoteRequest, 'from' | 'to'>): Decimal {
    return this.#bestRates.get(pairOf(pair)) ?? Decimal.ZERO
  }

  /** Of several answers to one request the greatest amount wins, the first of equals. What was wanted so far is settled with it. */
  answer(quotes: readonly ExitQuote[]): void {
    this.#wanted = []
    this.#traded ??= new Set()
    for (const quote of quotes) {
      const pair = pairOf(quote)
      this.#traded.add(pair)
      const rate = quote.amountOut.dividedBy(quote.amountIn)
      this.#bestRates.set(pair, Decimal.max(this.#bestRates.get(pair) ?? Decimal.ZERO, rate))
      const known = this.#bests.get(quote)
      if (!known || quote.amountOut.gt(known.amountOut)) this.#bests.set(quote, quote)
    }
  }

  /** What was looked up in vain since the last answer, in that order; nothing twice, for who had no answer has none. */
  wanted(): readonly QuoteRequest[] {
    return this.#wanted
  }

  /** What `look` finds, and whether it had every quote that it looked up of pairs that are traded. */
  whileLooking<T>(look: () => T): { readonly found: T; readonly isComplete: boolean } {
    const before = this.#misses
    const found = look()
    return { found, isComplete: this.#misses === before }
  }
}

function pairOf({ from, to }: Pick<QuoteRequest, 'from' | 'to'>): string {
  return `${from} ${to}`
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
