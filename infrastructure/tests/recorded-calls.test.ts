import { expect, test } from 'vitest'
import { callsOnRecord, callsToCompare, parseRecordedCalls, type RecordedCall, shortName } from './recorded-calls.ts'

const seen = callsToCompare()
const lines = (calls: RecordedCall[]) => calls.map((call) => JSON.stringify(call)).sort()

test.skipIf(seen === undefined)(
  'the calls on record are those of the last end-to-end run; where they differ: npm run record:aws-calls',
  () => {
    expect(lines(callsOnRecord())).toEqual(lines(seen ?? []))
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
