import { expect, test } from 'vitest'
import * as z from 'zod'
import { Decimal } from './decimal.ts'
import { decimalText } from './wire.ts'

const Amounts = z.strictObject({ minProfitXrd: decimalText })

const problemOf = (text: string) => {
  const [issue] = Amounts.safeParse({ minProfitXrd: text }).error?.issues ?? []
  return issue && `${issue.path.join('.')}: ${issue.message}`
}

test('decimal text is exact in both directions', () => {
  expect(Amounts.parse({ minProfitXrd: '1.18186e-7' })).toEqual({ minProfitXrd: Decimal.parse('0.000000118186') })
  expect(z.encode(Amounts, { minProfitXrd: Decimal.parse('1.18186e-7') })).toEqual({ minProfitXrd: '0.000000118186' })
})

test.each([
  ['zoo zoo zoo vote', /character 1 of 16 does not belong there$/],
  ['12.5 XRD', /character 5 of 8 does not belong there$/],
  ['5.', /character 2 of 2 does not belong there$/],
  ['-', /it ends too early$/],
  ['', /it ends too early$/],
  ['12.5e', /it ends too early$/],
  ['0.1234567890123456789', /it has more than 18 fractional digits$/],
  ['1e101', /its exponent is beyond ±100$/],
  ['9'.repeat(60), /beyond the numbers that the ledger can hold$/],
])('text that is none is refused by place and shape, and not repeated: %j', (text, shape) => {
  expect(problemOf(text)).toMatch(/^minProfitXrd: /)
  expect(problemOf(text)).toMatch(shape)
  if (text.length > 5) expect(problemOf(text)).not.toContain(text.slice(0, 6))
})
