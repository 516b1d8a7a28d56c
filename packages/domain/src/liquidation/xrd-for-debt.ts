import { Decimal } from '../decimal.ts'
import type { LoanPosition } from '../health-types.ts'
import { timesUp } from '../rounding.ts'
import type { LiquidationStep, PlanningInput } from './plan.ts'
import type { QuoteBook } from './quote-book.ts'

/** XRD that buys at least an amount of the debt's resource. */
export interface XrdForDebt {
  readonly xrd: Decimal
  readonly bought: Decimal
  /** Sells all XRD on the worktop; none when the debt is XRD itself. */
  readonly swap: readonly LiquidationStep[]
}

/** How much more than the oracle's value is offered: venues answer what an amount fetches, not what an amount costs. */
const HEADROOMS = ['0.1', '0.25', '0.5', '1'].map((text) => Decimal.parse(text))

/** The least XRD of those asked for that fetches `amount`, within the policy's slippage; `undefined` when none does. */
export function xrdForDebt(
  input: PlanningInput,
  debt: LoanPosition,
  amount: Decimal,
  quotes: QuoteBook,
): XrdForDebt | undefined {
  const { market, policy } = input
  if (debt.resource === market.xrd) return { xrd: amount, bought: amount, swap: [] }
  const value = timesUp(amount, debt.price)
  const answers = HEADROOMS.map((headroom) => {
    const xrd = timesUp(value, Decimal.ONE.plus(policy.maxSlippage.times(headroom)))
    return quotes.best({ from: market.xrd, to: debt.resource, amountIn: xrd })
  })
  const quote = answers.find((each) => each?.amountOut.gte(amount))
  if (!quote) return undefined
  const { component, from, to, amountIn, amountOut } = quote
  return {
    xrd: amountIn,
    bought: amountOut,
    swap: [{ kind: 'swap', component, from, to, amount: 'all', atLeast: amount }],
  }
}
