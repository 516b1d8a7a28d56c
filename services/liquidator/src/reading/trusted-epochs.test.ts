import { type EpochMemory, EpochRefusedError, type VersionedStore } from '@weft/domain'
import { expect, test } from 'vitest'
import { TrustedEpochs } from './trusted-epochs.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const EPOCH = 5 * MINUTE

function memory() {
  let held: { value: EpochMemory; version: number } | undefined
  let nowMs = 1_000 * HOUR
  const store: VersionedStore<EpochMemory> = {
    read: async () => held,
    replace: async (value, expected) => {
      if ((held?.version ?? 0) !== expected) return false
      held = { value, version: expected + 1 }
      return true
    },
  }
  const epochs = new TrustedEpochs(store, { now: () => nowMs }, EPOCH)
  return {
    pass: (ms: number) => {
      nowMs += ms
    },
    /** @returns minutes from now until an intent of two epochs is closed. */
    openFor: async (epoch: number) => ((await epochs.closedAtMs(epoch, epoch + 2)) - nowMs) / MINUTE,
  }
}

test('an intent of two epochs is closed after ten minutes and the margin', async () => {
  const { openFor, pass } = memory()
  expect(await openFor(100)).toBe(11)
  pass(EPOCH)
  expect(await openFor(101)).toBe(11)
})

test('an epoch that is ahead within the hour keeps the intent open until it can be over in truth', async () => {
  const { openFor } = memory()
  await openFor(100)
  expect(await openFor(111)).toBe(11 * 5 + 11)
})

test.each([
  ['ahead', 13],
  ['far ahead', 8_000],
  ['behind', -13],
])('an epoch more than an hour %s is refused', async (_, by) => {
  const { openFor } = memory()
  await openFor(10_000)
  await expect(openFor(10_000 + by)).rejects.toThrow(EpochRefusedError)
  expect(await openFor(10_000)).toBe(11)
})

test('what is ahead is not got used to: steps of half an hour do not add up', async () => {
  const { openFor, pass } = memory()
  await openFor(100)
  pass(MINUTE)
  await openFor(106)
  pass(MINUTE)
  await openFor(112)
  pass(MINUTE)
  await expect(openFor(118)).rejects.toThrow('ahead of')
})

test('epochs that last a little longer add up to no refusal', async () => {
  const { openFor, pass } = memory()
  for (let epoch = 100; epoch < 400; epoch += 1) {
    expect(await openFor(epoch)).toBeGreaterThanOrEqual(11)
    pass(EPOCH + MINUTE)
  }
})

test('a ledger that stood still for hours is believed again once it has kept time for half an hour', async () => {
  const { openFor, pass } = memory()
  await openFor(100)
  pass(5 * HOUR)
  await expect(openFor(101)).rejects.toThrow('behind')
  pass(20 * MINUTE)
  await expect(openFor(105)).rejects.toThrow('behind')
  pass(10 * MINUTE)
  expect(await openFor(107)).toBe(11)
  pass(EPOCH)
  expect(await openFor(108)).toBe(11)
})

test('an epoch ahead is not believed after half an hour, but after a day', async () => {
  const { openFor, pass } = memory()
  await openFor(100)
  await expect(openFor(200)).rejects.toThrow('ahead')
  pass(HOUR)
  await expect(openFor(212)).rejects.toThrow('ahead')
  pass(23 * HOUR)
  expect(await openFor(200 + 288)).toBe(11)
})

test('an epoch that jumps about keeps no time and is never believed', async () => {
  const { openFor, pass } = memory()
  await openFor(1_000)
  for (const behind of [100, 200, 100, 200, 100, 200]) {
    pass(10 * MINUTE)
    await expect(openFor(1_000 - behind)).rejects.toThrow('behind')
  }
})
