import type { SyncPoint } from '@weft/domain'
import { expect, test } from 'vitest'
import { ledgerFresh } from './ledger-fresh.ts'

const NOW = Date.UTC(2026, 8, 11, 12)
const MINUTE = 60_000
const LIMITS = { maxAgeMs: 2 * MINUTE, haltedAfterMs: 10 * MINUTE, maxAheadMs: MINUTE, quietPeriodMs: 30 * MINUTE }

/** @param standstill from and until when, in minutes before now, the ledger made no new state. @param earlierEpoch tip's: 3 */
function verdict(ageMs: number, standstill?: { from: number; until: number }, earlierEpoch = 2) {
  const tip: SyncPoint = { network: 'local', stateVersion: 9, epoch: 3, round: 1, ledgerTimeMs: NOW - ageMs }
  const past = {
    momentAt: async (unixMs: number) => {
      const minutesAgo = (NOW - unixMs) / MINUTE
      const stood = standstill && minutesAgo <= standstill.from && minutesAgo >= standstill.until
      return { epoch: earlierEpoch, ledgerTimeMs: stood ? NOW - standstill.from * MINUTE : unixMs }
    },
  }
  return ledgerFresh({ syncPoint: async () => tip }, past, { now: () => NOW }, LIMITS)
}

test('passes on a ledger whose clock keeps up with ours', async () => {
  expect(await verdict(5_000)).toMatchObject({ kind: 'pass', value: { stateVersion: 9 } })
})

test.each([
  ['stale', 3 * MINUTE],
  ['halted', 11 * MINUTE],
  ['ahead', -2 * MINUTE],
] as const)('stops on a %s ledger, although it answers', async (freshness, ageMs) => {
  expect(await verdict(ageMs)).toMatchObject({ kind: 'stop', outcome: { kind: 'ledger-not-fresh', freshness, ageMs } })
})

test('only observes while the ledger was still halted when the quiet period began', async () => {
  expect(await verdict(5_000, { from: 15_240, until: 20 })).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'ledger-not-fresh', freshness: 'quiet-period' },
  })
})

test('stops when the clock goes on and the epoch stands still', async () => {
  expect(await verdict(5_000, undefined, 3)).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'ledger-not-fresh', freshness: 'epoch-stalled', ageMs: 5_000 },
  })
})

test('passes again once the quiet period after a halt is over', async () => {
  expect(await verdict(5_000, { from: 15_240, until: 31 })).toMatchObject({ kind: 'pass' })
})
