import type { IntentStatus, IntentStatusView } from '../view.ts'
import type { Endpoint } from './endpoint.ts'
import { invalidTransaction } from './errors.ts'
import { renderLedgerState, tipWithinLag } from './ledger-state.ts'
import type { Network } from './network.ts'
import { parseRequest } from './requests.ts'

/** `/transaction/submit` and `/transaction/status`: a payload on its way to the ledger. */
export function submissionEndpoints({ name, schemas }: Network): readonly Endpoint[] {
  return [
    {
      path: '/transaction/submit',
      async handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.transactionSubmit, body)
        tipWithinLag(ledger, lag, 'Construction')
        const result = await ledger.submit(Buffer.from(request.notarized_transaction_hex, 'hex'))
        if (result.kind === 'refused') throw invalidTransaction(result.message)
        // Accepted is not committed, nor even "in a mempool": only the status tells.
        return { duplicate: result.duplicate }
      },
    },
    {
      path: '/transaction/status',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.transactionStatus, body)
        const state = tipWithinLag(ledger, lag, 'Read')
        const status = ledger.intentStatus(request.intent_hash)
        return { ledger_state: renderLedgerState(state, name), ...renderStatus(status) }
      },
    },
  ]
}

/** The old status that the newer `intent_status` refines; three different states share `Pending`. */
const LEGACY_STATUS: Readonly<Record<IntentStatus, string>> = {
  Unknown: 'Unknown',
  Pending: 'Pending',
  LikelyButNotCertainRejection: 'Pending',
  CommitPendingOutcomeUnknown: 'Pending',
  CommittedSuccess: 'CommittedSuccess',
  CommittedFailure: 'CommittedFailure',
  PermanentlyRejected: 'Rejected',
}

function renderStatus(view: IntentStatusView) {
  const concluded = view.status.startsWith('Committed') || view.status === 'PermanentlyRejected'
  return {
    status: LEGACY_STATUS[view.status],
    intent_status: view.status,
    intent_status_description: view.description,
    committed_state_version: view.committedStateVersion,
    permanently_rejects_at_epoch: concluded ? undefined : view.permanentlyRejectsAtEpoch,
    error_message: view.errorMessage,
    known_payloads: view.payloadHashes.map((payloadHash) => ({
      payload_hash: payloadHash,
      status: LEGACY_STATUS[view.status],
      payload_status: view.status === 'LikelyButNotCertainRejection' ? 'TemporarilyRejected' : view.status,
      payload_status_description: view.description,
      error_message: view.errorMessage,
      handling_status: concluded ? 'Concluded' : 'HandlingSubmission',
      handling_status_reason: concluded
        ? 'The outcome is final.'
        : 'The payload is re-sent until its outcome is known.',
    })),
  }
}
