import type { AccountAddress, LedgerTip, LiquidationPolicy, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../../outcome/outcome.ts'

/**
 * The wallet keeps its reserve after the fee is locked: failed attempts must never run it dry, for then the genuine ones starve.
 * @returns all fungible balances of the account, for the plan.
 */
export async function walletFloor(
  account: AccountAddress,
  xrd: ResourceAddress,
  policy: Pick<LiquidationPolicy, 'feeReserveXrd' | 'lockFeeXrd'>,
  ledger: Pick<LedgerTip, 'balances'>,
): Promise<GuardVerdict<ReadonlyMap<ResourceAddress, Decimal>>> {
  const balances = await ledger.balances(account)
  const balanceXrd = balances.get(xrd) ?? Decimal.ZERO
  const floorXrd = policy.feeReserveXrd.plus(policy.lockFeeXrd)
  return balanceXrd.lt(floorXrd) ? stop({ kind: 'wallet-low', balanceXrd, floorXrd }, balances) : pass(balances)
}
