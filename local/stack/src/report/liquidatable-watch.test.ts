import { expect, test } from 'vitest'
import { LiquidatableWatch } from './liquidatable-watch.ts'

test('names a CDP that stayed liquidatable, and forgets one that recovered in between', () => {
  const watch = new LiquidatableWatch()
  watch.look(['#1#', '#2#'], 0)
  watch.look(['#1#'], 5_000)
  watch.look(['#1#', '#2#'], 8_000)
  expect(watch.longerThan(9_000, 10_000)).toEqual(['#1#'])
  expect(watch.current).toEqual(['#1#', '#2#'])
  expect(watch.everCount).toBe(2)
  watch.look(['#3#'], 9_000)
  expect(watch.everCount).toBe(3)
  expect(watch.mostAtOnce).toBe(2)
})
