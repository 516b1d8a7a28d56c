import { visibleText } from '@weft/telemetry/visible-text'

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

/** One clear line for a person: the message, the root cause and what to do about it where AWS leaves that out; never a stack trace. */
export function oneLine(error: unknown): string {
  const messages: string[] = []
  for (let each: unknown = error; each instanceof Error && messages.length < 4; each = each.cause) {
    const message = messageOf(each)
    if (!messages.some((known) => known.includes(message))) messages.push(message)
  }
  const text = messages.length > 0 ? messages.join(' — because: ') : String(error)
  const line = visibleText(text.replaceAll(/\s*\n\s*/g, ' ')).slice(0, 600)
  const remedy = remedyFor(error)
  return remedy === undefined ? line : `${line.replace(/[.;]?$/, ';')} ${remedy}`
}

/** Of several connection attempts none says what failed, but each of them does. */
function messageOf(error: Error): string {
  if (error.message !== '') return error.message
  const [first] = error instanceof AggregateError ? error.errors : []
  return first instanceof Error ? first.message : error.name
}

/** By the names that AWS gives its errors: their own text names neither the setting nor the way out. */
const REMEDIES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'start the local stack with `npm start`, or correct WEFT_AWS_ENDPOINT.',
  ENOTFOUND: 'check WEFT_AWS_ENDPOINT and AWS_REGION.',
  CredentialsProviderError: 'sign in to AWS, or set WEFT_AWS_ENDPOINT to the address that the local stack prints.',
  ResourceNotFoundException: 'check WEFT_ENVIRONMENT and WEFT_RECORDS_TABLE.',
  SyntaxError: 'check WEFT_AWS_ENDPOINT: what answers there is not AWS.',
  QueueDoesNotExist: 'check WEFT_ENVIRONMENT and WEFT_LIQUIDATION_QUEUE_URL.',
}

function remedyFor(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  return REMEDIES[error.name] ?? (code === undefined ? undefined : REMEDIES[code])
}
