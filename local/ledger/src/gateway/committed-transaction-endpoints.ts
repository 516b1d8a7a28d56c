import type { CommittedTransaction } from '../view.ts'
import { decodeStreamCursor, encodeStreamCursor } from './cursor.ts'
import type { Endpoint } from './endpoint.ts'
import { transactionNotFound } from './errors.ts'
import { renderLedgerState, stateFor, streamStart } from './ledger-state.ts'
import type { Network } from './network.ts'
import { parseRequest } from './requests.ts'
import { streamMatcher } from './stream-filters.ts'
import { renderTransaction } from './transaction-info.ts'
import { wellKnownAddresses } from './well-known-addresses.ts'

/** `/stream/transactions` and `/transaction/committed-details`: what has been committed. */
export function committedTransactionEndpoints({ id, name, schemas }: Network): readonly Endpoint[] {
  const wellKnown = wellKnownAddresses(id)
  return [
    {
      path: '/stream/transactions',
      handle({ body, ledger, lag }) {
        // Nothing is required here, so even an empty body asks for something.
        const request = parseRequest(schemas.streamTransactions, body ?? {})
        const cursor = decodeStreamCursor(request.cursor)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const from = streamStart(request.from_ledger_state, ledger, lag)
        // The cursor stands for the bound it moves away from, so pages fit together even when the tip is not pinned.
        const ascending = request.order === 'Asc'
        const lowest = ascending ? (cursor ?? from) : from
        const highest = ascending
          ? state.stateVersion
          : Math.min(cursor ?? state.stateVersion, ledger.tip().stateVersion)
        const matches = streamMatcher(request, wellKnown)
        const found: CommittedTransaction[] = []
        // One more than the page holds, to know where the next one starts.
        for (let step = 0; step <= highest - lowest && found.length <= request.limit_per_page; step++) {
          const transaction = ledger.transactionAt(ascending ? lowest + step : highest - step)
          if (transaction !== undefined && matches(transaction)) found.push(transaction)
        }
        const next = found[request.limit_per_page]
        return {
          ledger_state: renderLedgerState(state, name),
          next_cursor: next === undefined ? undefined : encodeStreamCursor(next.stateVersion),
          items: found
            .slice(0, request.limit_per_page)
            .map((transaction) => renderTransaction(transaction, request.opt_ins)),
        }
      },
    },
    {
      path: '/transaction/committed-details',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.transactionCommittedDetails, body)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const transaction = ledger.transactionByIntent(request.intent_hash)
        if (transaction === undefined || transaction.stateVersion > state.stateVersion)
          throw transactionNotFound(request.intent_hash)
        return {
          ledger_state: renderLedgerState(state, name),
          transaction: renderTransaction(transaction, request.opt_ins),
        }
      },
    },
  ]
}
