import { type CandidateEnd, cdpIdOf, Decimal, RunId } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { DynamoCandidateEnds } from './dynamo-candidate-ends.ts'
import { RecordsTable } from './records-table.ts'

let cloud: TestCloud
let table: RecordsTable
let ends: DynamoCandidateEnds

beforeAll(async () => {
  cloud = await startTestCloud()
  table = new RecordsTable(cloud.dynamodb, cloud.resources.table, () => undefined)
  ends = new DynamoCandidateEnds(table)
})
afterAll(() => cloud?.stop())

function anEnd(cdp: number, more: Partial<CandidateEnd> = {}): CandidateEnd {
  return {
    schemaVersion: 1,
    cdpId: cdpIdOf(cdp),
    runId: RunId.parse('20261123T021500Z-4711'),
    kind: 'unprofitable',
    why: 'best 1 XRD, least wanted 5',
    attempt: null,
    atMs: 1_000_000,
    amountsXrd: { bestProfitXrd: Decimal.ONE },
    alternatives: [{ label: 'own', verdict: 'less-profitable', profitXrd: Decimal.ONE, why: 'too little' }],
    ...more,
  }
}

test('keeps every end of a CDP that came to no attempt, newest first', async () => {
  const [older, newer] = [anEnd(1), anEnd(1, { atMs: 2_000_000, kind: 'stale' })]
  expect([await ends.keep(older), await ends.keep(newer)]).toEqual([true, true])
  expect(await ends.of(cdpIdOf(1))).toEqual([newer, older])
  expect(await ends.of(cdpIdOf(2))).toEqual([])
})

test('keeps only the first end of an attempt, and says which was new', async () => {
  const first = anEnd(3, { attempt: 1, kind: 'liquidated' })
  expect(await ends.keep(first)).toBe(true)
  expect(await ends.keep(anEnd(3, { attempt: 1, kind: 'failed' }))).toBe(false)
  expect(await ends.keep(anEnd(3, { attempt: 2, kind: 'expired', atMs: 3_000_000 }))).toBe(true)
  expect((await ends.of(cdpIdOf(3))).map(({ kind }) => kind)).toEqual(['expired', 'liquidated'])
})

test('is forgotten after thirty days', async () => {
  await ends.keep(anEnd(4, { attempt: 1 }))
  const item = await table.get({ pk: 'cdp#4', sk: 'end#attempt#000001' })
  expect(item?.expiresAt).toBe(1_000 + 30 * 86_400)
})

test('a row that cannot be read hides no other', async () => {
  await ends.keep(anEnd(5))
  await table.put({ pk: 'cdp#5', sk: 'end#odd', record: { schemaVersion: 2 } })
  expect(await ends.of(cdpIdOf(5))).toHaveLength(1)
})
