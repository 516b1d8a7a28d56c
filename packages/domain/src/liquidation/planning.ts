import type { Alternative } from './alternative.ts'
import {
  askFor,
  between,
  candidateOf,
  type FungibleCandidate,
  priced,
  type TriedCandidate,
} from './fungible-alternatives.ts'
import { nftAlternatives } from './nft-alternatives.ts'
import { cdpForbidden } from './permission.ts'
import type { ExitQuote, PlanningInput, PlanVerdict, QuoteRequest } from './plan.ts'
import { type Proposals, proposalsFor } from './proposals.ts'
import { QuoteBook } from './quote-book.ts'
import { verdictOn } from './verdict.ts'

/** How often sizes between those tried are looked at; each time the gap shrinks to an eighth. */
const FURTHER_ROUNDS = 2

/**
 * The choice of one liquidation: which debt, how much of it, which collateral, which funding and which exit. Ask the venues for what is
 * {@link wanted}, hand in their answers, and again until nothing is wanted; then ask for the verdict. A swap without an answer is not
 * planned.
 */
export class Planning {
  readonly #input: PlanningInput
  /** Why the operator's lists forbid the CDP. */
  readonly #forbidden: string | undefined
  readonly #proposals: Proposals
  readonly #quotes = new QuoteBook()
  /** Still to be tried, in order: first every proposal, then sizes between those tried. */
  #open: readonly FungibleCandidate[]
  #tried: TriedCandidate[] | undefined
  #roundsLeft = FURTHER_ROUNDS

  constructor(input: PlanningInput) {
    this.#input = input
    this.#forbidden = cdpForbidden(input.policy, input.cdp.id, input.nowMs)
    this.#proposals = this.#forbidden ? { proposals: [], ruledOut: [] } : proposalsFor(input)
    this.#open = this.#proposals.proposals.map((proposal) => candidateOf(proposal, input))
    if (this.#forbidden) return
    for (const candidate of this.#open) askFor(candidate, input, this.#quotes)
    nftAlternatives(input, this.#quotes)
  }

  /** Quotes that planning needs, or that could make the choice better. Each is wanted once; after the first answers mostly none. */
  wanted(): readonly QuoteRequest[] {
    return this.#quotes.wanted()
  }

  /** The venues' answers to all that was wanted; what has none is not traded. */
  answer(quotes: readonly ExitQuote[]): void {
    this.#quotes.answer(quotes)
    this.#tryOpen()
    this.#lookBetween()
  }

  /** The best of what was looked at. Never throws for a CDP that cannot be liquidated: why not stands in the verdict. */
  verdict(): PlanVerdict {
    if (this.#forbidden) return { kind: 'impossible', why: this.#forbidden, alternatives: [] }
    return verdictOn(this.alternatives(), this.#input)
  }

  /** Everything that was looked at, in the order of preference among equals: larger sizes and own funds first. */
  alternatives(): readonly Alternative[] {
    if (this.#forbidden) return []
    while (this.#open.length > 0) this.answer([])
    return [
      ...(this.#tried ?? []).flatMap(({ alternatives }) => alternatives),
      ...this.#proposals.ruledOut,
      ...nftAlternatives(this.#input, this.#quotes),
    ]
  }

  /**
   * A size in between whose quotes are missing is left out, for what is kept unquoted counts by the oracle alone. Where any is missing
   * no further sizes are looked at.
   */
  #tryOpen(): void {
    const looks = this.#look(this.#open)
    this.#open = []
    if (this.#tried === undefined) {
      this.#tried = looks.map(({ found }) => found)
      return
    }
    this.#tried.push(...looks.filter(({ isComplete }) => isComplete).map(({ found }) => found))
    if (looks.some(({ isComplete }) => !isComplete)) this.#roundsLeft = 0
  }

  #lookBetween(): void {
    while (this.#roundsLeft > 0 && this.#open.length === 0) {
      this.#roundsLeft -= 1
      const sizes = between(this.#tried ?? []).map((proposal) => candidateOf(proposal, this.#input))
      const looks = this.#look(sizes)
      if (looks.every(({ isComplete }) => isComplete)) this.#tried?.push(...looks.map(({ found }) => found))
      else this.#open = sizes
    }
  }

  #look(candidates: readonly FungibleCandidate[]) {
    return candidates.map((each) => this.#quotes.whileLooking(() => priced(each, this.#input, this.#quotes)))
  }
}
