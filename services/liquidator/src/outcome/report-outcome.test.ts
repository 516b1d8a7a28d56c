import { CdpId, Decimal, RunId } from '@weft/domain'
import { MemoryEventLog, MemoryMetrics } from '@weft/telemetry'
import { expect, test } from 'vitest'
import type { LiquidatorEvent } from '../events.ts'
import type { LiquidationOutcome } from './outcome.ts'
import { reportOutcome } from './report-outcome.ts'

const candidate = { cdpId: CdpId.parse('#7#'), runId: RunId.parse('20261123T021500Z-4711'), detectedAtMs: 1_000 }
const STALE: LiquidationOutcome = { kind: 'stale', reason: 'recovered', candidateStateVersion: 7, atStateVersion: 9 }
const UNPROFITABLE: LiquidationOutcome = {
  kind: 'unprofitable',
  bestProfitXrd: undefined,
  minProfitXrd: Decimal.ONE,
  alternatives: [],
}

async function reported(outcome: LiquidationOutcome, keep: () => Promise<boolean> = async () => true) {
  const metrics = new MemoryMetrics()
  const log = new MemoryEventLog<LiquidatorEvent>()
  await reportOutcome(candidate, outcome, { clock: { now: () => 2_500 }, log, metrics, ends: { keep } })
  return { metrics, log }
}

test('counts each kind as itself and as no other', async () => {
  const stale = (await reported(STALE)).metrics
  expect(stale.sum('LiquidationsStale')).toBe(1)
  expect(stale.sum('LiquidationsUnprofitable')).toBe(0)
  expect(stale.dimensions('CandidatesEnded')).toEqual([{ kind: 'stale' }])
  const unprofitable = (await reported(UNPROFITABLE)).metrics
  expect(unprofitable.sum('LiquidationsStale')).toBe(0)
  expect(unprofitable.sum('LiquidationsUnprofitable')).toBe(1)
  expect(unprofitable.points('QueueToDoneSeconds')).toEqual([1.5])
})

test('says nothing of an end that was told before', async () => {
  const { metrics, log } = await reported(STALE, async () => false)
  expect(metrics.points('CandidatesEnded')).toEqual([])
  expect(log.named('liquidator.candidate_left')).toEqual([])
})

test('tells nobody of an end that could not be kept: it is told when the message comes back', async () => {
  const keep = async () => {
    throw new Error('throttled')
  }
  await expect(reported(STALE, keep)).rejects.toThrow('throttled')
})
