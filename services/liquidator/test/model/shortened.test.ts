import { expect, test } from 'vitest'
import { shortened } from './shortened.ts'

const NEVER = Number.POSITIVE_INFINITY

test('keeps only the items that it takes, in their order', async () => {
  const needs = (wanted: readonly number[]) => async (items: readonly number[]) =>
    wanted.every((each) => items.includes(each)) ? `has ${items.join(' ')}` : undefined
  const items = Array.from({ length: 30 }, (_, index) => index)

  expect(await shortened(items, needs([3, 17, 29]), NEVER)).toEqual({ items: [3, 17, 29], why: 'has 3 17 29' })
  expect(await shortened(items, needs([]), NEVER)).toEqual({ items: [], why: 'has ' })
})

test('says that nothing breaks when it does not break with all of them', async () => {
  expect(await shortened([1, 2, 3], async () => undefined, NEVER)).toBeUndefined()
})

test('stops when its time is over, with what it has', async () => {
  expect(await shortened([1, 2, 3], async () => 'broken', 0)).toEqual({ items: [1, 2, 3], why: 'broken' })
})
