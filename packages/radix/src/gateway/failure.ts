import type { ErrorResponse, ResponseError } from '@radixdlt/babylon-gateway-api-sdk'

/**
 * What went wrong with one attempt, by the rules of the Gateway API:
 * - `outage`: no answer of a Gateway: network, time-out, 429, 5xx, 524, and whatever a proxy puts in its place (403, 408, HTML, an empty,
 *   cut or endless body); worth a retry, and counted by the circuit breaker;
 * - `behind`: a lagging replica does not know the state version yet; worth a retry, says nothing about the Gateway's health;
 * - `not-synced`: the Gateway works, but the ledger it follows has not moved for longer than it allows; worth a retry elsewhere;
 * - `refused`: the Gateway itself says with 400, 404 or 422 that the request is wrong; repeating it cannot help;
 * - `undecodable`: HTTP 200, but the SDK knows no such variant.
 */
export type GatewayFailure =
  | { readonly kind: 'outage'; readonly what: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'behind' | 'not-synced'; readonly what: string; readonly retryAfterMs: undefined }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'undecodable'; readonly message: string }

/** HTTP 200 without what the endpoint promises: nobody may read the gap as "there is none". */
export class IncompleteAnswerError extends Error {
  override readonly name = 'IncompleteAnswerError'

  constructor(missing: string) {
    super(`HTTP 200, but the answer has no ${missing}`)
  }
}

/** Statuses by which a Gateway refuses a request; any other comes from what stands in front of it. */
const REFUSALS: readonly number[] = [400, 404, 422]

const BEYOND_THE_END = 'beyond the end of the known ledger'

export function classifyFailure(error: unknown): GatewayFailure {
  if (isResponseError(error)) return classifyResponse(error)
  // The SDK throws a plain Error when HTTP was 200 but the union has a variant it does not know.
  if (error instanceof Error && error.name === 'Error' && error.message.startsWith('No variant of'))
    return { kind: 'undecodable', message: error.message }
  const what = error instanceof Error ? `${error.name}: ${deepestMessage(error)}` : String(error)
  return { kind: 'outage', what, retryAfterMs: undefined }
}

/** By name: the SDK's ESM and CommonJS builds each have their own class. */
function isResponseError(error: unknown): error is ResponseError {
  return error instanceof Error && error.name === 'ResponseError' && 'fetchResponse' in error
}

function classifyResponse(error: ResponseError): GatewayFailure {
  const { status, errorResponse } = error
  const message = messageOf(errorResponse, error.message)
  if (errorResponse?.details?.type === 'NotSyncedUpError')
    return { kind: 'not-synced', what: `HTTP ${status}: NotSyncedUpError: ${message}`, retryAfterMs: undefined }
  // A proxy's own 404 is HTML or JSON of another shape, and must not pass for "there is no such entity".
  const isGateways = typeof errorResponse?.message === 'string'
  if (!isGateways || !REFUSALS.includes(status))
    return {
      kind: 'outage',
      what: `HTTP ${status}: ${message}`,
      retryAfterMs: retryAfterMs(error.fetchResponse.headers),
    }
  if (message.includes(BEYOND_THE_END)) return { kind: 'behind', what: message, retryAfterMs: undefined }
  return { kind: 'refused', status, message }
}

/** The Gateway's message with the validation errors that its `details` list; a proxy's body is no JSON and gives none. */
function messageOf(response: ErrorResponse | undefined, fallback: string): string {
  if (typeof response?.message !== 'string') return fallback.slice(0, 500)
  const details = response.details
  const problems =
    details && 'validation_errors' in details
      ? details.validation_errors.map((each) => `${each.path}: ${each.errors.join(', ')}`)
      : []
  return [response.message, ...problems].join(' · ')
}

/** Seconds or an HTTP date; a date counts from the answer's own, since the host's clock may be wrong. */
function retryAfterMs(headers: Headers): number | undefined {
  const header = headers.get('retry-after')
  if (header === null) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const waitMs = Date.parse(header) - Date.parse(headers.get('date') ?? '')
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs)
}

/** fetch says only "fetch failed"; its cause says why. */
function deepestMessage(error: Error): string {
  let deepest = error
  while (deepest.cause instanceof Error) deepest = deepest.cause
  return deepest.message
}
