import { describe, expect, test } from 'vitest'
import {
  kinds,
  planned,
  planningInput,
  quoteAt,
  quotesAt,
  TOKEN_CDP,
  text,
  verdictFor,
  wantedQuotes,
} from '../../test/liquidation-specimens.ts'
import {
  aCdp,
  aCollateral,
  aLoan,
  HUG,
  LSU,
  withServiceOff,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
} from '../../test/specimens.ts'
import { carryOut } from '../../test/worktop.ts'
import type { Cdp } from '../cdp.ts'
import { Decimal } from '../decimal.ts'
import { isLiquidatable } from '../health.ts'
import type { ResourceAddress } from '../ids.ts'
import { CallSequence, type Calls, together } from './calls.ts'
import type { PlanningInput } from './plan.ts'

/** 10 dollars against XRD: liquidatable below 2 819.6 XRD, worth less than the debt and the bonus below 2 413.6. */
const owing10 = (...collaterals: [ResourceAddress, string][]) =>
  aCdp({
    loans: [[XUSDC, aLoan('10')]],
    collaterals: collaterals.map(([resource, amount]) => [resource, aCollateral(amount)]),
  })

function sequenceOf(cdp: Cdp, mostCalls: number, order = [...cdp.collaterals.keys()], debt: ResourceAddress = XUSDC) {
  const { health, market, nftContents } = planningInput(cdp)
  return new CallSequence({ cdp, health, market, nftContents }, debt, order, mostCalls)
}

function paying(sequence: CallSequence, amount: string): Calls {
  const calls = sequence.paying(Decimal.parse(amount))
  if (!calls) throw new Error(`no calls pay ${amount}`)
  return calls
}

const accepted = (calls: Calls) => calls.map(({ amounts }) => text(amounts.accepted))

describe('how many calls', () => {
  test.each([
    // 2 255.7 ÷ (2 700 × 0.8) = 1.04: half the debt cures it.
    ['one cures a CDP just below its threshold', '2700', 4, []],
    // 2 255.7 ÷ (2 460 × 0.8) = 1.146: LTVs of 1.126, 1.087 and 1.012 follow before it is healthy.
    ['a deeper one takes exactly as many as cure it', '2460', 8, ['7.5', '8.75', '9.375']],
    ['and no more than allowed', '2460', 2, ['7.5']],
    // 2 255.7 × 1.07 = 2 413.6: below that each call makes it worse, until nothing is left.
    ['an insolvent one as many as its collateral pays for', '2000', 8, ['7.5', '8.286372']],
    ['none when only one is allowed', '2000', 1, []],
  ])('%s', (_, xrd, mostCalls, totals) => {
    expect(sequenceOf(owing10([XRD, xrd]), mostCalls).totals.map(text)).toEqual(totals)
  })

  test('each pays its part of what is still owed; what is not reached stays with the last', () => {
    const sequence = sequenceOf(owing10([XRD, '2460']), 8)
    expect(accepted(paying(sequence, '9.375'))).toEqual(['5', '2.5', '1.25', '0.625'])
    expect(accepted(paying(sequence, '8'))).toEqual(['5', '2.5', '0.5'])
    expect(accepted(paying(sequence, '5'))).toEqual(['5'])
    expect(accepted(paying(sequence, '3'))).toEqual(['3'])
    expect(sequence.paying(Decimal.parse('9.375001'))).toBeUndefined()
    expect(sequence.paying(Decimal.ZERO)).toBeUndefined()
  })
})

test('the CDP is healthy after the last of as many calls as needed, and not before', () => {
  const cdp = owing10([XRD, '2460'])
  for (const [total, isCured] of [
    ['8.75', false],
    ['9.375', true],
  ] as const) {
    const calls = together(paying(sequenceOf(cdp, 8), total), planningInput(cdp).market)
    const left = aCdp({
      loans: [[XUSDC, aLoan(Decimal.parse('10').minus(calls.accepted).toString())]],
      collaterals: calls.seizures.map(({ position, taken }) => [
        position.resource,
        aCollateral(position.pledged.minus(taken).toString()),
      ]),
    })
    expect(isLiquidatable(planningInput(left).health)).toBe(!isCured)
  }
})

describe('several collaterals run out in order', () => {
  // 600 XRD of LSU pay for a half of the first call; then the deposit units, then the tokens.
  const cdp = owing10([LSU, '500'], [XRD_DEPOSIT_UNIT, '800'], [XRD, '900'])
  const calls = paying(sequenceOf(cdp, 4), '8.75')

  test('each call names what is left, and seizes from the first of it', () => {
    expect(calls.map(({ collaterals }) => collaterals)).toEqual([
      [LSU, XRD_DEPOSIT_UNIT, XRD],
      [XRD_DEPOSIT_UNIT, XRD],
      [XRD],
    ])
    expect(calls.map(({ amounts }) => amounts.seizures.map(({ position }) => position.resource))).toEqual([
      [LSU, XRD_DEPOSIT_UNIT],
      [XRD_DEPOSIT_UNIT, XRD],
      [XRD],
    ])
  })

  test('together they are one seizure of each', () => {
    const all = together(calls, planningInput(cdp).market)
    expect(all.seizures.map(({ position, taken }) => [position.resource, text(taken)]).slice(0, 2)).toEqual([
      [LSU, '500'],
      [XRD_DEPOSIT_UNIT, '800'],
    ])
    for (const key of ['taken', 'received', 'protocolShare'] as const)
      expect(text(Decimal.sum(all.seizures.map((each) => each[key])))).toBe(
        text(Decimal.sum(calls.flatMap(({ amounts }) => amounts.seizures.map((each) => each[key])))),
      )
    expect(text(all.accepted)).toBe('8.75')
  })
})

test('collateral worth less than an atto is passed over', () => {
  const calls = paying(sequenceOf(owing10([HUG, '0.000000000000000001'], [XRD, '2460']), 4), '7.5')
  expect(calls.map(({ collaterals }) => collaterals)).toEqual([[XRD], [XRD]])
})

describe('a plan of several calls', () => {
  const deep = owing10([XRD, '2460'])
  const allow = (calls: number, cdp: Cdp = deep, changes: Parameters<typeof planningInput>[1] = {}): PlanningInput =>
    planningInput(cdp, { ...changes, policy: { maxCallsPerTransaction: calls, ...changes.policy } })
  const plan = (input: PlanningInput) => planned(verdictFor(input, quotesAt(input)))
  const venue = (input: PlanningInput) => (request: Parameters<typeof quoteAt>[1]) =>
    quoteAt(input.market, request, Decimal.parse('0.003')).amountOut

  test('is one transaction: funded once, sold once, with one network fee', () => {
    const several = plan(allow(4))
    expect(kinds(several)).toEqual([
      'flash-loan',
      ...['liquidate', 'liquidate', 'liquidate', 'liquidate'],
      'swap',
      'assert-at-least',
      'repay-flash-loan',
    ])
    expect(text(several.payment.amount)).toBe('9.375')
    expect(text(several.payment.fromFlashLoan)).toBe('9.375')
    expect(text(several.terms.networkFeeXrd)).toBe(text(plan(allow(1)).terms.networkFeeXrd))
    expect(several.terms.profitXrd.gt(plan(allow(1)).terms.profitXrd)).toBe(true)
  })

  test('says so in its label', () => {
    const verdict = verdictFor(allow(4), quotesAt(allow(4)))
    const [chosen] = verdict.alternatives
    expect(chosen).toMatchObject({ verdict: 'chosen', label: expect.stringContaining('9.375 in 4 calls') })
  })

  test('pays what can be raised, the last call the rest', () => {
    const input = allow(4, deep, { market: withoutFlashLoans(deep), balances: [[XUSDC, '6']] })
    expect(text(plan(input).payment.amount)).toBe('6')
    expect(kinds(plan(input)).filter((kind) => kind === 'liquidate')).toHaveLength(2)
  })

  test('is not made of a CDP that one call cures', () => {
    const one = planningInput(TOKEN_CDP)
    const four = planningInput(TOKEN_CDP, { policy: { maxCallsPerTransaction: 4 } })
    expect(plan(four)).toEqual(plan(one))
    expect(wantedQuotes(four)).toEqual(wantedQuotes(one))
  })

  test('seizes collaterals that a single call would not reach', () => {
    const input = allow(4, owing10([XRD_DEPOSIT_UNIT, '1300'], [XRD, '1250']))
    const { seizures } = plan(input)
    expect(new Set(seizures.map(({ resource }) => resource))).toEqual(new Set([XRD, XRD_DEPOSIT_UNIT]))
  })

  test.each([
    ['LSU', LSU, '2000'],
    ['deposit units of the debt', XUSDC_DEPOSIT_UNIT, '12.4'],
    ['deposit units', XRD_DEPOSIT_UNIT, '2460'],
  ])('moves what it says when the collateral is %s', (_, resource, amount) => {
    const input = allow(4, owing10([resource, amount]), { balances: [[XUSDC, '100']], policy: { lsuExit: 'dex' } })
    const made = plan(input)
    expect(kinds(made).filter((kind) => kind === 'liquidate').length).toBeGreaterThan(1)
    expect(carryOut(made, input, venue(input))).toEqual(made.expectedChanges)
  })

  test('does not pay with what it seizes where the collateral is the debt’s own resource', () => {
    const cdp = aCdp({ loans: [[XRD, aLoan('2255')]], collaterals: [[XRD, aCollateral('2200')]] })
    const input = allow(4, cdp)
    const made = plan(input)
    const amounts = made.steps.flatMap((step) => (step.kind === 'liquidate' ? [text(step.amount)] : []))
    expect(amounts).toEqual(['1127.5', '563.75', '281.875', '82.949766355140186915'])
    expect(carryOut(made, input, venue(input))).toEqual(made.expectedChanges)
  })
})

function withoutFlashLoans(cdp: Cdp) {
  return withServiceOff(planningInput(cdp).market, 'pool', 'Global', 'FlashLoan')
}
