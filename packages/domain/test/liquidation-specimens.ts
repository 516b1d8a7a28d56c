import type { Cdp } from '../src/cdp.ts'
import { Decimal } from '../src/decimal.ts'
import { judgeHealth } from '../src/health.ts'
import { ComponentAddress, type ResourceAddress } from '../src/ids.ts'
import type { Alternative } from '../src/liquidation/alternative.ts'
import type {
  ExitQuote,
  LiquidationPlan,
  LiquidationPolicy,
  PlanningInput,
  PlanVerdict,
  QuoteRequest,
} from '../src/liquidation/plan.ts'
import { Planning } from '../src/liquidation/planning.ts'
import type { MarketSnapshot, NftContents } from '../src/market.ts'
import { lsuRedemptionPrice } from '../src/price-in-force.ts'
import { aCdp, aCollateral, aLoan, aMarket, LEDGER_TIME_MS, XRD, XUSDC } from './specimens.ts'

/** Specimens for specifications of planning. */

export const DEX = ComponentAddress.parse('component_rdx1cqspecimenofadex')

export const POLICY: LiquidationPolicy = {
  minProfitXrd: Decimal.parse('2'),
  maxSlippage: Decimal.parse('0.03'),
  feeReserveXrd: Decimal.parse('100'),
  lockFeeXrd: Decimal.parse('10'),
  expectedNetworkFeeXrd: Decimal.parse('1'),
  lsuExit: 'hold',
  denied: [],
  allowed: [],
}

/** 10 dollars against 2 700 XRD: 2 255.7 ÷ (2 700 × 0.8) = 1.04. */
export const TOKEN_CDP = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XRD, aCollateral('2700')]] })

export function planningInput(
  cdp: Cdp,
  changes: {
    market?: MarketSnapshot
    policy?: Partial<LiquidationPolicy>
    balances?: readonly (readonly [ResourceAddress, string])[]
    nftContents?: NftContents
  } = {},
): PlanningInput {
  const market = changes.market ?? aMarket()
  const nftContents = changes.nftContents ?? new Map()
  const verdict = judgeHealth(cdp, market, nftContents)
  if (verdict.kind !== 'judged') throw new Error(verdict.why)
  return {
    cdp,
    health: verdict.health,
    market,
    nftContents,
    balances: new Map((changes.balances ?? []).map(([resource, amount]) => [resource, Decimal.parse(amount)])),
    policy: { ...POLICY, ...changes.policy },
    nowMs: LEDGER_TIME_MS,
  }
}

/** The oracle's value in XRD of one unit. */
export function oracleValue(market: MarketSnapshot, resource: ResourceAddress): Decimal {
  if (market.collateralKinds.get(resource)?.kind === 'lsu') return lsuRedemptionPrice(market, resource)
  return market.prices.get(resource)?.feed?.value ?? Decimal.ONE
}

/** A venue's answer at the oracle's value less `cost`. */
export function quoteAt(market: MarketSnapshot, request: QuoteRequest, cost: Decimal): ExitQuote {
  const fair = request.amountIn.times(oracleValue(market, request.from)).dividedBy(oracleValue(market, request.to))
  const amountOut = fair.times(Decimal.ONE.minus(cost)).round(6, 'ToZero')
  return { ...request, venue: 'specimen', component: DEX, amountOut }
}

export function quotesAt(input: PlanningInput, cost = '0.003'): readonly ExitQuote[] {
  return wantedQuotes(input).map((request) => quoteAt(input.market, request, Decimal.parse(cost)))
}

export function planned(verdict: PlanVerdict): LiquidationPlan {
  if (verdict.kind !== 'planned') throw new Error(`${verdict.kind}: ${JSON.stringify(verdict.alternatives, null, 1)}`)
  return verdict.plan
}

export const kinds = (plan: LiquidationPlan) => plan.steps.map((step) => step.kind)
export const text = (value: Decimal | undefined) => String(value)

/** What planning asks first. */
export function wantedQuotes(input: PlanningInput): readonly QuoteRequest[] {
  return new Planning(input).wanted()
}

/** The verdict on one round of answers; sizes in between are tried as far as they are among them. */
export function verdictFor(input: PlanningInput, quotes: readonly ExitQuote[]): PlanVerdict {
  return answered(input, quotes).verdict()
}

/** Everything that is looked at with one round of answers. */
export function alternativesFor(input: PlanningInput, quotes: readonly ExitQuote[]): readonly Alternative[] {
  return answered(input, quotes).alternatives()
}

function answered(input: PlanningInput, quotes: readonly ExitQuote[]): Planning {
  const planning = new Planning(input)
  planning.answer(quotes)
  return planning
}
