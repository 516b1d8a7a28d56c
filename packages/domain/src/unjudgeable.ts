/**
 * Something that a CDP's judgement needs is not known: a price, a pool, a configuration. Thrown by the rules below `judgeHealth`,
 * which turns it into an `unjudged` verdict: such a CDP counts as unknown, never as healthy.
 */
export class UnjudgeableError extends Error {
  override readonly name = 'UnjudgeableError'
}
