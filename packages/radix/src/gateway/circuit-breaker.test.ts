import { expect, test } from 'vitest'
import { type BreakerState, CircuitBreaker } from './circuit-breaker.ts'

function aBreaker() {
  let nowMs = 5_000
  const told: BreakerState[] = []
  const limits = { breakerAfterFailures: 3, breakerOpenMs: 15_000 }
  const breaker = new CircuitBreaker(
    limits,
    (state) => told.push(state),
    () => nowMs,
  )
  return {
    breaker,
    told,
    later: (ms: number) => {
      nowMs += ms
    },
  }
}

test('opens after outages in a row alone', () => {
  const { breaker, told } = aBreaker()
  breaker.outage()
  breaker.outage()
  breaker.answered()
  breaker.outage()
  breaker.outage()
  expect(breaker.waitMs()).toBe(0)
  breaker.outage()
  expect(told).toEqual(['open'])
  expect(breaker.waitMs()).toBe(15_000)
})

test('lets one request at a time try again after its time, and closes at its answer', () => {
  const { breaker, told, later } = aBreaker()
  for (let n = 0; n < 3; n++) breaker.outage()
  later(14_999)
  expect(breaker.waitMs()).toBe(1)
  later(1)
  expect(breaker.waitMs()).toBe(0)
  breaker.begin()
  expect(breaker.state).toBe('half-open')
  expect(breaker.waitMs()).toBeGreaterThan(0)
  breaker.answered()
  expect(breaker.state).toBe('closed')
  expect(told).toEqual(['open', 'half-open', 'closed'])
})

test('stays open when the request that tries fails, and lets the next one try when it was given up', () => {
  const { breaker, later } = aBreaker()
  for (let n = 0; n < 3; n++) breaker.outage()
  later(15_000)
  breaker.begin()
  breaker.unknown()
  expect(breaker.waitMs()).toBe(0)
  breaker.begin()
  breaker.outage()
  expect([breaker.state, breaker.waitMs()]).toEqual(['open', 15_000])
})
