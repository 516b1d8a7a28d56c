import { type CommittedReceipt, Decimal, IntentHash, type ResourceAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { ACCOUNT, HUG, USDC, XRD } from '../../test/specimens.ts'
import { realisedProfitXrd } from './realised-profit.ts'
import { planFromJson, planToJson, type StoredPlan } from './stored-plan.ts'

const amount = (text: string) => Decimal.parse(text)
const amounts = (entries: readonly (readonly [ResourceAddress, string])[]) =>
  new Map(entries.map(([resource, text]) => [resource, amount(text)]))

function aPlan(changes: Partial<StoredPlan> = {}): StoredPlan {
  return {
    exit: 'dex',
    payment: { resource: USDC, amount: amount('2'), fromFlashLoan: amount('2'), fromWallet: Decimal.ZERO },
    seizures: [{ resource: HUG, shape: 'token', amount: amount('4000000'), valueXrd: amount('480') }],
    terms: {
      proceedsXrd: amount('480'),
      paidXrd: amount('450'),
      flashLoanFeeXrd: amount('0.45'),
      networkFeeXrd: amount('1'),
      compensationXrd: Decimal.ZERO,
      profitXrd: amount('28.55'),
    },
    expectedChanges: amounts([[USDC, '0.131']]),
    unitValuesXrd: amounts([
      [USDC, '225'],
      [XRD, '1'],
    ]),
    alternatives: [{ label: 'hold', verdict: 'less-profitable', profitXrd: amount('12'), why: 'price impact' }],
    ...changes,
  }
}

function aReceipt(
  changes: readonly (readonly [ResourceAddress, string, string?])[],
  receipt: Partial<CommittedReceipt> = {},
): CommittedReceipt {
  return {
    intentHash: IntentHash.parse('txid_loc1specimen'),
    stateVersion: 77,
    success: true,
    feeXrd: amount('0.7'),
    changes: changes.map(([resource, text, entity = ACCOUNT]) => ({ entity, resource, amount: amount(text) })),
    ...receipt,
  }
}

test('is what the receipt moved in the own account at the plan’s prices, less the fee paid', () => {
  const receipt = aReceipt([
    [USDC, '0.12'],
    [XRD, '-3'],
    [USDC, '999', 'component_loc1cpoolspecimen'],
  ])
  expect(realisedProfitXrd(receipt, ACCOUNT, aPlan())).toEqual(amount('23.3'))
})

test('is the fee alone when the transaction was committed as a failure', () => {
  expect(realisedProfitXrd(aReceipt([], { success: false }), ACCOUNT, aPlan())).toEqual(amount('-0.7'))
})

test('counts non-fungible proceeds, which a receipt’s amounts do not show, at the plan’s own value', () => {
  const plan = aPlan({ exit: 'unstake', expectedChanges: amounts([[XRD, '-450.45']]) })
  expect(realisedProfitXrd(aReceipt([[XRD, '-450.45']]), ACCOUNT, plan)).toEqual(amount('28.85'))
})

test('a plan reads back from the journal as it was stored', () => {
  const plan = aPlan()
  expect(planFromJson(planToJson(plan), 'execution 1')).toEqual(plan)
})

test('a stored plan of another shape is refused with its place', () => {
  expect(() => planFromJson('{"exit":"dex"}', 'execution 1 of CDP #7#')).toThrow(/execution 1 of CDP #7#/)
})
