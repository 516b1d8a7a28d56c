import {
  type Cdp,
  choosePlan,
  type ExitQuote,
  type PlanningInput,
  type QuoteRequest,
  requiredQuotes,
} from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { planningInput, quoteAt } from '../../packages/domain/src/liquidation/specimens.ts'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  LSULP,
  LSULP_DEPOSIT_UNIT,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
  XUSDT,
} from '../../packages/domain/src/specimens.ts'
import { median, printClaims } from './claim.ts'

/** What choosing costs: naming the quotes it needs and picking the plan, warm, as a liquidation does both once. */
const RUNS = 60

/** A dollar debt against XRD: one debt, one collateral, sold for the debt. */
const typical = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XRD, aCollateral('2700')]] })

/** Three debts against three collaterals that each cover a part: every order of seizure, every way out, every funding. */
const worst = aCdp({
  loans: [
    [XUSDC, aLoan('10')],
    [XUSDT, aLoan('10')],
    [LSULP, aLoan('1500')],
  ],
  collaterals: [
    [XRD_DEPOSIT_UNIT, aCollateral('500')],
    [XUSDC_DEPOSIT_UNIT, aCollateral('2.5')],
    [LSULP_DEPOSIT_UNIT, aCollateral('450')],
  ],
})

const [typicalMs, worstMs] = [measured(typical), measured(worst)]
printClaims('planning', [
  { what: 'CPU of planning, one debt and one collateral', measured: typicalMs, limit: 2, unit: 'ms' },
  { what: 'CPU of planning, three debts and three collaterals', measured: worstMs, limit: 15, unit: 'ms' },
])

function measured(cdp: Cdp): number {
  const balances = [
    [XRD, '1000'],
    [XUSDC, '1'],
    [XUSDT, '1'],
    [LSULP, '100'],
  ] as const
  const input = planningInput(cdp, { market: aMarket(), balances })
  // Quotes are the venue's work, not the planner's.
  const answers = new Map<string, ExitQuote>()
  plan(input, (request) => {
    const quote = quoteAt(input.market, request, Decimal.parse('0.005'))
    answers.set(keyOf(request), quote)
    return quote
  })
  const samples = Array.from({ length: RUNS }, () => {
    const before = process.cpuUsage()
    plan(input, (request) => answers.get(keyOf(request)))
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
  return median(samples.slice(RUNS / 3))
}

function plan(input: PlanningInput, answer: (request: QuoteRequest) => ExitQuote | undefined): void {
  const verdict = choosePlan(
    input,
    requiredQuotes(input).flatMap((request) => answer(request) ?? []),
  )
  if (verdict.kind !== 'planned') throw new Error(`nothing was planned: ${verdict.kind}`)
}

function keyOf({ from, to, amountIn }: QuoteRequest): string {
  return `${from} ${to} ${amountIn}`
}
