import { Decimal } from '../decimal.ts'
import type { NftPosition } from '../health-types.ts'
import type { ResourceAddress, ValidatorAddress } from '../ids.ts'
import { nftContentOf } from '../market.ts'
import { financeClaim } from './claim-finance.ts'
import type { Funding } from './funding.ts'
import type { NftAmounts } from './nft-amounts.ts'
import type { LiquidationStep, PlanningInput } from './plan.ts'
import { mayFinance, waitingCostXrd } from './unstaking.ts'

/** What becomes of a seized NFT. */
export type NftWayOut =
  /** The unstaking period is over: XRD at once. */
  | { readonly kind: 'claim'; readonly validator: ValidatorAddress; readonly xrd: Decimal }
  /** A claim that must wait. */
  | { readonly kind: 'wait'; readonly xrd: Decimal; readonly keptValueXrd: Decimal }
  | { readonly kind: 'keep'; readonly keptValueXrd: Decimal }

export function nftWayOut(nft: NftPosition, { market, nftContents, policy }: PlanningInput): NftWayOut {
  const content = nftContentOf(nftContents, nft.resource, nft.id)
  if (nft.kind.kind !== 'claim-nft' || content?.claimEpoch === undefined)
    return { kind: 'keep', keptValueXrd: nft.value.times(Decimal.ONE.minus(policy.maxSlippage)) }
  return content.claimEpoch <= market.syncPoint.epoch
    ? { kind: 'claim', validator: nft.kind.validator, xrd: nft.value }
    : { kind: 'wait', xrd: nft.value, keptValueXrd: nft.value.minus(waitingCostXrd(nft.value, market)) }
}

/** Redeems a claim that is due. */
export function claimSteps({ nft }: NftAmounts, wayOut: NftWayOut): readonly LiquidationStep[] {
  return wayOut.kind === 'claim' ? [{ kind: 'claim-xrd', validator: wayOut.validator, claimNft: nft.resource }] : []
}

/** How an NFT bought with XRD turns into XRD again within the transaction, as far as a flash loan needs it to. */
export interface NftRepayment {
  readonly isKept: boolean
  readonly steps: readonly LiquidationStep[]
  /** XRD on the worktop once the steps are done. */
  readonly xrdIn: Decimal
  /** Own XRD that the steps add. */
  readonly ownXrd: Decimal
  readonly proceedsXrd: Decimal
  /** Non-fungibles that the operator's account gains: the NFT itself, or the CDP that finances it. */
  readonly gained: readonly (readonly [ResourceAddress, Decimal])[]
}

/** @param owed what a flash loan of XRD wants back, zero without one. @returns why not, as text, when it cannot be repaid. */
export function nftRepayment(
  amounts: NftAmounts,
  owed: Decimal,
  funding: Funding,
  wayOut: NftWayOut,
  input: PlanningInput,
): NftRepayment | string {
  const { nft, debt, payment } = amounts
  const nothingOwn = { ownXrd: Decimal.ZERO, steps: claimSteps(amounts, wayOut) }
  if (wayOut.kind === 'claim') {
    if (wayOut.xrd.lt(owed)) return `the claim brings ${wayOut.xrd} XRD, the flash loan wants ${owed}`
    return { ...nothingOwn, isKept: false, xrdIn: wayOut.xrd, proceedsXrd: wayOut.xrd, gained: [] }
  }
  if (owed.isZero()) {
    const gained = [[nft.resource, Decimal.ONE] as const]
    return { ...nothingOwn, isKept: true, xrdIn: Decimal.ZERO, proceedsXrd: wayOut.keptValueXrd, gained }
  }
  if (wayOut.kind === 'keep') return 'a flash loan cannot be repaid from an NFT that is kept'
  if (!mayFinance(input.policy)) return 'the claim must wait, and by policy no loan is taken against it'
  const repaidXrd = debt.resource === input.market.xrd ? payment : Decimal.ZERO
  const claim = { nft: nft.resource, xrd: wayOut.xrd }
  const finance = financeClaim(input, claim, owed, funding.fromWallet, repaidXrd.minus(funding.fromFlashLoan))
  if (typeof finance === 'string') return finance
  return {
    isKept: false,
    steps: finance.steps,
    xrdIn: owed,
    ownXrd: finance.ownXrd,
    // The loan against the claim repays the flash loan: it is neither proceeds nor cost, beyond what own XRD adds.
    proceedsXrd: finance.equityXrd.plus(owed).minus(finance.ownXrd),
    gained: finance.opened,
  }
}
