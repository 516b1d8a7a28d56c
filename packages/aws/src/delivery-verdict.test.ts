import { LedgerUnavailableError } from '@weft/domain'
import { expect, test } from 'vitest'
import { MOST_DELIVERIES, verdictOn } from './delivery-verdict.ts'

test.each([1, MOST_DELIVERIES, 50])('an outage is put off by what was asked, at delivery %i too', (receiveCount) => {
  const outage = new LedgerUnavailableError('gateway', 7_000, undefined)
  expect(verdictOn(outage, receiveCount, () => true)).toEqual({ kind: 'put-off', afterMs: 7_000 })
})

test('a fault is tried again within a minute, then ever later, and is final at the last delivery', () => {
  const verdicts = Array.from({ length: MOST_DELIVERIES }, (_, index) => verdictOn(new Error('fault'), index + 1))
  expect(verdicts.map((each) => ('afterSeconds' in each ? each.afterSeconds : each.kind))).toEqual([
    5,
    30,
    180,
    900,
    'dead',
  ])
})

test('what is hopeless is final at once', () => {
  expect(verdictOn(new RangeError(), 1, (error) => error instanceof RangeError)).toEqual({ kind: 'dead' })
  expect(verdictOn(new TypeError(), 1, (error) => error instanceof RangeError)).toMatchObject({ kind: 'again' })
})
