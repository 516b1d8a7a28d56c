import { Decimal } from '../decimal.ts'
import type { CdpHealth, LoanPosition, NftPosition } from '../health-types.ts'
import type { MarketSnapshot } from '../market.ts'
import { isAccrualDue } from '../pool-accrual.ts'
import { dividedByUp, roundedUp, timesUp } from '../rounding.ts'

/** What `liquidate_nft` demands for one NFT, which goes whole. XRD, but for `payment`. */
export interface NftAmounts {
  readonly nft: NftPosition
  readonly debt: LoanPosition
  /** Of the debt's resource, what repays the loan payment value; rounded up to its divisibility. */
  readonly payment: Decimal
  /** What is handed over for it. More than the payment while interest is due, for it grows until the commit; the surplus comes back. */
  readonly handedOver: Decimal
  readonly paymentValueXrd: Decimal
  /** To the owner, because the NFT is worth more than what may be repaid. */
  readonly compensationXrd: Decimal
  /** To the protocol. */
  readonly feeXrd: Decimal
  /** What is handed over for both. More than is due, for prices move until the commit and too little is refused; the surplus comes back. */
  readonly setAsideXrd: Decimal
}

/** What prices may move before the commit. */
const COMPENSATION_HEADROOM = Decimal.parse('1.005')

/** Interest of many minutes at any rate the market knows, as a fraction. */
const INTEREST_HEADROOM = Decimal.parse('1.0001')

/**
 * An NFT costs its discounted value: first debt, up to what the close factors allow; then the protocol's share of the bonus on that debt;
 * the rest to the owner *(inferred: with it the 87.22741433021807361 XRD that Weft's stokenet NFT sample sets aside are the fee on a
 * discounted value of 6 317.757…, and no compensation)*.
 * @param health judged with the interest that the call itself will add.
 * @returns why not, as text, when this debt alone cannot take the whole payment.
 */
export function nftAmounts(
  health: CdpHealth,
  market: MarketSnapshot,
  nft: NftPosition,
  debt: LoanPosition,
): NftAmounts | string {
  if (!nft.discountedValue.isPositive()) return 'the NFT is worth nothing'
  const payable = Decimal.sum(health.loans.map((loan) => loan.value.times(loan.config.loanCloseFactor)))
  const bonusRate = nft.value.dividedBy(nft.discountedValue).minus(Decimal.ONE)
  const feeRate = bonusRate.times(market.rules.protocolLiquidationBonusFeeRate ?? Decimal.ONE)
  const paymentValueXrd = Decimal.min(nft.discountedValue.dividedBy(Decimal.ONE.plus(feeRate)), payable)
  const feeXrd = paymentValueXrd.times(feeRate)
  const rest = nft.discountedValue.minus(paymentValueXrd).minus(feeXrd)
  const isCovered = paymentValueXrd.lt(payable)

  const most = roundedUp(market, debt.resource, timesUp(debt.amount, debt.config.loanCloseFactor))
  const needed = roundedUp(market, debt.resource, dividedByUp(paymentValueXrd, debt.price))
  if (most.times(debt.price).lt(paymentValueXrd))
    return `${paymentValueXrd} XRD of debt must be repaid, of this loan ${most} at most`
  const payment = Decimal.min(most, needed)
  const compensationXrd = isCovered ? Decimal.ZERO : Decimal.max(rest, Decimal.ZERO)
  const pool = market.pools.get(debt.resource)
  const isGrowing = pool !== undefined && isAccrualDue(pool, market.syncPoint.ledgerTimeMs)
  return {
    nft,
    debt,
    payment,
    handedOver: isGrowing ? roundedUp(market, debt.resource, timesUp(payment, INTEREST_HEADROOM)) : payment,
    paymentValueXrd,
    compensationXrd,
    feeXrd,
    setAsideXrd: timesUp(compensationXrd.plus(feeXrd), COMPENSATION_HEADROOM),
  }
}
