import { type AccountAddress, type CommittedReceipt, Decimal } from '@weft/domain'
import type { StoredPlan } from './stored-plan.ts'

/**
 * Net XRD that a committed liquidation brought: what the receipt says entered and left the operator's account, at the plan's values
 * per unit, less the fee that was paid. Rounded towards zero. Non-fungible proceeds do not show in a receipt's fungible changes;
 * they count with the plan's own value.
 */
export function realisedProfitXrd(receipt: CommittedReceipt, account: AccountAddress, plan: StoredPlan): Decimal {
  if (!receipt.success) return receipt.feeXrd.negated()
  const fungible = Decimal.sum(
    receipt.changes
      .filter((change) => change.entity === account)
      .map((change) => change.amount.times(plan.unitValuesXrd.get(change.resource) ?? Decimal.ZERO)),
  )
  return fungible.plus(nonFungibleProceedsXrd(plan)).minus(receipt.feeXrd)
}

/** What the plan expects beyond fungible changes: a claim NFT held, or pledged in a new CDP of the operator. */
function nonFungibleProceedsXrd(plan: StoredPlan): Decimal {
  const holdsNonFungibles = plan.exit === 'unstake' || plan.seizures.some((each) => each.shape === 'nft')
  if (!holdsNonFungibles) return Decimal.ZERO
  const expectedFungible = Decimal.sum(
    [...plan.expectedChanges].map(([resource, amount]) =>
      amount.times(plan.unitValuesXrd.get(resource) ?? Decimal.ZERO),
    ),
  )
  return plan.terms.profitXrd.plus(plan.terms.networkFeeXrd).minus(expectedFungible)
}
