import { Decimal } from '@weft/domain'
import { expect, test } from 'vitest'
import { XRD } from '../../test/specimens.ts'
import { planFromJson, planToJson, type StoredPlan } from './stored-plan.ts'

const ZERO = Decimal.ZERO
const PLAN: StoredPlan = {
  exit: 'dex',
  payment: { resource: XRD, amount: Decimal.parse('2'), fromFlashLoan: ZERO, fromWallet: ZERO },
  seizures: [],
  terms: {
    proceedsXrd: ZERO,
    paidXrd: ZERO,
    flashLoanFeeXrd: ZERO,
    networkFeeXrd: ZERO,
    compensationXrd: ZERO,
    profitXrd: Decimal.parse('1.5'),
  },
  expectedChanges: new Map(),
  unitValuesXrd: new Map(),
  alternatives: [{ label: 'all', verdict: 'chosen', profitXrd: null, why: 'best' }],
}

test('a plan that a later release stored with more fields can still be concluded', () => {
  const stored = JSON.parse(planToJson(PLAN))
  const [chosen] = stored.alternatives
  const later = {
    ...stored,
    route: ['a'],
    terms: { ...stored.terms, tipXrd: '1' },
    alternatives: [{ ...chosen, rank: 1 }],
  }
  expect(planFromJson(JSON.stringify(later), 'execution 1')).toEqual(PLAN)
})

test('a plan that lacks what profit is reckoned from is refused by name', () => {
  const { unitValuesXrd: _, ...rest } = JSON.parse(planToJson(PLAN))
  expect(() => planFromJson(JSON.stringify(rest), 'execution 1')).toThrow('execution 1: the stored plan does not parse')
})
