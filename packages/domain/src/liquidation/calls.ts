import type { Cdp } from '../cdp.ts'
import { Decimal } from '../decimal.ts'
import { isLiquidatable, judgeHealth } from '../health.ts'
import type { CdpHealth } from '../health-types.ts'
import type { ResourceAddress } from '../ids.ts'
import type { MarketSnapshot, NftContents } from '../market.ts'
import { PreciseDecimal } from '../precise-decimal.ts'
import { unitsOfAmount } from '../unit-ratio.ts'
import {
  type LiquidationAmounts,
  liquidationAmounts,
  mostCovered,
  mostPayable,
  type SeizedAmount,
  worthOfPledged,
} from './amounts.ts'

/** A CDP as a call of `liquidate` finds it, and the market with it. */
export interface Standing {
  readonly cdp: Cdp
  readonly health: CdpHealth
  readonly market: MarketSnapshot
  readonly nftContents: NftContents
}

/** One call of `liquidate` among several. */
export interface Call {
  readonly amounts: LiquidationAmounts
  /** In the order of seizure; only what the CDP still holds then, for naming what is gone fails the call. */
  readonly collaterals: readonly ResourceAddress[]
}

/** In their order in the manifest; at least one. */
export type Calls = readonly [...(readonly Call[]), Call]

/**
 * Calls of `liquidate` within one transaction, each as large as it can be: what one call may repay is a part of what is still owed
 * then. They end when the CDP is healthy, the collaterals cover no more, or at `mostCalls`. That the market takes several calls in one
 * transaction, each judged by what the one before has left, is *unverified*: only single calls were ever seen.
 */
export class CallSequence {
  readonly #debt: ResourceAddress
  readonly #order: readonly ResourceAddress[]
  readonly #full: readonly FullCall[]
  readonly #first: Standing

  /** @param order the collaterals that may be seized, in this order. */
  constructor(first: Standing, debt: ResourceAddress, order: readonly ResourceAddress[], mostCalls: number) {
    this.#first = first
    this.#debt = debt
    this.#order = order
    this.#full = mostCalls > 1 ? fullCalls(first, debt, order, mostCalls) : []
  }

  /** What the first `n` calls pay together, for each `n` from 2. */
  get totals(): readonly Decimal[] {
    return this.#full.slice(1).map(({ paid }) => paid)
  }

  /** The fewest calls that pay `amount`, of which the last pays what the others leave; `undefined` when it is too much or too little. */
  paying(amount: Decimal): Calls | undefined {
    const before = this.#full.filter(({ paid }) => paid.lt(amount))
    const next = this.#full[before.length]
    if (next?.paid.eq(amount)) return [...before.map(({ call }) => call), next.call]
    const last = before.at(-1)
    const standing = last ? next?.standing : this.#first
    const call = standing && callOf(standing, this.#debt, this.#order, last ? amount.minus(last.paid) : amount)
    return call && [...before.map((full) => full.call), call]
  }
}

interface FullCall {
  readonly standing: Standing
  readonly call: Call
  /** With all calls before. */
  readonly paid: Decimal
}

function fullCalls(
  first: Standing,
  debt: ResourceAddress,
  order: readonly ResourceAddress[],
  mostCalls: number,
): readonly FullCall[] {
  const calls: FullCall[] = []
  let paid = Decimal.ZERO
  let standing: Standing | undefined = first
  while (standing) {
    const loan = standing.health.loans.find(({ resource }) => resource === debt)
    if (!loan) break
    const payable = mostPayable(loan, standing.market)
    const covered = mostCovered(loan, remainingOf(order, standing.health), standing.market)
    // Collateral that does not cover all that may be paid leaves dust, which is worth no further call.
    const isLast = covered.lt(payable)
    if (isLast && calls.length === 0) break
    const call = callOf(standing, debt, order, Decimal.min(payable, covered))
    if (!call) break
    paid = paid.plus(call.amounts.accepted)
    calls.push({ standing, call, paid })
    standing = isLast || calls.length === mostCalls ? undefined : after(call.amounts, standing)
  }
  return calls
}

/** One call; `undefined` when it would pay or bring nothing. */
function callOf(
  { health, market }: Standing,
  debt: ResourceAddress,
  order: readonly ResourceAddress[],
  amount: Decimal,
): Call | undefined {
  const collaterals = remainingOf(order, health).map(({ resource }) => resource)
  const amounts = liquidationAmounts(health, market, { resource: debt, amount }, collaterals)
  // Dust that the protocol's rounding leaves nothing of.
  if (!amounts?.accepted.isPositive() || amounts.seizures.every(({ received }) => received.isZero())) return undefined
  return { amounts, collaterals }
}

/** What is not worth an atto is not seized, so it need not be named. */
function remainingOf(order: readonly ResourceAddress[], { collaterals }: CdpHealth) {
  return order.flatMap((resource) =>
    collaterals.filter((position) => position.resource === resource && position.value.isPositive()),
  )
}

/**
 * The CDP after a call, while it can still be liquidated. Prices and unit ratios stand still within a transaction, once interest has
 * been added; loan units are settled rounded up, and the configurations that the CDP recorded stay as they are *(inferred)*.
 */
function after(amounts: LiquidationAmounts, { cdp, market, nftContents }: Standing): Standing | undefined {
  const left: Cdp = { ...cdp, loans: loansAfter(cdp, amounts, market), collaterals: collateralsAfter(cdp, amounts) }
  const verdict = judgeHealth(left, market, nftContents)
  if (verdict.kind !== 'judged' || !isLiquidatable(verdict.health)) return undefined
  return { cdp: left, health: verdict.health, market, nftContents }
}

function loansAfter(cdp: Cdp, { debt, accepted }: LiquidationAmounts, market: MarketSnapshot): Cdp['loans'] {
  const ratio = market.pools.get(debt.resource)?.loans.unitRatio ?? PreciseDecimal.ZERO
  return new Map(
    [...cdp.loans].flatMap(([resource, loan]) => {
      if (resource !== debt.resource) return [[resource, loan] as const]
      const units = loan.units.minus(unitsOfAmount(accepted, ratio, 'AwayFromZero'))
      return units.isPositive() ? [[resource, { ...loan, units }] as const] : []
    }),
  )
}

function collateralsAfter(cdp: Cdp, { seizures }: LiquidationAmounts): Cdp['collaterals'] {
  const taken = new Map(seizures.map((seizure) => [seizure.position.resource, seizure.taken]))
  return new Map(
    [...cdp.collaterals].flatMap(([resource, collateral]) => {
      const amount = collateral.amount.minus(taken.get(resource) ?? Decimal.ZERO)
      return amount.isPositive() ? [[resource, { ...collateral, amount }] as const] : []
    }),
  )
}

/** Several calls as one: what is paid and seized altogether. Each call was rounded on its own; the worth of all that is received is not. */
export function together(calls: Calls, market: MarketSnapshot): LiquidationAmounts {
  const [{ amounts: first }] = calls
  if (calls.length === 1) return first
  const seizures = new Map<ResourceAddress, SeizedAmount>()
  for (const { amounts } of calls)
    for (const seizure of amounts.seizures) {
      const { resource } = seizure.position
      const known = seizures.get(resource)
      seizures.set(resource, known ? added(known, seizure, market) : seizure)
    }
  return {
    debt: first.debt,
    accepted: Decimal.sum(calls.map(({ amounts }) => amounts.accepted)),
    remainder: Decimal.ZERO,
    paidValueXrd: Decimal.sum(calls.map(({ amounts }) => amounts.paidValueXrd)),
    seizures: [...seizures.values()],
  }
}

function added(known: SeizedAmount, more: SeizedAmount, market: MarketSnapshot): SeizedAmount {
  const received = known.received.plus(more.received)
  return {
    position: known.position,
    taken: known.taken.plus(more.taken),
    protocolShare: known.protocolShare.plus(more.protocolShare),
    received,
    receivedValueXrd: worthOfPledged(known.position, received, market),
  }
}
