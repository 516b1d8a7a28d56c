import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import { XRD } from '../addresses.ts'
import type { Bucket, Execution } from '../execution/execution.ts'
import { compensationEvent, feeEvent } from '../rendering/events.ts'
import { CdpDraft, findCdp } from './cdp-book.ts'
import { type CdpHealth, type CollateralPosition, isLiquidatable, judge, shareForNft } from './health.ts'
import { timesRoundedUp, totals } from './pool.ts'
import { requireCollateralService, requireLoanService } from './services.ts'
import { MarketError } from './state.ts'

/** Amounts and order as in "Liquidation amounts" of `docs/on-ledger-data.md`, inferred from V1 and checked against CDP #1138. */

interface AcceptedPayment {
  readonly resource: string
  readonly accepted: Decimal
  readonly change: Decimal
  readonly value: Decimal
}

/** @returns what is left of the payments, and the liquidator's share of the collateral. */
export function liquidate(
  execution: Execution,
  id: string,
  payments: readonly Bucket[],
  requested: readonly string[] | undefined,
): Bucket[] {
  const offered = totals(payments)
  const health = openForLiquidation(execution, id, [...offered.keys()])
  const order = requested ?? [...health.collaterals.keys()]
  const positions = requestedPositions(health, order)

  const covered = sum(positions.map(([, position]) => position.discountedValue))
  const accepted = acceptPayments(execution, health, offered, covered)
  const paidValue = sum(accepted.map(({ value }) => value))
  const takeWhole = accepted.some(({ reduced }) => reduced)

  const draft = CdpDraft.open(execution, id)
  for (const payment of accepted) {
    requireLoanService(execution.market, 'RepayForLiquidation', payment.resource)
    if (payment.accepted.isZero()) continue
    draft.settle(payment.resource, payment.accepted)
    draft.emitAmount('CDPRepayForLiquidationEvent', payment.resource, payment.accepted)
  }
  const seized: Bucket[] = []
  let remaining = paidValue
  for (const [resource, position] of positions) {
    requireCollateralService(execution.market, 'RemoveForLiquidation', resource)
    const bonusFactor = Decimal.ONE.plus(position.config.bonusRate)
    const valueTaken = takeWhole ? position.value : Decimal.min(remaining.times(bonusFactor), position.value)
    if (valueTaken.isZero()) continue
    remaining = Decimal.max(remaining.minus(valueTaken.dividedBy(bonusFactor)), Decimal.ZERO)
    const amount = amountTaken(execution, draft, resource, position, valueTaken)
    if (amount.isZero()) continue
    const taken = draft.take(resource, amount)
    draft.emitAmount('CDPRemoveCollateralForLiquidation', resource, amount)
    seized.push(withoutProtocolShare(execution, taken, position))
  }
  draft.save()
  return [...changeOf(accepted), ...seized]
}

/**
 * Liquidates one NFT: the payments cover its loan payment value, the compensation bucket (XRD) what the owner gets and the fee.
 * @returns what is left of both, and the NFT.
 */
export function liquidateNft(
  execution: Execution,
  id: string,
  payments: readonly Bucket[],
  nftResource: string,
  nftId: string,
  compensation: Bucket,
): Bucket[] {
  const offered = totals(payments)
  const health = openForLiquidation(execution, id, [...offered.keys()])
  const nft = health.nfts.get(nftResource)?.get(nftId)
  if (!nft) throw new MarketError(`NFTCollateralNotFound: ${nftResource} ${nftId}`)
  const due = nft.compensationValue.plus(nft.liquidationFee)
  if (compensation.kind !== 'fungible' || compensation.resource !== XRD || compensation.amount.lt(due))
    throw new MarketError(`CompensationNotEnough: ${due} XRD are needed`)

  const draft = CdpDraft.open(execution, id)
  const change: Bucket[] = []
  let remaining = nft.loanPaymentValue
  for (const [resource, amount] of offered) {
    requireLoanService(execution.market, 'RepayForNFTLiquidation', resource)
    const loan = loanOf(health, resource)
    const places = execution.divisibility(resource)
    const payable = timesRoundedUp(loan.amount, shareForNft(execution.market, loan)).round(places, 'AwayFromZero')
    const needed = dividedRoundedUp(remaining, loan.price).round(places, 'AwayFromZero')
    const accepted = Decimal.min(amount, payable, needed)
    remaining = Decimal.max(remaining.minus(timesRoundedUp(accepted, loan.price)), Decimal.ZERO)
    if (accepted.isPositive()) {
      draft.settle(resource, accepted)
      draft.emitAmount('CDPRepayForNFTLiquidationEvent', resource, accepted)
    }
    change.push({ kind: 'fungible', resource, amount: amount.minus(accepted) })
  }
  if (remaining.isPositive()) throw new MarketError(`PaymentNotEnough: ${remaining} XRD of debt are missing`)

  const bucket = draft.removeNft(nftResource, nftId, 'CDPRemoveNFTCollateralForLiquidation')
  if (nft.compensationValue.isPositive()) {
    execution.put(ADDRESSES.market, { kind: 'fungible', resource: XRD, amount: nft.compensationValue })
    draft.addAmount(XRD, nft.compensationValue)
    execution.emit('market', compensationEvent(id, nft.compensationValue))
  }
  keepFee(execution, 'NFTLiquidationFeeEvent', 'nft-liquidation-fee', {
    kind: 'fungible',
    resource: XRD,
    amount: nft.liquidationFee,
  })
  draft.save()
  return [...change, { ...compensation, amount: compensation.amount.minus(due) }, bucket]
}

/** Fails unless the CDP is liquidatable as it stands. */
function openForLiquidation(execution: Execution, id: string, payments: readonly string[]): CdpHealth {
  const { market } = execution
  const cdp = findCdp(market, id)
  const health = judge(market, cdp)
  if (!isLiquidatable(health)) throw new MarketError(`CDPNotLiquidatable: ${id} has LTV ${health.liquidationLtv}`)
  for (const resource of payments) loanOf(health, resource)
  return health
}

function loanOf(health: CdpHealth, resource: string) {
  const loan = health.loans.get(resource)
  if (!loan) throw new MarketError(`LoanNotFound: ${resource}`)
  return loan
}

function requestedPositions(health: CdpHealth, order: readonly string[]): [string, CollateralPosition][] {
  if (new Set(order).size !== order.length) throw new MarketError('DuplicateRequestedCollateral')
  return order.map((resource) => {
    const position = health.collaterals.get(resource)
    if (!position) throw new MarketError(`CollateralNotFound: ${resource}`)
    return [resource, position]
  })
}

/**
 * Accepts up to each loan's close factor. What is worth more than the requested collateral covers is refused, or cut where the market
 * is told to.
 */
function acceptPayments(
  execution: Execution,
  health: CdpHealth,
  offered: ReadonlyMap<string, Decimal>,
  covered: Decimal,
): (AcceptedPayment & { readonly reduced: boolean })[] {
  let room = covered
  return [...offered].map(([resource, amount]) => {
    const loan = loanOf(health, resource)
    const places = execution.divisibility(resource)
    const wanted = Decimal.min(amount, loan.amount.times(loan.config.closeFactor)).round(places, 'ToZero')
    const value = wanted.times(loan.price)
    if (value.lte(room)) {
      room = room.minus(value)
      return { resource, accepted: wanted, change: amount.minus(wanted), value, reduced: false }
    }
    if (execution.store.answers.overpayment === 'refused')
      throw new MarketError(
        `CollateralValueNotEnough: ${value} XRD paid in ${resource}, the collateral covers ${room} XRD`,
      )
    const accepted = Decimal.min(room.dividedBy(loan.price).round(places, 'AwayFromZero'), wanted)
    const paid = room
    room = Decimal.ZERO
    return { resource, accepted, change: amount.minus(accepted), value: paid, reduced: true }
  })
}

function changeOf(payments: readonly AcceptedPayment[]): Bucket[] {
  return payments.map(({ resource, change }) => ({ kind: 'fungible', resource, amount: change }))
}

/** In the collateral's own units, rounded down to its divisibility; a position taken at its full value goes whole. */
function amountTaken(
  execution: Execution,
  draft: CdpDraft,
  resource: string,
  position: CollateralPosition,
  valueTaken: Decimal,
): Decimal {
  const held = draft.collaterals.get(resource)?.amount ?? Decimal.ZERO
  if (valueTaken.eq(position.value)) return held
  const amount = valueTaken.dividedBy(position.price)
  const inUnits =
    position.type.kind === 'deposit-unit'
      ? execution.market.depositRatio(position.type.underlying).unitsOf(amount)
      : amount
  return Decimal.min(inUnits.round(execution.divisibility(resource), 'ToZero'), held)
}

/** The protocol keeps its share of the bonus in kind. */
function withoutProtocolShare(execution: Execution, taken: Bucket, position: CollateralPosition): Bucket {
  if (taken.kind !== 'fungible') return taken
  const { bonusRate } = position.config
  const ofSeizure = taken.amount.times(bonusRate)
  const bonus =
    execution.store.answers['bonus-share'] === 'seizure' ? ofSeizure : ofSeizure.dividedBy(Decimal.ONE.plus(bonusRate))
  const share = bonus
    .times(execution.market.settings().bonusFeeRate)
    .round(execution.divisibility(taken.resource), 'ToZero')
  keepFee(execution, 'LiquidationBonusFeeEvent', 'liquidation-fee', { ...taken, amount: share })
  return { ...taken, amount: taken.amount.minus(share) }
}

function keepFee(execution: Execution, event: string, vault: string, fee: Bucket & { kind: 'fungible' }): void {
  if (fee.amount.isZero()) return
  execution.put(ADDRESSES.market, fee, vault)
  execution.emit('market', feeEvent(event, fee.resource, fee.amount))
}

function dividedRoundedUp(value: Decimal, by: Decimal): Decimal {
  const down = value.dividedBy(by)
  return down.times(by).lt(value) ? Decimal.fromAttos(down.attos + 1n) : down
}

function sum(values: readonly Decimal[]): Decimal {
  return Decimal.sum(values)
}
