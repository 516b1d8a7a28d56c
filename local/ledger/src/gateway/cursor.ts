import { z } from 'zod'
import { invalidRequest } from './errors.ts'
import type { LedgerStateSelector } from './requests.ts'

/**
 * Cursors are base64 JSON and name the first item of the next page. Valid base64 of anything else reads as "no cursor", so the
 * first page comes back silently, as the Gateway does it.
 */
const PageCursor = z.object({ sv: z.int().nonnegative(), id: z.int().nonnegative() })
const StreamCursor = z.object({ v: z.int().positive() })

/**
 * Where a page of a state endpoint starts. The Gateway keys it by the item's own state version and row id; here `id` is the
 * offset in the listing at the pinned state version `sv`, and opaque to clients all the same.
 */
export function encodePageCursor(stateVersion: number, offset: number): string {
  return encode({ sv: stateVersion, id: offset })
}

/** @returns The offset, 0 without a cursor. @throws {GatewayError} 400 when the text is not base64. */
export function decodePageCursor(cursor: string | undefined): number {
  return PageCursor.safeParse(decode(cursor)).data?.id ?? 0
}

/**
 * Where the requested page starts. A cursor is only good for the listing at one state version, so it needs that pin; a timestamp
 * or an epoch is not enough.
 * @throws {GatewayError} 400 for a cursor without the pin, or one that is not base64.
 */
export function pageOffset(request: {
  readonly cursor?: string | undefined
  readonly at_ledger_state?: LedgerStateSelector | undefined
}): number {
  if (request.cursor !== undefined && request.at_ledger_state?.state_version === undefined)
    throw invalidRequest([
      { path: 'AtLedgerState', errors: ['AtLedgerState.StateVersion is required if cursor is provided'] },
    ])
  return decodePageCursor(request.cursor)
}

export function encodeStreamCursor(stateVersion: number): string {
  return encode({ v: stateVersion })
}

/** @returns The state version of the first item of the page, if any. @throws {GatewayError} 400 when the text is not base64. */
export function decodeStreamCursor(cursor: string | undefined): number | undefined {
  return StreamCursor.safeParse(decode(cursor)).data?.v
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

function encode(value: Readonly<Record<string, number>>): string {
  return Buffer.from(JSON.stringify(value)).toString('base64')
}

function decode(cursor: string | undefined): unknown {
  if (cursor === undefined) return undefined
  if (!BASE64.test(cursor)) throw invalidRequest([{ path: 'Cursor', errors: ["'Cursor' must be valid base64."] }])
  try {
    return JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}
