import { Decimal, type ExecutionRecord, type ExecutionState, type Spending } from '@weft/domain'
import { expect, test } from 'vitest'
import { anExecution } from '../../../test/specimens.ts'
import { governors } from './governors.ts'

const NOW = Date.UTC(2026, 10, 22, 12)
const MINUTE = 60_000
const LIMITS = {
  maxFeesPerHourXrd: Decimal.parse('10'),
  maxLossesPerDayXrd: Decimal.parse('20'),
  maxFailedAttemptsPerCdp: 3,
}

function ended(
  state: ExecutionState,
  minutesAgo: number,
  money?: { feeXrd: string; realisedProfitXrd: string },
): ExecutionRecord {
  const realised = money && {
    committedStateVersion: 6,
    feeXrd: Decimal.parse(money.feeXrd),
    realisedProfitXrd: Decimal.parse(money.realisedProfitXrd),
  }
  return anExecution({ state, updatedAtMs: NOW - minutesAgo * MINUTE, realised: realised ?? null })
}

function verdict(of: { cdp?: readonly ExecutionRecord[]; all?: readonly ExecutionRecord[] }) {
  const attemptsOfCdp = of.cdp ?? []
  return governors({ attemptsOfCdp, spendingOfDay: (of.all ?? attemptsOfCdp).flatMap(spendingOf) }, LIMITS, NOW)
}

function spendingOf({ cdpId, attempt, updatedAtMs: atMs, realised }: ExecutionRecord): Spending[] {
  return realised
    ? [{ cdpId, attempt, atMs, feeXrd: realised.feeXrd, realisedProfitXrd: realised.realisedProfitXrd }]
    : []
}

test('passes with nothing spent', () => {
  expect(verdict({})).toMatchObject({ kind: 'pass' })
})

const failedOnLedger = (minutesAgo: number) => ended('failed', minutesAgo, { feeXrd: '0.1', realisedProfitXrd: '-0.1' })

test('stops a CDP whose attempts the ledger keeps failing within a day', () => {
  expect(verdict({ cdp: [failedOnLedger(5), failedOnLedger(60), failedOnLedger(1_400)] })).toMatchObject({
    kind: 'stop',
    outcome: { kind: 'governed', governor: 'attempts-per-cdp', used: '3', limit: '3' },
  })
})

test('counts neither committed attempts nor those of days past, nor what never reached the ledger', () => {
  const old = [failedOnLedger(5), ended('committed', 10), failedOnLedger(1_441), failedOnLedger(9_999)]
  const lost = [ended('failed', 6), ended('failed', 7), ended('expired', 8)]
  expect(verdict({ cdp: [...old, ...lost] })).toMatchObject({ kind: 'pass' })
})

test('stops when the last hour’s fees reach the limit, failed transactions included', () => {
  const all = [
    ended('committed', 5, { feeXrd: '4', realisedProfitXrd: '30' }),
    ended('failed', 59, { feeXrd: '6', realisedProfitXrd: '-6' }),
    ended('failed', 61, { feeXrd: '100', realisedProfitXrd: '0' }),
  ]
  expect(verdict({ all })).toMatchObject({
    kind: 'stop',
    outcome: { governor: 'fees-per-hour', used: '10', limit: '10' },
  })
})

test('stops when a day’s losses reach the limit; profits do not pay for them', () => {
  const all = [
    ended('committed', 70, { feeXrd: '1', realisedProfitXrd: '500' }),
    ended('committed', 600, { feeXrd: '1', realisedProfitXrd: '-12' }),
    ended('committed', 1_439, { feeXrd: '1', realisedProfitXrd: '-8' }),
  ]
  expect(verdict({ all })).toMatchObject({
    kind: 'stop',
    outcome: { governor: 'losses-per-day', used: '20', limit: '20' },
  })
})
