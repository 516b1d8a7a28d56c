import type { ExecutionRecord, SignedTransaction } from '@weft/domain'
import type { Ledger } from '@weft/ledger'

/** A signed payload that reached the journal, so that somebody may submit it. */
export interface StoredIntent {
  readonly cdpId: string
  readonly transaction: SignedTransaction
}

/** What is known when a world is over; the ledger is asked, not the liquidator. */
export interface Evidence {
  readonly ledger: Ledger
  readonly account: string
  readonly records: readonly ExecutionRecord[]
  readonly stored: readonly StoredIntent[]
}

/**
 * Intents of one CDP that are neither committed nor past their window. A signature that died with its worker before it was stored
 * can be submitted by nobody.
 */
export function canStillCommit(ledger: Ledger, stored: readonly StoredIntent[], cdpId: string): number {
  return stored.filter(
    ({ cdpId: of, transaction }) =>
      of === cdpId &&
      ledger.tip().epoch < transaction.endEpochExclusive &&
      !ledger.transactionByIntent(transaction.intentHash),
  ).length
}

/** The journal explains the ledger: every transaction of ours has a record that says what became of it, and the other way round. */
export function unexplained({ ledger, account, records, stored }: Evidence): string | undefined {
  const byIntent = new Map<string, ExecutionRecord>(
    records.flatMap((record) => (record.signed ? [[record.signed.intentHash, record] as const] : [])),
  )
  for (const committed of transactionsOf(ledger, account)) {
    const { intentHash } = committed
    const record = byIntent.get(intentHash)
    const expected = committed.status === 'CommittedSuccess' ? 'committed' : 'failed'
    if (record?.state !== expected)
      return `${intentHash} is ${committed.status} on the ledger and ${record?.state ?? 'unknown'} in the journal`
    if (record.realised?.committedStateVersion !== committed.stateVersion)
      return `the journal has ${intentHash} at another state version`
  }
  const imagined = stored.find(
    ({ transaction: { intentHash } }) =>
      byIntent.get(intentHash)?.state === 'committed' && !ledger.transactionByIntent(intentHash),
  )
  return imagined && `${imagined.transaction.intentHash} is committed in the journal only`
}

/** Each liquidation answers evidence of its own: a candidate that was found after the one before had committed. */
export function unjustified({ records }: Evidence): string | undefined {
  const committed = records.filter(({ realised, state }) => realised && state === 'committed')
  const repeated = committed.find(({ cdpId, attempt, candidateStateVersion }) =>
    committed.some(
      (earlier) =>
        earlier.cdpId === cdpId &&
        earlier.attempt < attempt &&
        (earlier.realised?.committedStateVersion ?? 0) >= candidateStateVersion,
    ),
  )
  return repeated && `attempt ${repeated.attempt} of ${repeated.cdpId} liquidated on evidence that was answered before`
}

/** Whatever our transactions moved stayed with us, the market, its pool and the exchange. */
export function strayFunds({ ledger, account }: Evidence): string | undefined {
  const { market, pool, dex } = ledger.addresses
  const allowed = new Set<string>([account, market, pool, dex])
  for (const { intentHash, fungibleChanges } of transactionsOf(ledger, account)) {
    const stray = fungibleChanges.find(({ entity }) => !allowed.has(entity))
    if (stray) return `${intentHash} moved ${stray.change} of ${stray.resource} to ${stray.entity}`
  }
  return undefined
}

type Committed = NonNullable<ReturnType<Ledger['transactionAt']>>

/** Whatever `account` paid the fee of, known to the journal or not. */
function transactionsOf(ledger: Ledger, account: string): readonly (Committed & { readonly intentHash: string })[] {
  const { stateVersion } = ledger.tip()
  return Array.from({ length: stateVersion }, (_, index) => ledger.transactionAt(index + 1)).flatMap((transaction) =>
    transaction?.user && transaction.feeChanges.some(({ entity }) => entity === account)
      ? [{ ...transaction, intentHash: transaction.user.intentHash }]
      : [],
  )
}
