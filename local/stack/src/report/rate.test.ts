import { expect, test } from 'vitest'
import { perMinute } from './rate.ts'

test('a lot of 20 every five seconds is 240 a minute, whenever one stops counting', () => {
  const lots = (count: number) => Array.from({ length: count * 20 }, (_, index) => Math.floor(index / 20) * 5_000)
  expect(perMinute(lots(1), 5_000)).toBe(240)
  expect(perMinute(lots(12).reverse(), 5_000)).toBe(240)
  expect(perMinute([], 5_000)).toBe(0)
})
