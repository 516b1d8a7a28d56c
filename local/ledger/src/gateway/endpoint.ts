import type { LedgerNode } from '../view.ts'
import type { LagPolicy } from './ledger-state.ts'

/** What one request is answered from. */
export interface GatewayRequest {
  /** The parsed JSON body, `undefined` when the request had none. */
  readonly body: unknown
  /** The ledger as this request sees it, which may be behind the node's own tip. */
  readonly ledger: LedgerNode
  readonly lag: LagPolicy
}

export interface Endpoint {
  /** Path without a trailing slash; always POST. */
  readonly path: string
  /** The JSON of the 200 answer; properties that are `undefined` are left out of it. @throws {GatewayError} for any other answer. */
  handle(request: GatewayRequest): unknown
}
