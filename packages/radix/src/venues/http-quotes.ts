import type { ComponentAddress, ExitQuote, QuoteRequest } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import * as z from 'zod'

/**
 * A venue's own service did not answer, or not in the shape known here: its quotes are left out, never guessed. Its URL may hold a
 * partner's key, and what it answers or what an HTTP client throws may repeat that URL: none of their text is quoted, and no cause kept.
 */
export class VenueUnavailableError extends Error {
  override readonly name = 'VenueUnavailableError'
  /** Whether there was an answer at all: a service that is silent for one question is silent for the next. */
  readonly answered: boolean

  constructor(venue: string, why: string, { answered }: { answered: boolean }) {
    super(`${venue} gives no quote: ${why}`)
    this.answered = answered
  }
}

export interface HttpQuestion {
  readonly venue: string
  readonly url: URL
  /** POSTed as JSON when given. */
  readonly body?: unknown
  /** Default 4 000. */
  readonly timeoutMs?: number | undefined
}

/**
 * Asks a venue's service once: a quote that needs a retry is too old to act on. To the schema a number is a {@link WrittenNumber}.
 * @returns `undefined` when it answers 404 or 422: there is no route.
 * @throws {VenueUnavailableError}
 */
export async function askForJson<T extends z.ZodType>(
  { venue, url, body, timeoutMs = DEFAULT_QUOTE_TIMEOUT_MS }: HttpQuestion,
  schema: T,
): Promise<z.output<T> | undefined> {
  let response: Response
  let text: string
  try {
    response = await fetch(url, {
      signal: AbortSignal.timeout(timeoutMs),
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    text = await textOf(response)
  } catch (error) {
    throw new VenueUnavailableError(venue, noAnswer(error), { answered: error instanceof AnswerTooLongError })
  }
  if (response.status === 404 || response.status === 422) return undefined
  if (!response.ok) throw new VenueUnavailableError(venue, `HTTP ${response.status}`, { answered: true })
  let answer: unknown
  try {
    answer = JSON.parse(text, asWritten)
  } catch {
    throw new VenueUnavailableError(venue, 'its answer is no JSON', { answered: true })
  }
  const parsed = schema.safeParse(answer)
  if (!parsed.success)
    throw new VenueUnavailableError(venue, `another shape than known: ${problemsIn(parsed.error)}`, {
      answered: true,
    })
  return parsed.data
}

/** Most bytes of one answer: a list of all tokens is some hundred kilobytes. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024

class AnswerTooLongError extends Error {
  override readonly name = 'AnswerTooLongError'
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop by a throw ends the connection, so that an endless body stops coming.
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new AnswerTooLongError()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Why there was no answer, in codes alone. */
function noAnswer(error: unknown): string {
  if (error instanceof AnswerTooLongError) return `its answer is longer than ${MAX_ANSWER_BYTES} bytes`
  if (!(error instanceof Error)) return 'no answer'
  if (error.name === 'TimeoutError') return 'no answer in time'
  const { cause } = error
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? ` (${cause.code})` : ''
  return `no answer${code}`
}

/** Where an answer differs and how, without a word of what it says. */
function problemsIn({ issues }: z.ZodError): string {
  return issues
    .slice(0, 3)
    .map(({ path, code }) => `${path.map(String).join('.') || 'the whole'}: ${code}`)
    .join('; ')
}

/** A JSON number as it was written: a float would round it, and lose the smallest. */
export class WrittenNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

function asWritten(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? new WrittenNumber(context?.source ?? '') : value
}

/** A venue's own service over HTTP. */
export interface HttpService {
  readonly name: string
  readonly apiUrl: string
  /** Default 4 000. */
  readonly timeoutMs?: number
}

export interface HttpVenueOptions extends HttpService {
  /**
   * Component that must take the swap as `swap(Bucket, Address)`. That the venue has one is unverified (public clients of Ociswap hand
   * the input to each pool of the route instead); where it has none, the preview fails before anything is signed.
   */
  readonly component: ComponentAddress
}

const DEFAULT_QUOTE_TIMEOUT_MS = 4_000

/** A path below a venue's API URL, which may itself hold a path such as a partner's key. */
export function endpointOf(apiUrl: string, path: string): URL {
  return new URL(path, apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`)
}

/** One question per request, all at once: a plan asks for a handful. An amount of 0 is no route. */
export function quoteEach(
  requests: readonly QuoteRequest[],
  { name, component }: HttpVenueOptions,
  amountOut: (request: QuoteRequest) => Promise<Decimal | undefined>,
): Promise<readonly (ExitQuote | undefined)[]> {
  return Promise.all(
    requests.map(async (request) => {
      const amount = await amountOut(request)
      return amount?.isPositive() ? { ...request, venue: name, component, amountOut: amount } : undefined
    }),
  )
}

/** A number as a service prints it, a float whose last digits may lie beyond the 18th; those are cut off. */
export const writtenFloat = z.instanceof(WrittenNumber).transform(({ text }, context) => {
  try {
    return Decimal.parseTruncated(text)
  } catch (error) {
    context.issues.push({
      code: 'custom',
      input: text,
      message: error instanceof Error ? error.message : String(error),
    })
    return z.NEVER
  }
})
