import { AccountAddress, Decimal, ResourceAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { walletFloor } from './wallet-floor.ts'

const ACCOUNT = AccountAddress.parse('account_loc129operatorspecimen')
const XRD = ResourceAddress.parse('resource_loc1tknspecimen')
const POLICY = { feeReserveXrd: Decimal.parse('100'), lockFeeXrd: Decimal.parse('10') }

const withXrd = (amount: string | undefined) =>
  walletFloor(ACCOUNT, XRD, POLICY, {
    balances: async () => new Map(amount === undefined ? [] : [[XRD, Decimal.parse(amount)]]),
  })

test('stops when the wallet cannot keep its reserve once the fee is locked', async () => {
  expect(await withXrd('109.999999999999999999')).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'wallet-low', floorXrd: Decimal.parse('110') },
  })
})

test('stops for an account that never held XRD', async () => {
  expect(await withXrd(undefined)).toMatchObject({ kind: 'stop', outcome: { balanceXrd: Decimal.ZERO } })
})

test('passes with exactly reserve and fee, and hands on the balances', async () => {
  expect(await withXrd('110')).toEqual({ kind: 'pass', value: new Map([[XRD, Decimal.parse('110')]]) })
})
