import { expect, test } from 'vitest'
import {
  callsOnRecord,
  latestCalls,
  parseRecordedCalls,
  type RecordedCall,
  recordCanBeCompared,
  shortName,
} from './recorded-calls.ts'

test.skipIf(!recordCanBeCompared())(
  'the calls on record are those of the last end-to-end run; where they differ: npm run record:aws-calls',
  () => {
    const lines = (calls: RecordedCall[]) => [...new Set(calls.map((call) => JSON.stringify(call)))].sort()
    expect(lines(callsOnRecord())).toEqual(lines(latestCalls()))
  },
)

test.each([
  ['weft-local-indexing', 'indexing'],
  ['weft-local-snapshots-000000000000/*', 'snapshots/*'],
  ['weft-local-records/index/by-kind', 'records/index/by-kind'],
  ['/weft/local/seed-phrase', 'seed-phrase'],
])('%s is %s in every environment', (recorded, name) => {
  expect(shortName(recorded)).toBe(name)
})

test('a record is refused with the line that is none', () => {
  expect(() => parseRecordedCalls('{"service":"console","action":"s3:GetObject","resource":"x"}')).toThrow('Line 1')
  expect(() => parseRecordedCalls('\n')).toThrow('No AWS call')
})
