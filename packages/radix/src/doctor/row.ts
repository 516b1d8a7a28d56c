import type { Examination } from './examination.ts'

/** One thing that the backend takes for granted of the market, or a question that no public source answers. */
export interface Row {
  /** Stays the same from release to release. */
  readonly id: string
  readonly question: string
  /** Where the answer stands on the ledger. */
  readonly where: string
  readonly expected: string
  /** Answers that the backend takes just as well. */
  readonly others: readonly string[]
  /** Of any answer beside these, and of none. */
  readonly consequence: string
}

/** What was found of one row. */
export type Finding =
  | { readonly kind: 'as-expected'; readonly found: string }
  | { readonly kind: 'other-answer'; readonly found: string }
  /** `raw` as the ledger gave it. */
  | { readonly kind: 'unknown'; readonly why: string; readonly raw: string }
  | { readonly kind: 'missing'; readonly why: string }
  /** Nothing that was read could tell. */
  | { readonly kind: 'not-shown'; readonly why: string }

/** A row that state and methods answer. */
export interface ReadRow extends Row {
  /** What the examination found of it. Never asks the ledger by itself. */
  readonly find: (seen: Examination) => Finding
}

export const asExpected = (found: string): Finding => ({ kind: 'as-expected', found })
export const otherAnswer = (found: string): Finding => ({ kind: 'other-answer', found })
export const unknown = (why: string, raw: unknown): Finding => ({ kind: 'unknown', why, raw: rawText(raw) })
export const missing = (why: string): Finding => ({ kind: 'missing', why })
export const notShown = (why: string): Finding => ({ kind: 'not-shown', why })

const LONGEST_RAW = 400

/** A value as it came, shortened: the recording keeps the whole. */
function rawText(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')
  return text.length > LONGEST_RAW ? `${text.slice(0, LONGEST_RAW)}…` : text
}
