/**
 * What is not known about the live market, and the answers that this ledger can give. The first of each list is the default; why it
 * is stands in the README. Numbers are seconds.
 */
export const MARKET_QUESTIONS = {
  /** How interest grows between accruals: compounded by the minute, or simple. */
  interest: ['compound', 'simple'],
  /** Which rate an interval bears: the curve's at its end, or the one that stood since its start. */
  rate: ['end', 'start'],
  /** Shortest time between two accruals of a pool. */
  period: ['1800', '900', '86400'],
  /** Whether the pools' getters, and so `get_cdp`, answer with interest that is due but not booked. */
  'get-cdp': ['stored', 'accrued'],
  /** Whether a feed price exactly as old as the expiration period has expired. */
  expiry: ['inclusive', 'exclusive'],
  /** Kind of durations and counters. */
  widths: ['u64', 'i64'],
  /** Where the default price feed keeps its prices: in a map within its state, or in a key-value store. */
  'feed-state': ['inline', 'store'],
  /** The protocol's share of a liquidation bonus: `seizure × bonus × rate`, or that divided by `1 + bonus`. */
  'bonus-share': ['seizure', 'bonus'],
  /** A payment worth more than the requested collateral covers. */
  overpayment: ['refused', 'cut'],
  /** How much of a loan an NFT liquidation may settle. */
  'nft-close-factor': ['loan-config', 'whole-loan'],
} as const

type Questions = typeof MARKET_QUESTIONS
export type MarketQuestion = keyof Questions
export type MarketAnswers = { readonly [Q in MarketQuestion]: Questions[Q][number] }

/** A question or an answer that this ledger does not know. */
export class MarketAnswerError extends Error {
  override readonly name = 'MarketAnswerError'
}

/** The chosen answers, and the default for every other question. */
export function marketAnswers(chosen: Partial<MarketAnswers> = {}): MarketAnswers {
  const defaults = Object.fromEntries(Object.entries(MARKET_QUESTIONS).map(([question, [first]]) => [question, first]))
  return { ...(defaults as MarketAnswers), ...chosen }
}

/** Reads `interest=simple,widths=i64`. @throws {MarketAnswerError} */
export function parseMarketAnswers(text: string): Partial<MarketAnswers> {
  const chosen: Record<string, string> = {}
  for (const part of text.split(',')) {
    const [question = '', answer = '', ...rest] = part.split('=')
    if (!isQuestion(question))
      throw new MarketAnswerError(
        `"${question}" is no question; there are ${Object.keys(MARKET_QUESTIONS).join(', ')}.`,
      )
    const answers: readonly string[] = MARKET_QUESTIONS[question]
    if (rest.length > 0 || !answers.includes(answer))
      throw new MarketAnswerError(`${question} is one of ${answers.join(', ')}.`)
    if (question in chosen) throw new MarketAnswerError(`${question} is answered twice.`)
    chosen[question] = answer
  }
  return chosen
}

function isQuestion(name: string): name is MarketQuestion {
  return Object.hasOwn(MARKET_QUESTIONS, name)
}
