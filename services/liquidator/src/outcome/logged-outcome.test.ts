import { type CandidateMessage, CdpId, Decimal, IntentHash, ResourceAddress, RunId } from '@weft/domain'
import { MemoryMetrics, pinoEventLog } from '@weft/telemetry'
import { expect, test } from 'vitest'
import { LIQUIDATOR_LEVELS, type LiquidatorEvent } from '../events.ts'
import { describeOutcome } from './describe-outcome.ts'
import { loggedOutcome } from './logged-outcome.ts'
import type { LiquidationOutcome } from './outcome.ts'
import { reportOutcome } from './report-outcome.ts'

const XRD = ResourceAddress.parse('resource_rdx1tknxxxxxxxxxradxrdxxxxxxxxx009923554798xxxxxxxxxradxrd')
const intentHash = IntentHash.parse('txid_loc1nl4pn9hsux2ujc5jguvcl5d9yndnzvuwvtlk3mfvzwelfn9hljjqm7q2wc')
const runId = RunId.parse('20261123T021500Z-4711')
const cdpId = CdpId.parse('#7#')
const candidate: CandidateMessage = {
  schemaVersion: 1,
  runId,
  cdpId,
  stateVersion: 4_711,
  ledgerTimeMs: 1_000,
  marketSnapshotKey: 'market',
  liquidationLtv: Decimal.parse('1.01'),
  totalLoanValueXrd: Decimal.parse('100'),
  totalCollateralValueXrd: Decimal.parse('120'),
  detectedAtMs: 1_000,
}

/** Reports the outcome as the liquidator does, and hands back the lines. */
async function logged(outcome: LiquidationOutcome): Promise<string[]> {
  const lines: string[] = []
  const log = pinoEventLog<LiquidatorEvent>({
    service: 'liquidator',
    environment: 'local',
    level: 'info',
    levels: LIQUIDATOR_LEVELS,
    write: (line) => lines.push(line),
  })
  await reportOutcome(candidate, outcome, {
    ends: { keep: async () => true },
    clock: { now: () => 2_000 },
    log: log.along({ runId, cdpId, requestId: 'message-1' }),
    metrics: new MemoryMetrics(),
  })
  return lines
}

const OUTCOMES: readonly LiquidationOutcome[] = [
  {
    kind: 'liquidated',
    attempt: 1,
    intentHash,
    committedStateVersion: 5_000,
    expectedProfitXrd: Decimal.parse('12'),
    realisedProfitXrd: Decimal.parse('11.5'),
    feeXrd: Decimal.parse('0.5'),
  },
  { kind: 'failed', attempt: 1, intentHash, reason: 'AssertionFailed', feeXrd: Decimal.parse('0.3') },
  { kind: 'expired', attempt: 1, intentHash, endEpochExclusive: 12 },
  { kind: 'paused' },
  { kind: 'stale', reason: 'superseded', candidateStateVersion: 4_711, atStateVersion: 4_800 },
  { kind: 'unjudged', why: 'no price' },
  { kind: 'health-disagreement', ourLiquidationLtv: Decimal.ONE, ledgerLiquidationLtv: Decimal.parse('1.1') },
  { kind: 'held', by: 'worker', detail: 'held by a until 3' },
  { kind: 'governed', governor: 'fees-per-hour', used: '501', limit: '500' },
  { kind: 'wallet-low', balanceXrd: Decimal.ZERO, floorXrd: Decimal.parse('200') },
  { kind: 'unprofitable', bestProfitXrd: undefined, minProfitXrd: Decimal.parse('5'), alternatives: [] },
  { kind: 'quarantined', assets: [{ resource: XRD, why: 'jumped' }] },
  { kind: 'outflow-refused', why: 'Instruction 3 is not allowed' },
]

test.each(OUTCOMES.map((outcome) => [outcome.kind, outcome] as const))(
  'of %s the log tells the same',
  async (_, outcome) => {
    const read = (await logged(outcome)).map(loggedOutcome)
    expect(read).toEqual([
      {
        runId,
        cdpId,
        kind: outcome.kind,
        why: describeOutcome(outcome),
        ...(outcome.kind === 'stale' ? { staleReason: outcome.reason } : {}),
        atMs: expect.any(Number),
      },
    ])
  },
)

test('other lines are no outcome, and half an outcome is an error', () => {
  expect(loggedOutcome('Error: what a process says as it dies')).toBeUndefined()
  expect(loggedOutcome('{"event":"liquidator.intent_signed","attempt":1}')).toBeUndefined()
  expect(() => loggedOutcome('{"event":"liquidator.cdp_liquidated","cdpId":"#7#"}')).toThrow('runId')
})

test('knows when the outcome was logged', async () => {
  const [line = ''] = await logged({ kind: 'paused' })
  const { time } = JSON.parse(line) as { time: string }
  expect(loggedOutcome(line)?.atMs).toBe(Date.parse(time))
})
