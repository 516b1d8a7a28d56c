import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { RequestSlots } from './request-slots.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] }))
afterEach(() => void vi.useRealTimers())

const LIMITS = { maxConcurrentRequests: 10, maxRequestsPerSecond: 3 }

test('no more requests begin within any one second than allowed, and the others follow', async () => {
  const slots = new RequestSlots(LIMITS)
  const begunAtMs: number[] = []
  const startedMs = performance.now()
  for (let n = 0; n < 7; n++) void slots.run(async () => void begunAtMs.push(performance.now() - startedMs))
  await vi.advanceTimersByTimeAsync(2_500)
  expect(begunAtMs).toEqual([0, 0, 0, 1000, 1000, 1000, 2000])
})

test.each([-600_000, 600_000])('a clock set by %i ms holds nobody up and lets nobody through early', async (byMs) => {
  const slots = new RequestSlots(LIMITS)
  let begun = 0
  for (let n = 0; n < 6; n++) void slots.run(async () => void begun++)
  await vi.advanceTimersByTimeAsync(0)
  vi.setSystemTime(Date.now() + byMs)
  await vi.advanceTimersByTimeAsync(900)
  expect(begun).toBe(3)
  await vi.advanceTimersByTimeAsync(200)
  expect(begun).toBe(6)
})

test('who gives up while waiting leaves the turn to the next one', async () => {
  const slots = new RequestSlots({ ...LIMITS, maxConcurrentRequests: 1 })
  const { promise: first, resolve: endFirst } = Promise.withResolvers<void>()
  const running = slots.run(() => first)
  const stop = new AbortController()
  const given = slots.run(async () => 'never', stop.signal)
  const next = slots.run(async () => 'next')
  stop.abort(new Error('shutting down'))
  await expect(given).rejects.toThrow('shutting down')
  endFirst()
  await running
  expect(await next).toBe('next')
})
