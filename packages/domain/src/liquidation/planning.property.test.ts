import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bestByBruteForce, venueOf } from '../../test/brute-force.ts'
import { alternativesFor, DEX, planningInput, verdictFor, wantedQuotes } from '../../test/liquidation-specimens.ts'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  aPool,
  LSU,
  LSULP,
  LSULP_DEPOSIT_UNIT,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
} from '../../test/specimens.ts'
import { carryOut, type Venue } from '../../test/worktop.ts'
import { Decimal } from '../decimal.ts'
import { isLiquidatable } from '../health.ts'
import type { ResourceAddress } from '../ids.ts'
import { isPriced } from './alternative.ts'
import type { ExitQuote, LiquidationPlan, PlanningInput, QuoteRequest } from './plan.ts'
import { Planning } from './planning.ts'

const COLLATERALS = [XRD, XUSDC, LSULP, LSU, XRD_DEPOSIT_UNIT, XUSDC_DEPOSIT_UNIT] as const
const LOANS = [XRD, XUSDC, LSULP] as const

const decimalText = (least: bigint, most: bigint) =>
  fc.bigInt({ min: least, max: most }).map((attos) => Decimal.fromAttos(attos).toString())
const value = decimalText(10n ** 15n, 1000n * 10n ** 18n)
const ratio = decimalText(5n * 10n ** 17n, 10n ** 18n)
const sometimes = (most: number) => fc.oneof(fc.constant('0'), fc.integer({ min: 1, max: most }).map(String))

/** Costs are rounded up here and down there, and venues truncate factors. */
const ROUNDING = Decimal.parse('0.000000000001')

interface Case {
  readonly input: PlanningInput
  readonly venue: Venue
}

/** Up to two loans and three collaterals of values near each other, in a market of any tightness. */
const drawing = fc.record({
  loans: fc.uniqueArray(fc.constantFrom(...LOANS), { minLength: 1, maxLength: 2 }),
  collaterals: fc.uniqueArray(fc.constantFrom(...COLLATERALS), { minLength: 1, maxLength: 3 }),
  loanValues: fc.tuple(value, value),
  collateralValues: fc.tuple(value, value, value),
  depositRatios: fc.tuple(ratio, ratio, ratio),
  loanRatios: fc.tuple(ratio, ratio, ratio),
  liquidity: fc.tuple(sometimes(5000), sometimes(5000), sometimes(5000)),
  balances: fc.tuple(sometimes(1000), sometimes(1000), sometimes(1000)),
  lsuExit: fc.constantFrom('hold' as const, 'dex' as const, 'best' as const),
  maxCallsPerTransaction: fc.constantFrom(1, 3),
  depthXrd: fc.constantFrom('100', '3000', '200000'),
  venueFee: fc.constantFrom('0', '0.003', '0.02', '0.035'),
})

function caseOf(drawn: typeof drawing extends fc.Arbitrary<infer T> ? T : never): Case {
  const pool = (depositUnit: ResourceAddress, index: 0 | 1 | 2, divisibility: number) =>
    aPool(depositUnit, {
      depositRatio: drawn.depositRatios[index],
      loanRatio: drawn.loanRatios[index],
      liquidity: drawn.liquidity[index],
      divisibility,
    })
  const market = aMarket({
    pools: new Map([
      [XRD, pool(XRD_DEPOSIT_UNIT, 0, 18)],
      [XUSDC, pool(XUSDC_DEPOSIT_UNIT, 1, 6)],
      [LSULP, pool(LSULP_DEPOSIT_UNIT, 2, 18)],
    ]),
  })
  /** Roughly `xrd` worth of the resource. */
  const worth = (resource: ResourceAddress, xrd = '1') =>
    resource === XUSDC || resource === XUSDC_DEPOSIT_UNIT
      ? Decimal.parse(xrd).dividedBy(Decimal.parse('225')).round(6, 'ToPositiveInfinity').toString()
      : xrd
  const cdp = aCdp({
    loans: drawn.loans.map((resource, index) => [resource, aLoan(worth(resource, drawn.loanValues[index]))]),
    collaterals: drawn.collaterals.map((resource, index) => [
      resource,
      aCollateral(worth(resource, drawn.collateralValues[index])),
    ]),
  })
  const balances = LOANS.map((resource, index) => [resource, worth(resource, drawn.balances[index])] as const)
  // Nothing is too bad to be planned: what is compared is the best.
  const { lsuExit, maxCallsPerTransaction } = drawn
  const policy = { lsuExit, maxCallsPerTransaction, minProfitXrd: Decimal.parse('-100000') }
  const input = planningInput(cdp, { market, balances, policy })
  return { input, venue: venueOf(input, Decimal.parse(drawn.depthXrd), Decimal.parse(drawn.venueFee)) }
}

function ask(requests: readonly QuoteRequest[], venue: Venue): readonly ExitQuote[] {
  return requests.flatMap((request): ExitQuote[] => {
    const amountOut = venue(request)
    return amountOut ? [{ ...request, venue: 'deep', component: DEX, amountOut }] : []
  })
}

function answers(input: PlanningInput, venue: Venue): readonly ExitQuote[] {
  return ask(wantedQuotes(input), venue)
}

/** @param isAskedAgain whether the venue also answers about sizes between those tried. */
function planningWith(input: PlanningInput, venue: Venue, isAskedAgain: boolean): Planning {
  const planning = new Planning(input)
  do planning.answer(ask(planning.wanted(), venue))
  while (isAskedAgain && planning.wanted().length > 0)
  return planning
}

test('the chosen plan is never worse than the best of all combinations', () => {
  let compared = 0
  fc.assert(
    fc.property(drawing, (drawn) => {
      const { input, venue } = caseOf(drawn)
      fc.pre(isLiquidatable(input.health))
      const verdict = verdictFor(input, answers(input, venue))
      const best = bestByBruteForce(input, venue)
      // The planner may find more: it knows the market's price from its smallest trade, brute force from a tiny one.
      if (best === undefined) return
      compared += 1
      const profit = verdict.kind === 'planned' ? verdict.plan.terms.profitXrd : Decimal.MIN
      expect({
        profit: profit.toString(),
        isBest: profit.gte(best.minus(ROUNDING)),
        best: best.toString(),
      }).toMatchObject({ isBest: true })
    }),
    { numRuns: 250 },
  )
  expect(compared).toBeGreaterThan(80)
})

const FINE_GRID = Array.from({ length: 25 }, (_, index) =>
  Decimal.fromInteger(25 - index).dividedBy(Decimal.fromInteger(25)),
)

/** What the chosen plan earns before the network fee, as a part of the best that the fine grid finds; lowest first. */
function earnings(isAskedAgain: boolean): readonly number[] {
  const parts: number[] = []
  fc.assert(
    fc.property(drawing, (drawn) => {
      const simple = { ...drawn, loans: drawn.loans.slice(0, 1), collaterals: drawn.collaterals.slice(0, 2) }
      const { input, venue } = caseOf(simple)
      fc.pre(isLiquidatable(input.health))
      const best = bestByBruteForce(input, venue, FINE_GRID)
      fc.pre(best?.gt(Decimal.ONE) === true)
      const verdict = planningWith(input, venue, isAskedAgain).verdict()
      const profit = verdict.kind === 'planned' ? verdict.plan.terms.profitXrd : Decimal.ZERO
      const gross = (net = Decimal.ZERO) => 1 + net.toApproxNumber()
      parts.push(gross(profit) / gross(best))
    }),
    { numRuns: 250, seed: 20_261_123 },
  )
  return parts.sort((a, b) => a - b)
}

test('asking about sizes in between comes close to the best that a fine grid of sizes finds', () => {
  const farOff = (parts: readonly number[]) => parts.filter((part) => part < 0.95).length / parts.length
  const asked = earnings(true)
  expect(asked.length).toBeGreaterThan(150)
  // What is left are debts and orders that pay only at a size which none of the first came near.
  expect(farOff(asked)).toBeLessThan(0.02)
  expect(farOff(earnings(false))).toBeGreaterThan(0.03)
})

test('every plan can be carried out step by step and moves exactly what it says', () => {
  const exits = new Set<string>()
  let inSeveralCalls = 0
  fc.assert(
    fc.property(drawing, (drawn) => {
      const { input, venue } = caseOf(drawn)
      for (const alternative of alternativesFor(input, answers(input, venue))) {
        if (!isPriced(alternative)) continue
        const plan = alternative.plan()
        exits.add(plan.exit)
        if (plan.steps.filter(({ kind }) => kind === 'liquidate').length > 1) inSeveralCalls += 1
        expect(guarded(plan).gte(owedBy(plan, input))).toBe(true)
        const moved = carryOut(plan, input, venue)
        expect(asText(moved)).toEqual(asText(plan.expectedChanges))
        for (const [resource, amount] of moved)
          if (amount.isNegative()) expect(amount.negated().lte(spendable(input, resource))).toBe(true)
      }
    }),
    { numRuns: 200 },
  )
  expect([...exits].sort()).toEqual(['dex', 'hold', 'pool-withdrawal', 'unstake'])
  expect(inSeveralCalls).toBeGreaterThan(5)
})

test('every quote is asked for once', () => {
  fc.assert(
    fc.property(drawing, (drawn) => {
      const asked = wantedQuotes(caseOf(drawn).input).map(({ from, to, amountIn }) => `${from} ${to} ${amountIn}`)
      expect(new Set(asked).size).toBe(asked.length)
      expect(asked.every((each) => !each.endsWith(' 0'))).toBe(true)
    }),
    { numRuns: 100 },
  )
})

/** What the last guard before the repayment demands of the debt's resource. */
function guarded({ steps, payment }: LiquidationPlan): Decimal {
  const guards = steps.filter((step) => step.kind === 'assert-at-least' && step.resource === payment.resource)
  const last = guards.at(-1)
  return last?.kind === 'assert-at-least' ? last.amount : Decimal.ZERO
}

function owedBy({ payment }: LiquidationPlan, { market }: PlanningInput): Decimal {
  const rate = market.pools.get(payment.resource)?.flashLoanFeeRate ?? Decimal.ZERO
  return payment.fromFlashLoan.plus(payment.fromFlashLoan.times(rate))
}

function spendable({ balances, market, policy }: PlanningInput, resource: ResourceAddress): Decimal {
  const balance = balances.get(resource) ?? Decimal.ZERO
  return resource === market.xrd ? balance.minus(policy.feeReserveXrd) : balance
}

function asText(changes: ReadonlyMap<ResourceAddress, Decimal>): Record<string, string> {
  return Object.fromEntries([...changes].map(([resource, amount]) => [resource, amount.toString()]))
}
