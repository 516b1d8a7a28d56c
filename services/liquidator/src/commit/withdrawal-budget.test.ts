import { Decimal, type SignedWithdrawals, type VersionedStore, WithdrawalCapError } from '@weft/domain'
import { expect, test } from 'vitest'
import { WithdrawalBudget, WithdrawalsContendedError } from './withdrawal-budget.ts'

const MINUTE = 60_000
const dec = (text: string) => Decimal.parse(text)

/** One record, as all workers see it, and a clock that the test moves. */
function records() {
  let held: { value: SignedWithdrawals; version: number } | undefined
  const time = { nowMs: 1_000 * 60 * MINUTE }
  const store: VersionedStore<SignedWithdrawals> = {
    read: async () => held,
    replace: async (value, expected) => {
      if ((held?.version ?? 0) !== expected) return false
      held = { value, version: expected + 1 }
      return true
    },
  }
  const worker = (of = store) => new WithdrawalBudget(of, { now: () => time.nowMs }, dec('100'))
  return { time, store, worker }
}

test('lets through what fits within the hour, and not an atto more', async () => {
  const { worker } = records()
  const budget = worker()
  await budget.book(dec('60'))
  await budget.book(dec('40'))
  await expect(budget.book(dec('0.000000000000000001'))).rejects.toThrow(WithdrawalCapError)
})

test('counts what other workers booked, also those that book at the same moment', async () => {
  const { worker } = records()
  const ends = await Promise.allSettled(Array.from({ length: 8 }, () => worker().book(dec('25'))))
  expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
})

test('what was booked is free again an hour later, and not before', async () => {
  const { worker, time } = records()
  await worker().book(dec('100'))
  time.nowMs += 60 * MINUTE - 1
  await expect(worker().book(dec('1'))).rejects.toThrow('100 XRD were signed for')
  time.nowMs += 5 * MINUTE + 1
  await worker().book(dec('100'))
})

test('says what is left, its own bookings at once', async () => {
  const { worker } = records()
  const budget = worker()
  expect((await budget.leftXrd()).toString()).toBe('100')
  await budget.book(dec('30'))
  expect((await budget.leftXrd()).toString()).toBe('70')
})

test('gives up when others always book first: nothing is signed on a guess', async () => {
  const { worker, store } = records()
  const contended = worker({ ...store, replace: async () => false })
  await expect(contended.book(dec('1'))).rejects.toThrow(WithdrawalsContendedError)
})
