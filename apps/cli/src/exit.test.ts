import { expect, test } from 'vitest'
import { EXIT_FAILED_VERDICT, EXIT_USAGE, exitCodeOf, oneLine, UsageError, VerdictError } from './exit.ts'

test('a failed verdict is 1, whatever else goes wrong is 2', () => {
  expect(exitCodeOf(new VerdictError('Verdict: failed.'))).toBe(EXIT_FAILED_VERDICT)
  expect(exitCodeOf(new UsageError('no'))).toBe(EXIT_USAGE)
  expect(exitCodeOf(new TypeError('no'))).toBe(EXIT_USAGE)
  expect(exitCodeOf('thrown text')).toBe(EXIT_USAGE)
})

test('says the message and its causes in one line, each once', () => {
  const root = new Error('connect failed\n    at somewhere')
  const middle = new Error('fetch failed', { cause: root })
  const outer = new UsageError('The ledger did not answer: fetch failed', { cause: middle })
  expect(oneLine(outer)).toBe('The ledger did not answer: fetch failed — because: connect failed at somewhere')
})

test('says what failed when a host with several addresses refused on all of them', () => {
  const refused = new AggregateError([new Error('connect ECONNREFUSED ::1:4000')], '')
  expect(oneLine(Object.assign(refused, { code: 'ECONNREFUSED' }))).toBe(
    'connect ECONNREFUSED ::1:4000; start the local stack with `npm start`, or correct WEFT_AWS_ENDPOINT.',
  )
})

test.each([
  ['CredentialsProviderError', /sign in to AWS/],
  ['ResourceNotFoundException', /WEFT_RECORDS_TABLE/],
  ['QueueDoesNotExist', /WEFT_LIQUIDATION_QUEUE_URL/],
])('adds the way out that AWS leaves out of %s', (name, remedy) => {
  const line = oneLine(Object.assign(new Error('Something is missing.'), { name }))
  expect(line).toMatch(/^Something is missing; /)
  expect(line).toMatch(remedy)
})

test('is never longer than a few lines of a terminal', () => {
  expect(oneLine(new Error('x'.repeat(10_000))).length).toBeLessThan(700)
})
