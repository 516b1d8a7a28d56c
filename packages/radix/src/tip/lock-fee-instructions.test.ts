import { expect, test } from 'vitest'
import { lockFeeInstructions } from './lock-fee-instructions.ts'

test('finds fee locks by instruction index, whatever text stands in quotes', () => {
  const manifest = [
    'CALL_METHOD\n    Address("component_loc1abc")\n    "method; \\"lock_fee\\" \\\\";',
    'CALL_METHOD\n    Address("account_loc1abc")\n    "lock_fee"\n    Decimal("10")\n;',
    'TAKE_ALL_FROM_WORKTOP Address("resource_loc1abc") Bucket("lock_fee");',
    'CALL_METHOD Address("account_loc1abc") "lock_contingent_fee" Decimal("1");',
  ].join('\n')
  expect([...lockFeeInstructions(manifest)]).toEqual([1, 3])
})
