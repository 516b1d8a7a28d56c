import { expect, test } from 'vitest'
import { planningInput, quotesAt } from '../../test/liquidation-specimens.ts'
import { aCdp, aCollateral, aLoan, XRD, XUSDC, XUSDC_DEPOSIT_UNIT } from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import type { ExitQuote, PlanningInput } from './plan.ts'
import { type Proposal, proposalsFor } from './proposals.ts'
import { QuoteBook } from './quote-book.ts'
import { partsOf, type WayOut, waysOut } from './way-out.ts'

test('a kept token is not swept along when redeemed units of the same token are sold', () => {
  const cdp = aCdp({
    loans: [[XRD, aLoan('4000')]],
    collaterals: [
      [XUSDC, aCollateral('5')],
      [XUSDC_DEPOSIT_UNIT, aCollateral('5')],
    ],
  })
  const input = planningInput(cdp, { balances: [[XRD, '5000']] })
  const both = proposalsFor(input).proposals.find((proposal) => proposal.order.length === 2)
  if (!both) throw new Error('no proposal seizes both')
  const waysOfBoth = ways(both, input, quotesAt(input))
  const [token, units] = both.amounts.seizures
  const way = waysOfBoth.find((each) => each.kept.length === 1 && each.kept[0]?.resource === XUSDC)
  const order = both.order.map((position) => position.resource)
  const sold = order[0] === XUSDC ? units : token
  expect(way?.steps().find((step) => step.kind === 'swap')).toMatchObject({
    from: XUSDC,
    to: XRD,
    amount: sold?.received.round(6, 'ToZero'),
  })
  const all = waysOfBoth.find((each) => each.kept.length === 0)
  expect(all?.steps().find((step) => step.kind === 'swap')).toMatchObject({ amount: 'all' })
})

test('nothing is converted or kept of a collateral that rounding leaves nothing of', () => {
  const cdp = aCdp({
    loans: [[XRD, aLoan('4000')]],
    collaterals: [
      [XUSDC, aCollateral('0.000001')],
      [XUSDC_DEPOSIT_UNIT, aCollateral('15')],
    ],
  })
  const input = planningInput(cdp, { balances: [[XRD, '5000']] })
  for (const proposal of proposalsFor(input).proposals)
    for (const way of ways(proposal, input, []))
      expect(way.kept.every((each) => each.amount.gt(Decimal.ZERO))).toBe(true)
})

function ways(proposal: Proposal, input: PlanningInput, quotes: readonly ExitQuote[]): readonly WayOut[] {
  const book = new QuoteBook()
  book.answer(quotes)
  return waysOut(proposal.amounts.debt, partsOf(proposal, input), input, book)
}
