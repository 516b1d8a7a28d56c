/**
 * The Gateway's error answers. What a client sees is the JSON of `body`; nulls in it are kept, as the Gateway's exception
 * middleware does, while its 200 answers leave them out.
 */
export class GatewayError extends Error {
  override readonly name: string = 'GatewayError'
  readonly httpStatus: number
  /** The `details` object, `null` where the Gateway has nothing to add. */
  readonly details: Readonly<Record<string, unknown>> | null

  constructor(httpStatus: number, message: string, details: Readonly<Record<string, unknown>> | null) {
    super(message)
    this.httpStatus = httpStatus
    this.details = details
  }

  body(traceId: string): Readonly<Record<string, unknown>> {
    return { message: this.message, code: this.httpStatus, details: this.details, trace_id: traceId }
  }
}

export interface ValidationErrors {
  /** C# property path (`NonFungibleIds.Count`), `?` for what only showed at run time. */
  readonly path: string
  readonly errors: readonly string[]
}

/** The request breaks a rule that can be checked without the ledger. */
export function invalidRequest(validationErrors: readonly ValidationErrors[]): GatewayError {
  return new GatewayError(400, 'One or more validation errors occurred', {
    type: 'InvalidRequestError',
    validation_errors: validationErrors,
  })
}

/** The request is well-formed but the ledger or the node refuses it: an unknown ledger state, a manifest that does not compile. */
export function refusedAtRunTime(reason: string): GatewayError {
  return new GatewayError(400, 'One or more errors occurred', {
    type: 'InvalidRequestError',
    validation_errors: [{ path: '?', errors: [reason] }],
  })
}

/** The entity exists but is of another kind than the endpoint reads. */
export function invalidEntity(address: string): GatewayError {
  return new GatewayError(400, 'Invalid entity', { type: 'InvalidEntityError', address })
}

/**
 * The submitted payload is refused. `details.type` is the message text: a quirk read in the Gateway's source, *unverified* live,
 * so clients should rely on endpoint, 400 and `message`.
 */
export function invalidTransaction(message: string): GatewayError {
  return new GatewayError(400, message, { type: message })
}

/** The body is not JSON, or no JSON object. */
export function malformedRequest(message: string): GatewayError {
  return new GatewayError(400, message, null)
}

export function entityNotFound(address: string): GatewayError {
  return new GatewayError(404, `Entity '${address}' not found`, { type: 'EntityNotFoundError', address })
}

export function transactionNotFound(intentHash: string): GatewayError {
  return new GatewayError(404, `Transaction '${intentHash}' not found`, {
    type: 'TransactionNotFoundError',
    intent_hash: intentHash,
  })
}

export type LagCheckedRequest = 'Read' | 'Construction'

/** The newest state the Gateway has is older than it may be for an unpinned request. Transient. */
export function notSyncedUp(
  requestType: LagCheckedRequest,
  currentDelaySeconds: number,
  maxAllowedSeconds: number,
): GatewayError {
  return new GatewayError(
    500,
    `The Network Gateway is not currently synced up to the tip of the ledger: ${currentDelaySeconds} s behind, ${maxAllowedSeconds} s allowed`,
    {
      type: 'NotSyncedUpError',
      request_type: requestType,
      current_sync_delay_seconds: currentDelaySeconds,
      max_allowed_sync_delay_seconds: maxAllowedSeconds,
    },
  )
}

/** A defect of the local ledger itself: the cause is logged, never sent. */
export function internalServerError(traceId: string): GatewayError {
  return new GatewayError(500, 'An unexpected error occurred handling the request', {
    type: 'InternalServerError',
    exception: 'UnknownException',
    cause: `Unexpected server error. Please report this with the trace id ${traceId}.`,
  })
}

/** The Gateway gave the request up after its own time limit. */
export function requestTimedOut(): GatewayError {
  return new GatewayError(524, 'Request timed out', null)
}

export function serviceUnavailable(): GatewayError {
  return new GatewayError(503, 'Service Unavailable', null)
}
