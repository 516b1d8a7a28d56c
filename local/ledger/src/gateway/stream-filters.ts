import type { CommittedTransaction } from '../view.ts'
import { type ManifestFacts, manifestFacts } from './manifest-facts.ts'
import type { Request } from './requests.ts'
import type { WellKnownAddresses } from './well-known-addresses.ts'

type StreamRequest = Request<'streamTransactions'>

/**
 * Whether `transaction` is in the stream that `request` asks for. All filters and all their items must hold (AND, never OR).
 * Consensus manager and transaction tracker are not indexed as affected entities, nor consensus manager and XRD as emitters.
 */
export function streamMatcher(request: StreamRequest, wellKnown: WellKnownAddresses) {
  const unaffected = new Set<string>([wellKnown.consensus_manager, wellKnown.transaction_tracker])
  const unheard = new Set<string>([wellKnown.consensus_manager, wellKnown.xrd])
  const manifestConditions = manifestFilters(request)

  return (transaction: CommittedTransaction): boolean =>
    kindMatches(request, transaction) &&
    statusMatches(request, transaction) &&
    every(
      request.affected_global_entities_filter,
      (address) => !unaffected.has(address) && transaction.affectedGlobalEntities.includes(address),
    ) &&
    every(
      request.event_global_emitters_filter,
      (address) => !unheard.has(address) && transaction.events.some((event) => event.emitter === address),
    ) &&
    every(request.balance_change_resources_filter, (resource) => hasBalanceChange(transaction, resource)) &&
    every(request.events_filter, (filter) => hasVaultEvent(transaction, filter)) &&
    (manifestConditions.length === 0 || manifestMatches(transaction, manifestConditions))
}

function kindMatches({ kind_filter: kind = 'User' }: StreamRequest, transaction: CommittedTransaction): boolean {
  if (kind === 'All') return true
  return transaction.kind === (kind === 'User' ? 'user' : 'epoch-change')
}

function statusMatches(
  { transaction_status_filter: status = 'All' }: StreamRequest,
  transaction: CommittedTransaction,
) {
  return status === 'All' || transaction.status === `Committed${status}`
}

function hasBalanceChange(transaction: CommittedTransaction, resource: string): boolean {
  return (
    transaction.fungibleChanges.some((change) => change.resource === resource) ||
    transaction.nonFungibleChanges.some((change) => change.resource === resource)
  )
}

/**
 * Deposits and withdrawals are read off the balance changes: the ledger nets several movements of one resource by one entity in
 * one transaction, so a deposit that the same transaction withdraws again is not found here.
 */
function hasVaultEvent(
  transaction: CommittedTransaction,
  filter: NonNullable<StreamRequest['events_filter']>[number],
): boolean {
  const deposit = filter.event === 'Deposit'
  const concerns = (change: { readonly entity: string; readonly resource: string }) =>
    (filter.emitter_address === undefined || change.entity === filter.emitter_address) &&
    (filter.resource_address === undefined || change.resource === filter.resource_address)
  return (
    transaction.fungibleChanges.some((change) => concerns(change) && change.change.startsWith('-') !== deposit) ||
    transaction.nonFungibleChanges.some(
      (change) => concerns(change) && (deposit ? change.added : change.removed).length > 0,
    )
  )
}

type ManifestCondition = (facts: ManifestFacts) => boolean

function manifestFilters(request: StreamRequest): ManifestCondition[] {
  const within = (addresses: readonly string[] | undefined, pick: (facts: ManifestFacts) => ReadonlySet<string>) =>
    (addresses ?? []).map(
      (address): ManifestCondition =>
        (facts) =>
          pick(facts).has(address),
    )
  const classFilter = request.manifest_class_filter
  return [
    ...within(request.manifest_accounts_withdrawn_from_filter, (facts) => facts.accountsWithdrawnFrom),
    ...within(request.manifest_accounts_deposited_into_filter, (facts) => facts.accountsDepositedInto),
    ...within(request.manifest_badges_presented_filter, (facts) => facts.badgesPresented),
    ...within(request.manifest_resources_filter, (facts) => facts.resources),
    ...within(request.accounts_with_manifest_owner_method_calls, (facts) => facts.accountsWithOwnerCalls),
    ...(request.accounts_without_manifest_owner_method_calls ?? []).map(
      (account): ManifestCondition =>
        (facts) =>
          !facts.accountsWithOwnerCalls.has(account),
    ),
    ...(classFilter === undefined ? [] : [() => classFilter.class === 'General']),
  ]
}

/** Manifests of failed transactions are not indexed. */
function manifestMatches(transaction: CommittedTransaction, conditions: readonly ManifestCondition[]): boolean {
  if (transaction.user === undefined || transaction.status !== 'CommittedSuccess') return false
  const facts = manifestFacts(transaction.user.manifest)
  return conditions.every((condition) => condition(facts))
}

function every<Item>(items: readonly Item[] | undefined, test: (item: Item) => boolean): boolean {
  return items === undefined || items.every(test)
}
