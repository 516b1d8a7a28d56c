import type { ErrorResponse, ResponseError } from '@radixdlt/babylon-gateway-api-sdk'

/**
 * What went wrong with one attempt, by the rules of the Gateway API:
 * - `outage`: 429, 5xx, 524, network or time-out; worth a retry, and counted by the circuit breaker;
 * - `behind`: a lagging replica does not know the state version yet; worth a retry, says nothing about the Gateway's health;
 * - `refused`: any other HTTP status; repeating it cannot help;
 * - `undecodable`: HTTP 200, but the SDK knows no such variant.
 */
export type GatewayFailure =
  | { readonly kind: 'outage'; readonly what: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'behind'; readonly what: string; readonly retryAfterMs: undefined }
  | { readonly kind: 'refused'; readonly status: number; readonly message: string }
  | { readonly kind: 'undecodable'; readonly message: string }

const BEYOND_THE_END = 'beyond the end of the known ledger'

/** @param nowMs unix milliseconds, for a `retry-after` given as a date */
export function classifyFailure(error: unknown, nowMs: number): GatewayFailure {
  if (isResponseError(error)) return classifyResponse(error, nowMs)
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

function classifyResponse(error: ResponseError, nowMs: number): GatewayFailure {
  const { status } = error
  const message = messageOf(error.errorResponse, error.message)
  if (status === 429 || status >= 500)
    return {
      kind: 'outage',
      what: `HTTP ${status}: ${message}`,
      retryAfterMs: retryAfterMs(error.fetchResponse.headers.get('retry-after'), nowMs),
    }
  if (message.includes(BEYOND_THE_END)) return { kind: 'behind', what: message, retryAfterMs: undefined }
  return { kind: 'refused', status, message }
}

/** The Gateway's message with the validation errors that its `details` list; a proxy's body is no JSON and gives none. */
function messageOf(response: ErrorResponse | undefined, fallback: string): string {
  if (response === undefined) return fallback.slice(0, 500)
  const details = response.details
  const problems =
    details && 'validation_errors' in details
      ? details.validation_errors.map((each) => `${each.path}: ${each.errors.join(', ')}`)
      : []
  return [response.message, ...problems].join(' · ')
}

/** Seconds or an HTTP date. */
function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  if (header === null) return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const at = Date.parse(header)
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs)
}

/** fetch says only "fetch failed"; its cause says why. */
function deepestMessage(error: Error): string {
  let deepest = error
  while (deepest.cause instanceof Error) deepest = deepest.cause
  return deepest.message
}
