import type { IntentStatusView, LedgerNode, LedgerState } from '../view.ts'

/**
 * The ledger as a replica sees it that is `versionsBehind` the tip: its tip is older, and what came after is not there yet.
 * Previews and submissions go to a node and are not behind.
 */
export function replicaBehind(ledger: LedgerNode, versionsBehind: number): LedgerNode {
  const known = Math.max(1, ledger.tip().stateVersion - versionsBehind)
  const tip = ledger.stateAt(known)
  if (tip === undefined) throw new RangeError(`The ledger has no state version ${known}.`)
  const ifKnown = <State extends LedgerState>(state: State | undefined): State | undefined =>
    state !== undefined && state.stateVersion <= known ? state : undefined
  const notNewer = (state: LedgerState | undefined) => (state === undefined ? undefined : (ifKnown(state) ?? tip))

  return {
    networkId: ledger.networkId,
    networkName: ledger.networkName,
    tip: () => tip,
    stateAt: (stateVersion) => (stateVersion <= known ? ledger.stateAt(stateVersion) : undefined),
    stateAtTime: (unixMs) => notNewer(ledger.stateAtTime(unixMs)),
    stateAtEpoch: (epoch, round) => ifKnown(ledger.stateAtEpoch(epoch, round)),
    // Everything below is asked at a state version that came from the four above.
    entity: (address, at) => ledger.entity(address, at),
    nonFungibleIds: (resource, at, offset, limit) => ledger.nonFungibleIds(resource, at, offset, limit),
    nonFungible: (resource, id, at) => ledger.nonFungible(resource, id, at),
    nonFungibleLocation: (resource, id, at) => ledger.nonFungibleLocation(resource, id, at),
    keyValueStoreKeys: (store, at, offset, limit) => ledger.keyValueStoreKeys(store, at, offset, limit),
    keyValueStoreEntry: (store, keyHex, at) => ledger.keyValueStoreEntry(store, keyHex, at),
    transactionAt: (stateVersion) => (stateVersion <= known ? ledger.transactionAt(stateVersion) : undefined),
    transactionByIntent: (intentHash) => ifKnown(ledger.transactionByIntent(intentHash)),
    preview: (request) => ledger.preview(request),
    submit: (payload) => ledger.submit(payload),
    intentStatus: (intentHash) => withoutNews(ledger.intentStatus(intentHash), known),
  }
}

/** A commit that the replica has not seen yet shows as one whose outcome is still unknown. */
function withoutNews(view: IntentStatusView, known: number): IntentStatusView {
  if (view.committedStateVersion === undefined || view.committedStateVersion <= known) return view
  return {
    ...view,
    status: 'CommitPendingOutcomeUnknown',
    description: 'The transaction has been committed, but its outcome has not been indexed yet.',
    errorMessage: undefined,
    committedStateVersion: undefined,
  }
}
