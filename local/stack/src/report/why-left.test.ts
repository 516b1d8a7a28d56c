import { describe, expect, test } from 'vitest'
import { whyLeft } from './why-left.ts'

const LAST_RUN_MS = 1_000_000

function left(last?: { kind: string; atMs?: number }, lastCommitMs?: number): string | undefined {
  const outcome = { why: 'of a test', atMs: LAST_RUN_MS - 60_000, ...last }
  return whyLeft(
    '#1#',
    {
      lastOutcome: new Map(last ? [['#1#', { ...outcome, kind: last.kind }]] : []),
      commitsOf: new Map(lastCommitMs === undefined ? [] : [['#1#', { count: 2, lastAtMs: lastCommitMs }]]),
    },
    LAST_RUN_MS,
    5_000,
  )
}

describe('a CDP that is left liquidatable', () => {
  test('without any outcome has no reason', () => {
    expect(left()).toBeUndefined()
  })

  test('has the reason of an outcome that stands, however old', () => {
    expect(left({ kind: 'unprofitable' })).toBe('unprofitable: of a test')
  })

  test.each(['stale', 'preview-failed', 'ledger-not-fresh', 'liquidated'])('has none in an outcome like %s', (kind) => {
    expect(left({ kind })).toBeUndefined()
    expect(left({ kind, atMs: LAST_RUN_MS + 1 })).toBeUndefined()
  })

  test.each(['failed', 'expired'])('and whose transaction %s has one only when no run came after it', (kind) => {
    expect(left({ kind })).toBeUndefined()
    expect(left({ kind, atMs: LAST_RUN_MS + 1 })).toBe(`${kind} after the last run: of a test`)
  })

  test('is in hand for a cadence of five seconds and fifteen more after a liquidation', () => {
    expect(left({ kind: 'liquidated' }, LAST_RUN_MS - 19_999)).toContain('liquidated 2 times, at last 20 s before')
    expect(left({ kind: 'liquidated' }, LAST_RUN_MS + 4_000)).toContain('4 s after the last run')
    expect(left({ kind: 'liquidated' }, LAST_RUN_MS - 20_000)).toBeUndefined()
  })
})
