import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import { borrowable, ownFunds } from './funding.ts'
import type { LiquidationStep, PlanningInput } from './plan.ts'
import { financeServices, serviceOff } from './services-off.ts'
import { waitingCostXrd } from './unstaking.ts'

/** XRD raised against a claim NFT that cannot be claimed yet, by a new CDP of the operator, and what own XRD must add. */
export interface ClaimFinance {
  readonly steps: readonly LiquidationStep[]
  readonly ownXrd: Decimal
  /** What the new CDP is worth to the operator: the claim less the loan and the cost of waiting. */
  readonly equityXrd: Decimal
  /** The new CDP as a change of the operator's account. */
  readonly opened: readonly (readonly [ResourceAddress, Decimal])[]
}

/** Left of the borrowing limit for the attos that rounding may cost. */
const BORROWING_MARGIN = Decimal.parse('0.999')

/**
 * Raises `neededXrd` as Weft's own sample does for LSU: the claim NFT becomes collateral of a new CDP that borrows XRD; own XRD adds
 * what the loan cannot cover.
 * @param poolXrdBack XRD that the liquidation itself has paid into the pool by then, less what it has taken out.
 * @param ownXrdSpent own XRD that earlier steps have spent.
 * @returns why not, as text, when it cannot be done.
 */
export function financeClaim(
  input: PlanningInput,
  claim: { readonly nft: ResourceAddress; readonly xrd: Decimal },
  neededXrd: Decimal,
  ownXrdSpent: Decimal,
  poolXrdBack: Decimal,
): ClaimFinance | string {
  const { market, cdp } = input
  const off = serviceOff(market, financeServices(claim.nft, market.xrd))
  if (off) return off
  const most = market.rules.maxClaimNftValue
  if (most && claim.xrd.gt(most)) return `the market takes claim NFTs up to ${most} XRD, this one is worth ${claim.xrd}`
  const ltv = borrowingLtv(input)
  const pool = market.pools.get(market.xrd)
  if (!ltv || !pool) return 'XRD cannot be borrowed against claim NFTs'
  const wanted = Decimal.min(neededXrd, claim.xrd.times(ltv).times(BORROWING_MARGIN))
  const borrowed = Decimal.max(Decimal.ZERO, Decimal.min(wanted, borrowable(pool).plus(poolXrdBack)))
  if (borrowed.isZero()) return 'the pool of XRD has nothing left to lend'
  const ownXrd = neededXrd.minus(borrowed)
  const available = ownFunds(input, market.xrd).minus(ownXrdSpent)
  if (ownXrd.gt(available)) return `${ownXrd} own XRD are needed beside the loan, ${available} are free`
  return {
    steps: [
      {
        kind: 'open-cdp',
        name: `Liquidation of CDP ${cdp.id}`,
        claimNft: claim.nft,
        borrow: { resource: market.xrd, amount: borrowed },
      },
      ...(ownXrd.isPositive() ? [{ kind: 'withdraw-own', resource: market.xrd, amount: ownXrd } as const] : []),
    ],
    ownXrd,
    equityXrd: claim.xrd.minus(borrowed).minus(waitingCostXrd(claim.xrd, market)),
    opened: market.cdpResource ? [[market.cdpResource, Decimal.ONE]] : [],
  }
}

/**
 * LTV of an XRD loan against a claim to XRD: that of identical resources where the market has one, else XRD's own *(inferred; in
 * Weft's LSU sample the loan is some 0.9 of the claim, beyond XRD's own 0.75)*.
 */
function borrowingLtv({ market }: PlanningInput): Decimal | undefined {
  const configId =
    market.rules.defaultEfficiencyConfigId ?? market.resources.get(market.xrd)?.collateral?.collateralConfigId
  if (configId === undefined) return undefined
  return market.collateralConfigs.current.get(configId)?.config.loanToValueRatio
}
