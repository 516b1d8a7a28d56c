import { type Cdp, type ExitQuote, Planning, type PlanningInput, type QuoteRequest } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { planningInput, quoteAt } from '../../packages/domain/test/liquidation-specimens.ts'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  LSULP,
  XETH_DEPOSIT_UNIT,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDT,
  XWBTC_DEPOSIT_UNIT,
} from '../../packages/domain/test/specimens.ts'
import { median, printClaims } from './claim.ts'

/**
 * What choosing costs: naming the quotes it needs and picking the plan, as a liquidation does both once. The typical case is measured in
 * a process that has planned before; the worst one as it comes, among the first of its kind, before the engine has optimised for it.
 */
const TYPICAL_RUNS = 200
const WORST_RUNS = 15

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
    [XRD_DEPOSIT_UNIT, aCollateral('300')],
    [XWBTC_DEPOSIT_UNIT, aCollateral('0.00001')],
    [XETH_DEPOSIT_UNIT, aCollateral('0.0003')],
  ],
})

const typicalMs = median(measured(typical, TYPICAL_RUNS).slice(TYPICAL_RUNS / 2))
const worstMs = median(measured(worst, WORST_RUNS))
printClaims('planning', [
  { what: 'CPU of planning, one debt and one collateral', measured: typicalMs, limit: 2, unit: 'ms' },
  { what: 'CPU of planning, three debts and three collaterals', measured: worstMs, limit: 15, unit: 'ms' },
])

/** CPU of each run in milliseconds; quotes are the venues' work and are at hand. */
function measured(cdp: Cdp, runs: number): readonly number[] {
  const answers = new Map<string, ExitQuote>()
  plan(inputOf(cdp), answers)
  return Array.from({ length: runs }, () => {
    // Another input each time, as another candidate would be.
    const input = inputOf(cdp)
    const before = process.cpuUsage()
    plan(input, answers)
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1_000
  })
}

function inputOf(cdp: Cdp): PlanningInput {
  return planningInput(cdp, {
    market: aMarket(),
    balances: [
      [XRD, '1000'],
      [XUSDC, '1'],
      [XUSDT, '1'],
      [LSULP, '100'],
    ],
    policy: { lsuExit: 'dex', maxCallsPerTransaction: 4, minProfitXrd: Decimal.fromInteger(-1000) },
  })
}

/** As a liquidation does it: first the quotes it needs, then those in between that look promising, then the choice. */
function plan(input: PlanningInput, answers: Map<string, ExitQuote>): void {
  const ask = (requests: readonly QuoteRequest[]) =>
    requests.map((request) => {
      const key = `${request.from} ${request.to} ${request.amountIn.attos}`
      const quote = answers.get(key) ?? quoteAt(input.market, request, Decimal.parse('0.005'))
      answers.set(key, quote)
      return quote
    })
  const planning = new Planning(input)
  for (let wanted = planning.wanted(); wanted.length > 0; wanted = planning.wanted()) planning.answer(ask(wanted))
  const verdict = planning.verdict()
  if (verdict.kind !== 'planned') throw new Error(`nothing was planned: ${verdict.kind}`)
}
