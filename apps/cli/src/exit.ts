/** The work was done, and what it found is wrong: a verdict that did not pass. */
export const EXIT_FAILED_VERDICT = 1
/** The command could not do its work: a flag, the configuration, the network or a service. */
export const EXIT_USAGE = 2

/** The command did its work and the result is a failure; its message says which. */
export class VerdictError extends Error {
  override readonly name = 'VerdictError'
}

/** A flag or argument has a value the command cannot use. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export function exitCodeOf(error: unknown): number {
  return error instanceof VerdictError ? EXIT_FAILED_VERDICT : EXIT_USAGE
}

/** One clear line for a person: the message and the root cause, never a stack trace. */
export function oneLine(error: unknown): string {
  const messages: string[] = []
  for (let each: unknown = error; each instanceof Error && messages.length < 4; each = each.cause)
    if (!messages.some((known) => known.includes(each.message))) messages.push(each.message)
  const text = messages.length > 0 ? messages.join(' — because: ') : String(error)
  return text.replaceAll(/\s*\n\s*/g, ' ').slice(0, 600)
}
