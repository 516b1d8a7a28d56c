import { expect, test } from 'vitest'
import { Decimal } from '../decimal.ts'
import { sizesBetween } from './sizes-between.ts'

/** Profits at sizes, e.g. `{ 8: '5', 4: undefined }`. */
const between = (tried: Readonly<Record<string, string | undefined>>) =>
  sizesBetween(
    Object.entries(tried).map(([size, profit]) => ({
      size: Decimal.parse(size),
      profitXrd: profit === undefined ? undefined : Decimal.parse(profit),
    })),
  ).map(String)

test('nothing is asked while profit rises up to the largest size', () => {
  expect(between({ '8': '8', '4': '4', '2': '2' })).toEqual([])
  // Price impact bends it, but it still rises: 10 s − s² ÷ 2 turns at 10.
  expect(between({ '8': '48', '4': '32', '2': '18' })).toEqual([])
})

test('a turn below the largest size is looked for around the best', () => {
  // 10 s − s² turns at 5.
  expect(between({ '8': '16', '4': '24', '2': '16' })).toEqual(['2.75', '3.5', '4.25', '5', '5.75', '6.5', '7.25'])
  // 12 s − s² turns at 6, and the largest is the best of those tried.
  expect(between({ '7': '35', '3.5': '29.75', '1.75': '17.9375' })[6]).toBe('6.5625')
})

test('where the next larger size cannot be done, only what lies up to it', () => {
  expect(between({ '8': undefined, '4': '4', '2': '2' })).toEqual(['4.5', '5', '5.5', '6', '6.5', '7', '7.5'])
})

test('ends when the sizes lie close together, or nothing can be done at all', () => {
  expect(between({ '4.05': undefined, '4': '4', '2': '2' })).toEqual([])
  expect(between({ '8': undefined, '4': undefined })).toEqual([])
})
