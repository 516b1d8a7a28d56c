import { ResourceAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { collateralKindsWith } from './collateral-kinds.ts'

test('a deposit unit is one before the market has met it', () => {
  const [token, depositUnit] = ['resource_loc1tokenxx', 'resource_loc1unitxxx'].map((text) =>
    ResourceAddress.parse(text),
  )
  if (token === undefined || depositUnit === undefined) throw new Error('unreachable')
  const kinds = collateralKindsWith(new Map([[token, { depositUnit }]]), new Map([[token, { kind: 'token' }]]))
  expect([...kinds]).toEqual([
    [depositUnit, { kind: 'deposit-unit', underlying: token }],
    [token, { kind: 'token' }],
  ])
})
