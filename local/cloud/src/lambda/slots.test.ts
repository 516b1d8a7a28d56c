import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Slots } from './slots.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

/** Takes all there are at any time, and never gives one back. */
async function busyFor(seconds: number, slots: Slots): Promise<number> {
  let inUse = 0
  const taking = async () => {
    for (;;) {
      const taken = await slots.take(10)
      slots.fill(taken, taken)
      inUse += taken
    }
  }
  void taking()
  await vi.advanceTimersByTimeAsync(seconds * 1_000)
  return inUse
}

describe('invocations of an event source mapping', () => {
  test('are five at first, and 300 a minute more while all are in use, up to the maximum', async () => {
    expect(await busyFor(0, new Slots(400, 300))).toBe(5)
    expect(await busyFor(10, new Slots(400, 300))).toBe(55)
    expect(await busyFor(60, new Slots(400, 300))).toBe(305)
    expect(await busyFor(120, new Slots(400, 300))).toBe(400)
    expect(await busyFor(10, new Slots(3, 300))).toBe(3)
  })

  test('stay as many while some are not in use', async () => {
    const slots = new Slots(400, 300)
    expect(await slots.take(10)).toBe(5)
    slots.fill(4, 5)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await slots.take(10)).toBe(1)
  })

  test('are five again once a poll found nothing and nothing is under way', async () => {
    const slots = new Slots(400, 300)
    slots.fill(5, await slots.take(10))
    await vi.advanceTimersByTimeAsync(10_000)
    const further = await slots.take(10)
    slots.fill(further, further)
    expect(further).toBe(1)
    for (let each = 0; each < 6; each += 1) slots.vacate()
    expect(await slots.take(10)).toBe(6)
    slots.fill(0, 6)
    expect(await slots.take(10)).toBe(5)
  })

  test('are all there at once without a ramp', async () => {
    expect(await busyFor(0, new Slots(400, Number.POSITIVE_INFINITY))).toBe(400)
  })

  test('whoever waits for one gets none when the mapping closes', async () => {
    const slots = new Slots(1, 300)
    expect(await slots.take(1)).toBe(1)
    const waiting = slots.take(1)
    slots.close()
    expect(await waiting).toBe(0)
  })
})
