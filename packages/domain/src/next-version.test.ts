import { expect, test } from 'vitest'
import * as z from 'zod'
import { BatchSnapshotHeader, BatchSnapshotRow } from './batch-snapshot.ts'
import { Cdp } from './cdp.ts'
import { ExecutionRecord, Spending } from './execution.ts'
import { MarketSnapshot } from './market.ts'
import { CandidateMessage, IndexRangeJob } from './messages.ts'
import { QuarantineEntry } from './ports-operations.ts'
import { PriceTrustState } from './prices/price-trust.ts'
import { RangeCompletion, RunRecord } from './run.ts'

/** What one release writes and another reads, side by side during a rollout and after a rollback. */
const STORED = {
  BatchSnapshotHeader,
  BatchSnapshotRow,
  CandidateMessage,
  Cdp,
  ExecutionRecord,
  IndexRangeJob,
  MarketSnapshot,
  PriceTrustState,
  QuarantineEntry,
  RangeCompletion,
  RunRecord,
  Spending,
}

/** Paths of objects in `schema`, however deep, that refuse a field they do not know. */
function strictPaths(schema: unknown, path: string, seen = new Set<unknown>()): string[] {
  if (schema === null || typeof schema !== 'object' || seen.has(schema)) return []
  seen.add(schema)
  if (!(schema instanceof z.core.$ZodType))
    return Object.entries(schema).flatMap(([key, each]) => strictPaths(each, `${path}.${key}`, seen))
  const { def } = schema._zod
  const isStrict = schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodNever
  return [...(isStrict ? [path] : []), ...strictPaths({ ...def }, path, seen)]
}

test.each(Object.entries(STORED))('%s ignores a field that a newer release added, at every depth', (name, schema) => {
  expect(strictPaths(schema, name)).toEqual([])
})

test('a strict object is found however deep it lies', () => {
  const deep = z.object({ list: z.array(z.object({ either: z.union([z.string(), z.strictObject({})]).nullable() })) })
  expect(strictPaths(deep, 'deep')).toHaveLength(1)
})

test.each(Object.entries(STORED).filter(([, schema]) => 'schemaVersion' in schema.shape))(
  '%s of a later schema version is refused: it marks what would be misread',
  (_name, schema) => {
    // Each schema's own next version, one after the literal that it takes.
    const { schemaVersion } = schema.shape as { schemaVersion?: z.ZodLiteral<number> }
    expect(schemaVersion?.value).toBeGreaterThan(0)
    const issues = schema.safeParse({ schemaVersion: Number(schemaVersion?.value) + 1 }).error?.issues ?? []
    expect(issues.some(({ path }) => path[0] === 'schemaVersion')).toBe(true)
  },
)
