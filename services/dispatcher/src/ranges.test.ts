import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutRanges } from './ranges.ts'

test('names every id exactly once, in ranges no larger than asked for', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 5000 }), fc.integer({ min: 1, max: 700 }), (counter, size) => {
      const ids = cutRanges(counter, size).flatMap(({ fromId, toId }) =>
        Array.from({ length: toId - fromId + 1 }, (_, index) => fromId + index),
      )
      expect(ids).toEqual(Array.from({ length: counter }, (_, index) => index + 1))
      for (const { fromId, toId } of cutRanges(counter, size)) expect(toId - fromId + 1).toBeLessThanOrEqual(size)
    }),
  )
})

test('refuses a range of no ids', () => {
  expect(() => cutRanges(10, 0)).toThrow('at least one id')
})
