import { Decimal } from '../src/decimal.ts'
import type { LoanPosition, NftPosition } from '../src/health-types.ts'
import type { ResourceAddress } from '../src/ids.ts'
import { liquidationAmounts } from '../src/liquidation/amounts.ts'
import type { PlanningInput } from '../src/liquidation/plan.ts'
import { nftContentOf } from '../src/market.ts'
import { sizesOf } from './brute-force.ts'
import type { Venue } from './worktop.ts'

/**
 * XRD offered for a debt's resource, as parts of the slippage that is allowed: the amounts that venues are asked about. In between, the
 * planner cannot know what they fetch, and buys up to half of the slippage too much.
 */
const OFFERS = ['0.1', '0.25', '0.5', '1'].map((text) => Decimal.parse(text))
/** The planner leaves this of what can be borrowed to the attos of rounding. */
const BORROWED_AT_MOST = Decimal.parse('0.999')

/**
 * The greatest profit of seizing LSU and unstaking them: every size, own funds or none, and every amount of XRD that is asked about for
 * what the flash loan wants. Profit is what the operator has afterwards, less what he had.
 */
export function bestUnstakedLsu(input: PlanningInput, venue: Venue): Decimal | undefined {
  const { market, health, policy } = input
  if (policy.lsuExit !== 'finance') return undefined
  const profits: Decimal[] = []
  for (const debt of health.loans)
    for (const lsu of health.collaterals.filter(({ kind }) => kind.kind === 'lsu')) {
      for (const size of sizesOf(input, debt, [lsu])) {
        const paid = { resource: debt.resource, amount: size }
        const amounts = liquidationAmounts(health, market, paid, [lsu.resource])
        if (!amounts?.accepted.eq(size) || !size.isPositive()) continue
        const claim = Decimal.sum(amounts.seizures.map(({ received }) => received.times(lsu.price)))
        const afterwards = claim.minus(waiting(input, claim)).minus(size.times(debt.price)).minus(network(input))
        for (const own of [Decimal.ZERO, Decimal.min(owned(input, debt.resource), size)]) {
          const lent = size.minus(own)
          if (lent.gt(lendable(input, debt.resource))) continue
          if (lent.isZero()) profits.push(afterwards)
          else {
            const isXrd = debt.resource === market.xrd
            const fee = flashFee(input, debt.resource, lent)
            const left = owned(input, market.xrd).minus(isXrd ? own : Decimal.ZERO)
            for (const { xrd, bought } of purchases(input, debt, lent.plus(fee), venue))
              if (isFinanced(input, claim, xrd, left, isXrd ? own : Decimal.ZERO))
                profits.push(afterwards.minus(xrd).plus(bought.minus(fee).times(debt.price)))
          }
        }
      }
    }
  return greatest(profits)
}

/** The greatest profit of buying one pledged NFT: every NFT, every debt, paid from own funds, bought for XRD, or lent. */
export function bestNft(input: PlanningInput, venue: Venue): Decimal | undefined {
  const profits = input.health.nfts.flatMap((nft) =>
    input.health.loans.flatMap((debt) => profitsOfNft(input, nft, debt, venue)),
  )
  return greatest(profits)
}

function profitsOfNft(input: PlanningInput, nft: NftPosition, debt: LoanPosition, venue: Venue): Decimal[] {
  const { market, health, policy } = input
  const most = Decimal.sum(health.loans.map((loan) => loan.value.times(loan.config.loanCloseFactor)))
  const feeRate = nft.value
    .dividedBy(nft.discountedValue)
    .minus(Decimal.ONE)
    .times(market.rules.protocolLiquidationBonusFeeRate ?? Decimal.ONE)
  const debtXrd = Decimal.min(nft.discountedValue.dividedBy(Decimal.ONE.plus(feeRate)), most)
  const due = debtXrd.eq(most) ? nft.discountedValue.minus(debtXrd) : debtXrd.times(feeRate)
  // Prices move until the commit: half a per cent more has to be at hand, and comes back.
  const atHand = due.times(Decimal.parse('1.005'))
  const payable = rounded(input, debt.resource, debt.amount.times(debt.config.loanCloseFactor), 'AwayFromZero')
  if (payable.times(debt.price).lt(debtXrd)) return []
  const payment = Decimal.min(payable, rounded(input, debt.resource, debtXrd.dividedBy(debt.price), 'AwayFromZero'))

  const claimEpoch = nftContentOf(input.nftContents, nft.resource, nft.id)?.claimEpoch
  const isReady = claimEpoch !== undefined && claimEpoch <= market.syncPoint.epoch
  const worth =
    claimEpoch === undefined
      ? nft.value.times(Decimal.ONE.minus(policy.maxSlippage))
      : nft.value.minus(isReady ? Decimal.ZERO : waiting(input, nft.value))
  const bought = worth.minus(due).minus(network(input))
  const profits: Decimal[] = []
  const isXrd = debt.resource === market.xrd
  const ownXrd = owned(input, market.xrd)
  if (owned(input, debt.resource).gte(payment) && ownXrd.gte(isXrd ? payment.plus(atHand) : atHand))
    profits.push(bought.minus(payment.times(debt.price)))
  for (const { xrd, bought: received } of purchases(input, debt, payment, venue))
    for (const own of [Decimal.ZERO, Decimal.min(ownXrd, xrd.plus(atHand))]) {
      const lent = xrd.plus(atHand).minus(own)
      if (lent.gt(lendable(input, market.xrd))) continue
      const owed = lent.plus(flashFee(input, market.xrd, lent))
      const back = (isXrd ? payment : Decimal.ZERO).minus(lent)
      const isRepaid =
        lent.isZero() ||
        (isReady && nft.value.gte(owed)) ||
        (!isReady &&
          claimEpoch !== undefined &&
          policy.lsuExit === 'finance' &&
          isFinanced(input, nft.value, owed, ownXrd.minus(own), back))
      if (isRepaid)
        profits.push(bought.minus(xrd).minus(owed.minus(lent)).plus(received.minus(payment).times(debt.price)))
    }
  return profits
}

/** Ways to have `amount` of the debt's resource for XRD. */
function purchases(input: PlanningInput, debt: LoanPosition, amount: Decimal, venue: Venue) {
  const { market, policy } = input
  if (debt.resource === market.xrd) return [{ xrd: amount, bought: amount }]
  return OFFERS.flatMap((part) => {
    const xrd = amount.times(debt.price).times(Decimal.ONE.plus(policy.maxSlippage.times(part)))
    const bought = venue({ from: market.xrd, to: debt.resource, amountIn: xrd })
    return bought?.gte(amount) ? [{ xrd, bought }] : []
  })
}

/** A new CDP with the claim borrows what it can, own XRD adds the rest. */
function isFinanced(input: PlanningInput, claim: Decimal, needed: Decimal, ownXrd: Decimal, back: Decimal): boolean {
  const { market } = input
  const configId = market.rules.defaultEfficiencyConfigId ?? -1
  const ltv = market.collateralConfigs.current.get(configId)?.config.loanToValueRatio ?? Decimal.ZERO
  const pool = lendable(input, market.xrd).plus(back)
  const borrowed = Decimal.min(needed, claim.times(ltv).times(BORROWED_AT_MOST), pool)
  const takesClaim = market.rules.maxClaimNftValue?.gte(claim) ?? true
  return takesClaim && borrowed.isPositive() && needed.minus(borrowed).lte(ownXrd)
}

function waiting({ market }: PlanningInput, value: Decimal): Decimal {
  const rate = market.pools.get(market.xrd)?.interestRate ?? Decimal.ZERO
  return value.times(rate).times(Decimal.fromInteger(7)).dividedBy(Decimal.fromInteger(365))
}

function network({ policy }: PlanningInput): Decimal {
  return policy.expectedNetworkFeeXrd ?? policy.lockFeeXrd
}

function flashFee(input: PlanningInput, resource: ResourceAddress, lent: Decimal): Decimal {
  const rate = input.market.pools.get(resource)?.flashLoanFeeRate ?? Decimal.ZERO
  return rounded(input, resource, lent.times(rate), 'AwayFromZero')
}

function owned({ balances, policy, market }: PlanningInput, resource: ResourceAddress): Decimal {
  const kept = resource === market.xrd ? policy.feeReserveXrd.plus(policy.lockFeeXrd) : Decimal.ZERO
  return Decimal.max(Decimal.ZERO, (balances.get(resource) ?? Decimal.ZERO).minus(kept))
}

function lendable({ market }: PlanningInput, resource: ResourceAddress): Decimal {
  return market.pools.get(resource)?.liquidity ?? Decimal.ZERO
}

function rounded(input: PlanningInput, resource: ResourceAddress, amount: Decimal, mode: 'ToZero' | 'AwayFromZero') {
  return amount.round(input.market.divisibilities.get(resource) ?? 18, mode)
}

function greatest(profits: readonly Decimal[]): Decimal | undefined {
  const [first, ...others] = profits
  return first && Decimal.max(first, ...others)
}
