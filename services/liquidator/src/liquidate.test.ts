import { Decimal, type ExecutionRecord } from '@weft/domain'
import { describe, expect, test } from 'vitest'
import { aFallenCdp, passingEpochs, passWindow } from '../test/fallen-cdp.ts'
import { FAULT_POINTS, type FaultPort } from './commit/faults.ts'
import { IntentStillOpenError } from './commit/follow.ts'
import { sweepLeftovers } from './commit/sweep.ts'
import { liquidate } from './liquidate.ts'

const fallen = aFallenCdp()

test('liquidates a CDP whose collateral fell, and realises what the committed receipt says', async () => {
  const cdpId = await fallen.open()
  const outcome = await fallen.run(cdpId)
  const { liquidations, liquidatable } = fallen.market.ledger.control.summary()
  expect(liquidatable).toEqual([])
  expect(liquidations).toMatchObject([{ cdpId, by: fallen.market.deps.signer.account }])
  expect(outcome).toMatchObject({
    kind: 'liquidated',
    intentHash: liquidations[0]?.transactionId,
    committedStateVersion: liquidations[0]?.stateVersion,
  })
  const [record] = await fallen.journalOf(cdpId)
  expect(record).toMatchObject({ attempt: 1, state: 'committed', reason: null })
  // The plan reckons with a whole XRD of fees; the receipt knows the fee that was paid.
  const spared = Decimal.ONE.minus(record?.realised?.feeXrd ?? Decimal.ZERO)
  expect(record?.realised?.realisedProfitXrd).toEqual(record?.expectedProfitXrd.plus(spared))
  expect(fallen.market.metrics.sum('LiquidationsCommitted')).toBe(1)
})

test('stores the signed payload before the first submission', async () => {
  const cdpId = await fallen.open()
  let stored: ExecutionRecord | undefined
  const { ledger } = fallen.market.deps
  await fallen.run(cdpId, {
    ledger: {
      syncPoint: () => ledger.syncPoint(),
      findCdp: (id, at) => ledger.findCdp(id, at),
      balances: (account) => ledger.balances(account),
      preview: (manifest) => ledger.preview(manifest),
      fate: (intentHash) => ledger.fate(intentHash),
      committed: (intentHash) => ledger.committed(intentHash),
      submit: async (transaction) => {
        stored = (await fallen.journalOf(cdpId))[0]
        expect(stored?.signed).toEqual(transaction)
        return ledger.submit(transaction)
      },
    },
  })
  expect(stored?.state).toBe('signed')
})

describe('on the way to the commit', () => {
  test('failed: a competitor was faster on the ledger; the fee is counted', async () => {
    const cdpId = await fallen.open({ ledger: { commitDelayMs: { min: 3_000, max: 3_000 } } })
    let taken = false
    const patience = {
      wait: async () => {
        if (!taken) fallen.market.ledger.control.liquidateAsCompetitor(cdpId)
        taken = true
        fallen.market.ledger.control.advanceRound()
      },
    }
    const outcome = await fallen.run(cdpId, { patience })
    expect(outcome).toMatchObject({ kind: 'failed' })
    const [record] = await fallen.journalOf(cdpId)
    expect(record).toMatchObject({ state: 'failed' })
    expect(record?.realised?.feeXrd.isPositive()).toBe(true)
    expect(record?.realised?.realisedProfitXrd).toEqual(record?.realised?.feeXrd.negated())
    expect(fallen.market.metrics.sum('FeesXrd')).toBeGreaterThan(0)
  })

  test('expired: the submission was lost and the window ended; the next candidate gets a new intent', async () => {
    const cdpId = await fallen.open()
    fallen.market.ledger.control.setMempoolFault({ loseProbability: 1 })
    expect(await fallen.run(cdpId, { patience: passingEpochs(fallen) })).toMatchObject({ kind: 'expired' })
    fallen.market.ledger.control.setMempoolFault({})
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect((await fallen.journalOf(cdpId)).map(({ attempt, state }) => [attempt, state])).toEqual([
      [2, 'committed'],
      [1, 'expired'],
    ])
  })

  test('gives the message back while the intent may still commit, and signs nothing new for it', async () => {
    const cdpId = await fallen.open({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(fallen.run(cdpId)).rejects.toThrow(IntentStillOpenError)
    await expect(fallen.run(cdpId)).rejects.toThrow(IntentStillOpenError)
    expect(await fallen.journalOf(cdpId)).toMatchObject([{ attempt: 1, state: 'submitted' }])
    fallen.market.ledger.control.advanceRound(180)
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(fallen.market.ledger.control.summary()).toMatchObject({ duplicateIntents: 0, liquidations: [{ cdpId }] })
  })

  test('follows an earlier intent to its end also when the CDP cannot be read any more', async () => {
    const cdpId = await fallen.open({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(fallen.run(cdpId)).rejects.toThrow(IntentStillOpenError)
    fallen.hideData(cdpId)
    fallen.market.ledger.control.advanceRound(180)
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(await fallen.journalOf(cdpId)).toMatchObject([{ attempt: 1, state: 'committed' }])
  })

  test('a price that is doubted meanwhile: nothing is sent again, and what was sent is still brought to its record', async () => {
    const cdpId = await fallen.open({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(fallen.run(cdpId)).rejects.toThrow(IntentStillOpenError)
    const before = fallen.submissions()
    const { control } = fallen.market.ledger
    control.setPrices({ xUSDC: '1900' }, { feedOnly: true })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'quarantined' })
    control.setPrices({ xUSDC: '190' }, { feedOnly: true })
    control.advanceRound(180)
    control.setPrices({ xUSDC: '1900' }, { feedOnly: true })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(await fallen.journalOf(cdpId)).toMatchObject([{ attempt: 1, state: 'committed' }])
    expect(fallen.submissions()).toBe(before)
  })

  test('a paused or dry-running liquidator only looks at what an earlier worker submitted', async () => {
    const cdpId = await fallen.open({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(fallen.run(cdpId)).rejects.toThrow(IntentStillOpenError)
    fallen.market.setMode('dry-run')
    fallen.market.ledger.control.advanceRound(15)
    const before = fallen.submissions()
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'held', by: 'intent' })
    expect(fallen.submissions()).toBe(before)
    fallen.market.ledger.control.advanceRound(180)
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })
})

describe('a worker that dies', () => {
  /** Dies at `point`: it goes no further, and nothing of it is undone. */
  async function dieAt(cdpId: string, point: string): Promise<void> {
    let died: () => void = () => undefined
    const death = new Promise<void>((resolve) => {
      died = resolve
    })
    const faults: FaultPort = {
      at: (reached) => {
        if (reached !== point) return undefined
        died()
        return new Promise<void>(() => undefined)
      },
    }
    void fallen.run(cdpId, { faults, owner: 'dead' })
    await death
  }

  test.each(FAULT_POINTS)('%s: its redelivered message comes to the same one effect', async (point) => {
    const cdpId = await fallen.open()
    const candidate = fallen.market.candidate(cdpId)
    await dieAt(cdpId, point)
    fallen.market.ledger.control.advanceTime(fallen.market.deps.limits.leaseMs)
    fallen.market.ledger.control.advanceRound()
    const outcome = await liquidate(candidate, fallen.market.deps)
    const summary = fallen.market.ledger.control.summary()
    expect(summary).toMatchObject({ liquidations: [{ cdpId }], liquidatedTwiceInOneExcursion: [], duplicateIntents: 0 })
    expect(outcome).toMatchObject(
      ['after-record-final', 'before-release'].includes(point)
        ? { kind: 'stale', reason: 'superseded' }
        : { kind: 'liquidated' },
    )
    // Said once, by whoever came after, if the one who did it could not.
    const ends = await fallen.market.deps.ends.of(candidate.cdpId)
    expect(ends.filter(({ kind }) => kind === 'liquidated')).toMatchObject([{ runId: candidate.runId }])
    expect(fallen.market.metrics.sum('LiquidationsCommitted')).toBe(1)
    const signed = (await fallen.journalOf(cdpId)).filter((record) => record.signed !== null)
    expect(signed).toMatchObject([
      { state: 'committed', signed: { intentHash: summary.liquidations[0]?.transactionId } },
    ])
  })

  test('a duplicate that comes while its claim lasts leaves the CDP alone', async () => {
    const cdpId = await fallen.open()
    await dieAt(cdpId, 'after-record-signed')
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'held', by: 'worker' })
  })

  test('is concluded by the sweep when no message leads to it any more, without any submission', async () => {
    const cdpId = await fallen.open()
    await dieAt(cdpId, 'after-submit')
    fallen.market.setMode('paused')
    fallen.market.ledger.control.advanceTime(fallen.market.deps.limits.leaseMs)
    fallen.market.ledger.control.advanceRound()
    const before = fallen.submissions()
    expect(await sweepLeftovers(100, fallen.market.deps)).toEqual({ settled: 1, open: 0 })
    expect(fallen.submissions()).toBe(before)
    expect(await fallen.journalOf(cdpId)).toMatchObject([{ state: 'committed' }])
    expect(await fallen.market.deps.ends.of(fallen.market.candidate(cdpId).cdpId)).toMatchObject([
      { kind: 'liquidated', attempt: 1 },
    ])
    expect(fallen.market.log.named('liquidator.cdp_liquidated')).toHaveLength(1)
    expect(fallen.market.metrics.dimensions('CandidatesEnded')).toEqual([{ kind: 'liquidated' }])
  })

  test('one that signed and never submitted is expired by the sweep once its window is over', async () => {
    const cdpId = await fallen.open()
    await dieAt(cdpId, 'after-record-signed')
    fallen.market.ledger.control.advanceTime(fallen.market.deps.limits.leaseMs)
    fallen.market.ledger.control.advanceRound()
    expect(await sweepLeftovers(100, fallen.market.deps)).toEqual({ settled: 0, open: 1 })
    passWindow(fallen)
    expect(await sweepLeftovers(100, fallen.market.deps)).toEqual({ settled: 1, open: 0 })
    expect(await fallen.journalOf(cdpId)).toMatchObject([{ state: 'expired' }])
    expect(fallen.market.ledger.control.summary().liquidations).toEqual([])
  })
})
