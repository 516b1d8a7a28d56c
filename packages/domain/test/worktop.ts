import type { Cdp } from '../src/cdp.ts'
import { Decimal } from '../src/decimal.ts'
import { isLiquidatable, judgeHealth } from '../src/health.ts'
import type { CdpHealth, LoanPosition, NftPosition } from '../src/health-types.ts'
import type { ResourceAddress } from '../src/ids.ts'
import { type LiquidationAmounts, liquidationAmounts } from '../src/liquidation/amounts.ts'
import type { LiquidationPlan, LiquidationStep, PlanningInput, QuoteRequest } from '../src/liquidation/plan.ts'
import type { LendingPool } from '../src/market.ts'
import { lsuRedemptionPrice } from '../src/price-in-force.ts'
import { amountOfUnits, unitsOfAmount } from '../src/unit-ratio.ts'

/** What a venue pays, as a rule instead of a table of quotes. */
export type Venue = (request: QuoteRequest) => Decimal | undefined

/**
 * Carries out a plan's steps one by one on a worktop, knowing nothing of how they were chosen. Throws where a manifest would fail: a
 * step takes what is not there, a guard does not hold, a flash loan stays unpaid.
 * @returns net changes of the operator's account, the network fee left out.
 */
export function carryOut(plan: LiquidationPlan, input: PlanningInput, venue: Venue): Map<ResourceAddress, Decimal> {
  const worktop = new Worktop()
  const account = new Map<ResourceAddress, Decimal>()
  const vaults = new Map([...input.market.pools].map(([resource, { liquidity }]) => [resource, liquidity]))
  const intoVault = (resource: ResourceAddress, amount: Decimal) => {
    const left = (vaults.get(resource) ?? Decimal.ZERO).plus(amount)
    if (left.isNegative()) throw new Error(`the pool of ${resource} does not hold that much`)
    vaults.set(resource, left)
  }
  /** Non-fungibles on the worktop, one of a kind at most, with what they are worth. */
  const held = new Map<ResourceAddress, Decimal>()
  let owed: { resource: ResourceAddress; amount: Decimal } | undefined
  const { market } = input
  let { cdp } = input
  for (const [index, step] of plan.steps.entries()) {
    switch (step.kind) {
      case 'flash-loan': {
        const pool = market.pools.get(step.resource)
        if (!pool) throw new Error('there is no such pool')
        intoVault(step.resource, step.amount.negated())
        owed = { resource: step.resource, amount: step.amount.plus(feeOn(step.amount, pool)) }
        worktop.put(step.resource, step.amount)
        break
      }
      case 'withdraw-own':
        account.set(step.resource, (account.get(step.resource) ?? Decimal.ZERO).minus(step.amount))
        worktop.put(step.resource, step.amount)
        break
      case 'liquidate': {
        const [resource] = step.payments
        if (!resource) throw new Error('nothing is paid')
        if (step.amount) worktop.take(resource, step.amount)
        const payment = { resource, amount: step.amount ?? worktop.takeAll(resource) }
        const health = judgedIn(cdp, input)
        if (cdp !== input.cdp && !isLiquidatable(health)) throw new Error('the CDP is healthy by now')
        if (!step.collaterals.every((each) => cdp.collaterals.has(each))) throw new Error('there is no such collateral')
        const amounts = liquidationAmounts(health, market, payment, step.collaterals)
        if (!amounts) throw new Error('there is no such loan')
        cdp = cdpAfter(cdp, amounts, input)
        intoVault(resource, amounts.accepted)
        worktop.put(resource, amounts.remainder)
        for (const { position, received } of amounts.seizures) worktop.put(position.resource, received)
        break
      }
      case 'redeem-deposit-units': {
        const kind = market.collateralKinds.get(step.depositUnit)
        const pool = kind?.kind === 'deposit-unit' ? market.pools.get(kind.underlying) : undefined
        if (kind?.kind !== 'deposit-unit' || !pool) throw new Error('that is no deposit unit')
        const places = market.divisibilities.get(kind.underlying) ?? 18
        const amount = amountOfUnits(worktop.takeAll(step.depositUnit), pool.deposits.unitRatio).round(places, 'ToZero')
        intoVault(kind.underlying, amount.negated())
        worktop.put(kind.underlying, amount)
        break
      }
      case 'swap': {
        const setAside = step.from === market.xrd ? compensationAhead(plan.steps.slice(index)) : Decimal.ZERO
        const amountIn = step.amount === 'all' ? worktop.of(step.from).minus(setAside) : step.amount
        const amountOut = venue({ from: step.from, to: step.to, amountIn })
        if (!amountOut) throw new Error('there is no route')
        if (step.atLeast && amountOut.lt(step.atLeast))
          throw new Error(`the swap brings ${amountOut}, its floor is ${step.atLeast}`)
        worktop.take(step.from, amountIn)
        worktop.put(step.to, amountOut)
        break
      }
      case 'assert-at-least':
        if (worktop.of(step.resource).lt(step.amount))
          throw new Error(`the guard wants ${step.amount} of ${step.resource}, there are ${worktop.of(step.resource)}`)
        break
      case 'unstake': {
        const claimNft = market.validators.get(step.validator)?.claimNft
        if (!claimNft) throw new Error('there is no such validator')
        held.set(claimNft, worktop.takeAll(step.lsu).times(lsuRedemptionPrice(market, step.lsu)))
        break
      }
      case 'open-cdp': {
        const claim = held.get(step.claimNft)
        if (!claim || step.borrow.amount.gt(claim)) throw new Error('the claim does not bear this loan')
        held.delete(step.claimNft)
        intoVault(step.borrow.resource, step.borrow.amount.negated())
        worktop.put(step.borrow.resource, step.borrow.amount)
        if (market.cdpResource) held.set(market.cdpResource, claim.minus(step.borrow.amount))
        break
      }
      case 'repay-flash-loan':
        if (owed?.resource !== step.resource) throw new Error('no such flash loan was taken')
        worktop.take(step.resource, owed.amount)
        owed = undefined
        break
      case 'liquidate-nft': {
        const nft = input.health.nfts.find(({ resource, id }) => resource === step.nftResource && id === step.nftId)
        const [resource] = step.payments
        const debt = input.health.loans.find((loan) => loan.resource === resource)
        if (!nft || !debt) throw new Error('there is no such NFT or loan')
        worktop.take(market.xrd, step.compensationXrd)
        const { payment, due } = priceOf(nft, debt, input)
        if (step.compensationXrd.lt(due)) throw new Error(`${due} XRD are due, ${step.compensationXrd} are given`)
        worktop.put(market.xrd, step.compensationXrd.minus(due))
        worktop.take(debt.resource, payment)
        intoVault(debt.resource, payment)
        held.set(nft.resource, nft.value)
        break
      }
      case 'claim-xrd': {
        const claim = held.get(step.claimNft)
        if (!claim) throw new Error('there is nothing to claim')
        held.delete(step.claimNft)
        worktop.put(market.xrd, claim)
        break
      }
    }
  }
  if (owed) throw new Error('the flash loan was not repaid')
  for (const [resource, amount] of worktop.left())
    account.set(resource, (account.get(resource) ?? Decimal.ZERO).plus(amount))
  for (const resource of held.keys()) account.set(resource, Decimal.ONE)
  return new Map([...account].filter(([, amount]) => !amount.isZero()))
}

function judgedIn(cdp: Cdp, { market, nftContents }: PlanningInput): CdpHealth {
  const verdict = judgeHealth(cdp, market, nftContents)
  if (verdict.kind !== 'judged') throw new Error(verdict.why)
  return verdict.health
}

/** The CDP as the market would store it after one call. */
function cdpAfter(cdp: Cdp, { debt, accepted, seizures }: LiquidationAmounts, { market }: PlanningInput): Cdp {
  const loans = new Map(cdp.loans)
  const collaterals = new Map(cdp.collaterals)
  const loan = loans.get(debt.resource)
  const ratio = market.pools.get(debt.resource)?.loans.unitRatio
  if (!loan || !ratio) throw new Error('there is no such loan')
  const unitsLeft = loan.units.minus(unitsOfAmount(accepted, ratio, 'AwayFromZero'))
  if (unitsLeft.isPositive()) loans.set(debt.resource, { ...loan, units: unitsLeft })
  else loans.delete(debt.resource)
  for (const { position, taken } of seizures) {
    const held = collaterals.get(position.resource)
    if (!held || held.amount.lt(taken)) throw new Error(`the CDP does not hold ${taken} of ${position.resource}`)
    if (held.amount.eq(taken)) collaterals.delete(position.resource)
    else collaterals.set(position.resource, { ...held, amount: held.amount.minus(taken) })
  }
  return { ...cdp, loans, collaterals }
}

/** What an NFT costs: debt up to what the close factors allow, then fee and compensation in XRD. */
function priceOf(nft: NftPosition, debt: LoanPosition, { health, market }: PlanningInput) {
  const most = Decimal.sum(health.loans.map((loan) => loan.value.times(loan.config.loanCloseFactor)))
  const bonus = nft.value.dividedBy(nft.discountedValue).minus(Decimal.ONE)
  const feeRate = bonus.times(market.rules.protocolLiquidationBonusFeeRate ?? Decimal.ONE)
  const inDebt = Decimal.min(nft.discountedValue.dividedBy(Decimal.ONE.plus(feeRate)), most)
  const fee = inDebt.times(feeRate)
  const compensation = inDebt.eq(most) ? nft.discountedValue.minus(inDebt).minus(fee) : Decimal.ZERO
  const places = market.divisibilities.get(debt.resource) ?? 18
  const up = (amount: bigint, by: bigint) => Decimal.fromAttos((amount + by - 1n) / by).round(places, 'AwayFromZero')
  const payable = up(debt.amount.attos * debt.config.loanCloseFactor.attos, 10n ** 18n)
  const needed = up(inDebt.attos * 10n ** 18n, debt.price.attos)
  return { payment: Decimal.min(payable, needed), due: fee.plus(Decimal.max(compensation, Decimal.ZERO)) }
}

/** Rounded up at the 18th digit, then to what the resource can be split into. */
function feeOn(amount: Decimal, pool: LendingPool): Decimal {
  const exact = amount.attos * (pool.flashLoanFeeRate ?? Decimal.ZERO).attos
  const step = 10n ** 18n * 10n ** BigInt(18 - pool.loans.divisibility)
  return Decimal.fromAttos(((exact + step - 1n) / step) * (step / 10n ** 18n))
}

function compensationAhead(steps: readonly LiquidationStep[]): Decimal {
  return Decimal.sum(steps.map((step) => (step.kind === 'liquidate-nft' ? step.compensationXrd : Decimal.ZERO)))
}

class Worktop {
  readonly #amounts = new Map<ResourceAddress, Decimal>()

  of(resource: ResourceAddress): Decimal {
    return this.#amounts.get(resource) ?? Decimal.ZERO
  }

  put(resource: ResourceAddress, amount: Decimal): void {
    if (amount.isNegative()) throw new Error('a negative amount')
    this.#amounts.set(resource, this.of(resource).plus(amount))
  }

  take(resource: ResourceAddress, amount: Decimal): void {
    if (this.of(resource).lt(amount)) throw new Error(`${amount} of ${resource} are not on the worktop`)
    this.#amounts.set(resource, this.of(resource).minus(amount))
  }

  takeAll(resource: ResourceAddress): Decimal {
    const amount = this.of(resource)
    this.take(resource, amount)
    return amount
  }

  left(): readonly (readonly [ResourceAddress, Decimal])[] {
    return [...this.#amounts].filter(([, amount]) => amount.isPositive())
  }
}
