import { describe, expect, test } from 'vitest'
import { planned, planningInput, quotesAt, TOKEN_CDP, text, verdictFor } from '../../test/liquidation-specimens.ts'
import { aCdp, aCollateral, aLoan, XRD, XUSDC } from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import type { PricedAlternative } from './alternative.ts'
import type { LiquidationPolicy, PlanningInput } from './plan.ts'
import { isBeyondBonus, leastProfitXrd } from './terms.ts'
import { verdictOn } from './verdict.ts'

const MODE: Partial<LiquidationPolicy> = {
  minProfitXrd: Decimal.parse('5'),
  protocolMode: { maxLossPerCdpXrd: Decimal.parse('25'), maxLossPerDayXrd: Decimal.parse('250') },
}
const input = planningInput(TOKEN_CDP, { policy: MODE, balances: [[XUSDC, '5']] })
const template = planned(verdictFor(planningInput(TOKEN_CDP), quotesAt(planningInput(TOKEN_CDP))))

function alternative(name: string, repaidXrd: string, profitXrd: string, paidXrd = repaidXrd): PricedAlternative {
  const terms = { ...template.terms, paidXrd: Decimal.parse(paidXrd), profitXrd: Decimal.parse(profitXrd) }
  return { label: () => name, repaidXrd: Decimal.parse(repaidXrd), terms, plan: () => ({ ...template, terms }) }
}

function chosenOf(
  alternatives: readonly PricedAlternative[],
  changes: Partial<PlanningInput> = {},
): string | undefined {
  return verdictOn(alternatives, { ...input, ...changes }).alternatives.find(({ verdict }) => verdict === 'chosen')
    ?.label
}

describe('in protocol mode, where nothing earns the minimum', () => {
  test('what repays most is taken, and of two with the same effect the cheaper', () => {
    expect(
      chosenOf([
        alternative('half', '500', '-1'),
        alternative('dear', '1000', '-9'),
        alternative('cheap', '1000', '-8'),
      ]),
    ).toBe('cheap')
  })

  test('the effect is the debt repaid, not what was spent on it', () => {
    expect(chosenOf([alternative('overpaid', '1000', '-20', '1020'), alternative('cheap', '1000', '0')])).toBe('cheap')
  })

  test('a loss is worth a tenth of the debt that it repays at most', () => {
    expect(chosenOf([alternative('small', '100', '-10')])).toBe('small')
    expect(chosenOf([alternative('small', '100', '-10.01')])).toBeUndefined()
  })

  test('a loss beyond the limit per CDP is not made', () => {
    expect(chosenOf([alternative('large', '10000', '-25')])).toBe('large')
    expect(chosenOf([alternative('large', '10000', '-25.01')])).toBeUndefined()
  })
})

test('a spent loss budget stops no work that earns, and none that breaks even', () => {
  const spent = { lossBudgetLeftXrd: Decimal.ZERO }
  expect(chosenOf([alternative('earning', '1000', '6')], spent)).toBe('earning')
  expect(chosenOf([alternative('even', '1000', '0')], spent)).toBe('even')
  expect(chosenOf([alternative('losing', '1000', '-0.01')], spent)).toBeUndefined()
})

describe('above debt ÷ collateral of 1 ÷ (1 + bonus)', () => {
  /** 10 dollars owed, 2 255.7 XRD; with 7 % of bonus 2 413.6 XRD of collateral cover them. */
  const owing = (pledged: string) =>
    planningInput(aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XRD, aCollateral(pledged)]] }), {
      policy: MODE,
      balances: [[XUSDC, '10']],
    })

  test('no loss is made, for each seizure adds to the bad debt of today', () => {
    const [covered, beyond] = [owing('2414'), owing('2413')]
    expect([isBeyondBonus(covered.health), isBeyondBonus(beyond.health)]).toEqual([false, true])
    expect([text(leastProfitXrd(covered)), text(leastProfitXrd(beyond))]).toEqual(['-25', '5'])
    expect(chosenOf([alternative('losing', '1000', '-20')], covered)).toBe('losing')
    expect(chosenOf([alternative('losing', '1000', '-20')], beyond)).toBeUndefined()
  })

  test('what earns is done all the same', () => {
    const beyond = owing('2413')
    expect(verdictFor(beyond, quotesAt(beyond)).kind).toBe('planned')
  })
})
