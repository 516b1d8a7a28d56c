import {
  type AccountAddress,
  type BalanceChange,
  Decimal,
  type LiquidationPlan,
  type PreviewOutcome,
  type ResourceAddress,
} from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../../outcome/outcome.ts'

/**
 * The ledger's own dry run must move what the plan says, resource by resource, in the operator's account. The market may have
 * accrued interest or the DEX moved since the plan was made, so amounts may differ by `tolerance` (a fraction) of what is turned over:
 * the payment for its resource, of which the change is only the small rest, and the planned change for any other.
 * A resource that the plan does not know must not move at all.
 * @returns the fee that the dry run paid, in XRD.
 */
export function previewMatches(
  plan: Pick<LiquidationPlan, 'expectedChanges' | 'payment'>,
  preview: PreviewOutcome,
  account: AccountAddress,
  tolerance: Decimal,
): GuardVerdict<Decimal> {
  if (preview.kind === 'failed') return stop({ kind: 'preview-failed', error: preview.error })
  const previewed = changesOf(account, preview.changes)
  for (const resource of new Set([...plan.expectedChanges.keys(), ...previewed.keys()])) {
    const plannedChange = plan.expectedChanges.get(resource) ?? Decimal.ZERO
    const previewedChange = previewed.get(resource) ?? Decimal.ZERO
    const turnover = resource === plan.payment.resource ? plan.payment.amount : Decimal.ZERO
    const allowed = Decimal.max(plannedChange.abs(), turnover).times(tolerance)
    if (previewedChange.minus(plannedChange).abs().gt(allowed))
      return stop({ kind: 'preview-mismatch', resource, plannedChange, previewedChange })
  }
  return pass(preview.feeXrd)
}

function changesOf(account: AccountAddress, changes: readonly BalanceChange[]): Map<ResourceAddress, Decimal> {
  const net = new Map<ResourceAddress, Decimal>()
  for (const { entity, resource, amount } of changes)
    if (entity === account) net.set(resource, (net.get(resource) ?? Decimal.ZERO).plus(amount))
  return net
}
