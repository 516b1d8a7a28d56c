import { AccountAddress, cdpIdOf, Decimal, type LiquidationPlan, ResourceAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { previewMatches } from './preview-matches.ts'

const ACCOUNT = AccountAddress.parse('account_loc129operatorspecimen')
const XRD = ResourceAddress.parse('resource_loc1tknspecimen')
const USDC = ResourceAddress.parse('resource_loc1tkusdcspecimen')
const TOLERANCE = Decimal.parse('0.001')

const plan: LiquidationPlan = {
  cdpId: cdpIdOf(7),
  payment: {
    resource: XRD,
    amount: Decimal.parse('50'),
    fromFlashLoan: Decimal.ZERO,
    fromWallet: Decimal.parse('50'),
  },
  seizures: [],
  exit: 'hold',
  steps: [],
  terms: {
    proceedsXrd: Decimal.parse('53'),
    paidXrd: Decimal.parse('50'),
    flashLoanFeeXrd: Decimal.ZERO,
    networkFeeXrd: Decimal.ONE,
    compensationXrd: Decimal.ZERO,
    profitXrd: Decimal.parse('2'),
  },
  expectedChanges: new Map([
    [XRD, Decimal.parse('-50')],
    [USDC, Decimal.parse('100')],
  ]),
}

/** A dry run that moves `changes` in the operator's account. */
function previewOf(changes: readonly (readonly [ResourceAddress, string, string?])[]) {
  return previewMatches(
    plan,
    {
      kind: 'succeeded',
      feeXrd: Decimal.parse('0.5'),
      changes: changes.map(([resource, amount, entity = ACCOUNT]) => ({
        entity,
        resource,
        amount: Decimal.parse(amount),
      })),
    },
    ACCOUNT,
    TOLERANCE,
  )
}

test('passes when the ledger moves what was planned, and says the fee', () => {
  expect(
    previewOf([
      [XRD, '-50'],
      [USDC, '100'],
    ]),
  ).toEqual({ kind: 'pass', value: Decimal.parse('0.5') })
})

test('adds up the changes of several vaults and leaves out those of others', () => {
  expect(
    previewOf([
      [XRD, '-60'],
      [XRD, '10'],
      [USDC, '100'],
      [USDC, '-100', 'component_loc1cpoolspecimen'],
    ]),
  ).toMatchObject({ kind: 'pass' })
})

test('tolerates a deviation up to the fraction allowed', () => {
  expect(
    previewOf([
      [XRD, '-50.05'],
      [USDC, '99.9'],
    ]),
  ).toMatchObject({ kind: 'pass' })
})

test('stops when more leaves the account than planned', () => {
  expect(
    previewOf([
      [XRD, '-50.051'],
      [USDC, '100'],
    ]),
  ).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'preview-mismatch', resource: XRD, previewedChange: Decimal.parse('-50.051') },
  })
})

test('stops when more arrives than planned: then the model of the market is wrong', () => {
  expect(
    previewOf([
      [XRD, '-50'],
      [USDC, '1000'],
    ]),
  ).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'preview-mismatch', resource: USDC },
  })
})

test('stops when a planned proceed does not arrive at all', () => {
  expect(previewOf([[XRD, '-50']])).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'preview-mismatch', resource: USDC, previewedChange: Decimal.ZERO },
  })
})

test('stops when a resource moves that the plan does not know', () => {
  const HUG = ResourceAddress.parse('resource_loc1tkhugspecimen')
  expect(
    previewOf([
      [XRD, '-50'],
      [USDC, '100'],
      [HUG, '-1'],
    ]),
  ).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'preview-mismatch', resource: HUG, plannedChange: Decimal.ZERO },
  })
})

test('stops with the engine’s words when the dry run fails', () => {
  expect(previewMatches(plan, { kind: 'failed', error: 'WorktopError' }, ACCOUNT, TOLERANCE)).toEqual({
    kind: 'stop',
    outcome: { kind: 'preview-failed', error: 'WorktopError' },
  })
})
