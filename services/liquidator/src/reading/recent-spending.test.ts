import { cdpIdOf, Decimal, type Spending } from '@weft/domain'
import { expect, test } from 'vitest'
import { RecentSpending } from './recent-spending.ts'

const MINUTE = 60_000
const DAY = 1_440 * MINUTE
const START = 100 * DAY

/** A journal to which a test adds, and a clock that it moves. */
function aDay() {
  const all: Spending[] = []
  const asked: number[] = []
  const time = { nowMs: START, fails: false }
  const spending = new RecentSpending(
    {
      spentSince: async (sinceMs) => {
        asked.push(sinceMs)
        if (time.fails) throw new Error('throttled')
        return all.filter(({ atMs }) => atMs >= sinceMs)
      },
    },
    { now: () => time.nowMs },
    DAY,
  )
  const spend = (number: number, atMs: number) =>
    all.push({ cdpId: cdpIdOf(number), attempt: 1, atMs, feeXrd: Decimal.ONE, realisedProfitXrd: Decimal.ZERO })
  return { spending, spend, asked, time }
}

test('counts every transaction of the window, however many there were', async () => {
  const { spending, spend } = aDay()
  for (let number = 1; number <= 5_000; number += 1) spend(number, START - number * 1_000)
  expect(await spending.within()).toHaveLength(5_000)
})

test('leaves out what is older than the window', async () => {
  const { spending, spend, time } = aDay()
  spend(1, START - DAY + 2 * MINUTE)
  spend(2, START)
  expect(await spending.within()).toHaveLength(2)
  time.nowMs += 3 * MINUTE
  expect((await spending.within()).map(({ cdpId }) => cdpId)).toEqual(['#2#'])
})

test('reads again after ten seconds, and then only what came since, late arrivals included', async () => {
  const { spending, spend, asked, time } = aDay()
  spend(1, START - 60 * MINUTE)
  await spending.within()
  spend(2, START - 50_000)
  time.nowMs += 9_999
  expect(await spending.within()).toHaveLength(1)
  time.nowMs += 1
  expect(await spending.within()).toHaveLength(2)
  expect(asked).toEqual([START - DAY, START - MINUTE])
})

test('counts once what two readings found', async () => {
  const { spending, spend, time } = aDay()
  spend(1, START)
  await spending.within()
  time.nowMs += 10_000
  expect(await spending.within()).toHaveLength(1)
})

test('a reading that fails leaves no gap behind', async () => {
  const { spending, spend, time } = aDay()
  await spending.within()
  time.fails = true
  time.nowMs += 10 * MINUTE
  await expect(spending.within()).rejects.toThrow('throttled')
  spend(1, START + MINUTE)
  time.fails = false
  time.nowMs += 10 * MINUTE
  expect(await spending.within()).toHaveLength(1)
})
