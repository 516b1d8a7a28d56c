import type { ExecutionRecord } from '@weft/domain'
import { expect, test } from 'vitest'
import { RecentExecutions } from './recent-executions.ts'
import { anExecution } from './test-specimens.ts'

const DAY = 86_400_000
const NOW = 100 * DAY

/** A journal with one execution a minute, `count` of them, the newest now. */
function journalOf(count: number) {
  const asked: number[] = []
  const all: readonly ExecutionRecord[] = Array.from({ length: count }, (_, minutesAgo) =>
    anExecution({ updatedAtMs: NOW - minutesAgo * 60_000 }),
  )
  return {
    asked,
    recent: async (limit: number) => {
      asked.push(limit)
      return all.slice(0, limit)
    },
  }
}

test('reads little when little happened', async () => {
  const journal = journalOf(7)
  expect(await new RecentExecutions(journal, { now: () => NOW }).within(DAY)).toHaveLength(7)
  expect(journal.asked).toEqual([50])
})

test('reads on until the window is covered, and leaves out what is older', async () => {
  const journal = journalOf(500)
  expect(await new RecentExecutions(journal, { now: () => NOW }).within(90 * 60_000)).toHaveLength(90)
  expect(journal.asked).toEqual([50, 100])
})

test('stops at a thousand, however wild the storm', async () => {
  const journal = journalOf(5_000)
  expect(await new RecentExecutions(journal, { now: () => NOW }).within(5 * DAY)).toHaveLength(1_000)
})

test('reads again after ten seconds, not before', async () => {
  const journal = journalOf(1)
  let nowMs = NOW
  const executions = new RecentExecutions(journal, { now: () => nowMs })
  await executions.within(DAY)
  nowMs += 9_999
  await executions.within(DAY)
  expect(journal.asked).toHaveLength(1)
  nowMs += 1
  await executions.within(DAY)
  expect(journal.asked).toHaveLength(2)
})
