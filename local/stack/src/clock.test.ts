import { expect, test } from 'vitest'
import { SharedClock } from './clock.ts'

const HOUR_MS = 3_600_000

test('who waits for a moment of the clock goes on when the clock is moved there, by whichever thread', async () => {
  const clock = new SharedClock()
  const startedAtMs = clock.now()
  const waiting = clock.reaches(startedAtMs + HOUR_MS)
  new SharedClock(clock.shared).advance(HOUR_MS)
  await waiting
  expect(clock.now()).toBeGreaterThanOrEqual(startedAtMs + HOUR_MS)
})

test('and when told to end', async () => {
  const ending = new AbortController()
  const clock = new SharedClock()
  const waiting = clock.reaches(clock.now() + HOUR_MS, ending.signal)
  ending.abort()
  await waiting
})

test.each([-1, 0.5, Number.NaN])('does not move by %d', (ms) => {
  expect(() => new SharedClock().advance(ms)).toThrow(RangeError)
})
