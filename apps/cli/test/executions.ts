import { cdpIdOf, Decimal, type ExecutionJournal, type ExecutionRecord, runIdOf } from '@weft/domain'

/** One attempt that was begun and given back; `change` says what is not as usual. */
export async function recordExecution(
  journal: ExecutionJournal,
  number: number,
  nowMs: number,
  change: Partial<ExecutionRecord> = {},
): Promise<void> {
  const claimed = await journal.claim(cdpIdOf(number), 'worker', nowMs, 60_000)
  if (claimed.kind !== 'claimed') throw new Error(`CDP ${number} is held.`)
  await journal.begin(claimed.claim, {
    schemaVersion: 1,
    cdpId: cdpIdOf(number),
    attempt: 1,
    state: 'planned',
    runId: runIdOf(nowMs, 7),
    candidateStateVersion: 7,
    expectedProfitXrd: Decimal.parse('12.345678'),
    planJson: '{"funding":"flash-loan"}',
    signed: null,
    realised: null,
    reason: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    ...change,
  })
  await journal.release(claimed.claim)
}
