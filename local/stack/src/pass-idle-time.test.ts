import { expect, test } from 'vitest'
import { passIdleTime, SLICE_MS } from './pass-idle-time.ts'

/** Plays until `pass` was asked for `slices` times, or `looks` looks found somebody at work. */
async function passed(how: { rate: number; slices?: number; looks?: number; pass?: () => Promise<void> }) {
  const ending = new AbortController()
  const slices: number[] = []
  let looks = 0
  await passIdleTime(
    {
      rate: how.rate,
      isWorking: () => {
        looks += 1
        if (looks === how.looks) ending.abort()
        return how.looks !== undefined
      },
      pass: async (ms) => {
        slices.push(ms)
        if (slices.length === how.slices) ending.abort()
        await how.pass?.()
      },
    },
    ending.signal,
  )
  return slices
}

test('while nobody works, time passes in slices, the real milliseconds among them counted once', async () => {
  expect(await passed({ rate: 1_500, slices: 3 })).toEqual(Array(3).fill(SLICE_MS - 10))
})

test('while somebody works, no time is skipped', async () => {
  expect(await passed({ rate: 1_500, looks: 5 })).toEqual([])
})

test('no slice begins before everyone has lived through the one before', async () => {
  let inside = 0
  let most = 0
  const pass = async () => {
    inside += 1
    most = Math.max(most, inside)
    await new Promise((resolve) => setTimeout(resolve, 30))
    inside -= 1
  }
  await passed({ rate: 15_000, slices: 4, pass })
  expect(most).toBe(1)
})

test('at rate 1 the clock is left alone, and nobody is asked', async () => {
  const ending = new AbortController()
  const never = () => {
    throw new Error('nobody may be asked')
  }
  await passIdleTime({ rate: 1, isWorking: never, pass: never }, ending.signal)
})
