import {
  type CommittedReceipt,
  Decimal,
  type IntentFate,
  IntentHash,
  LedgerUnavailableError,
  type SignedTransaction,
} from '@weft/domain'
import { expect, test } from 'vitest'
import { followToEnd, IntentStillOpenError } from './follow.ts'

const transaction: SignedTransaction = {
  intentHash: IntentHash.parse('txid_loc1specimen'),
  payloadHex: '00',
  startEpochInclusive: 10,
  endEpochExclusive: 12,
  manifest: 'CALL_METHOD',
}
const receipt: CommittedReceipt = {
  intentHash: transaction.intentHash,
  stateVersion: 77,
  success: true,
  feeXrd: Decimal.ONE,
  changes: [],
}
const UNANSWERED = new LedgerUnavailableError('transaction/status', 1_000, undefined)

/** A Gateway that gives these answers one after the other, the last one for ever; every wait takes its time. */
function gatewaySaying(...answers: readonly ({ fate: IntentFate; epoch: number } | LedgerUnavailableError)[]) {
  return gatewayUntil(0, ...answers)
}

/** @param closedAtMs when by our own clock the window is over. */
function gatewayUntil(
  closedAtMs: number,
  ...answers: readonly ({ fate: IntentFate; epoch: number } | LedgerUnavailableError)[]
) {
  let asked = 0
  let nowMs = 0
  const stop = { atMs: Number.POSITIVE_INFINITY }
  const submitted: SignedTransaction[] = []
  return {
    submitted,
    /** When an operator pauses. */
    stop,
    deps: {
      mode: { mode: async () => (nowMs < stop.atMs ? ('live' as const) : ('paused' as const)) },
      ledger: {
        fate: async () => {
          const answer = answers[Math.min(asked, answers.length - 1)]
          asked += 1
          if (!answer || answer instanceof Error) throw answer
          return { ...answer, tipStateVersion: 80 }
        },
        committed: async () => receipt,
        submit: async (again: SignedTransaction) => {
          submitted.push(again)
          return { kind: 'accepted', duplicate: true } as const
        },
      },
      misfitOf: () => undefined,
      closedAtMs,
      clock: { now: () => nowMs },
      patience: {
        wait: async (ms: number) => {
          nowMs += ms
        },
      },
      limits: {
        follow: { firstLookAfterMs: 1_000, pollEveryMs: 1_000, resubmitAfterMs: 10_000, giveBackAfterMs: 60_000 },
      },
    },
  }
}

const at = (epoch: number, kind: 'unknown' | 'pending') =>
  ({ epoch, fate: kind === 'pending' ? { kind, detail: 'CommitPendingOutcomeUnknown' } : { kind } }) as const

test('follows through unknown and pending to the commit', async () => {
  const { deps, submitted } = gatewaySaying(at(10, 'unknown'), at(10, 'pending'), {
    epoch: 10,
    fate: { kind: 'committed', stateVersion: 77 },
  })
  expect(await followToEnd(transaction, deps)).toEqual({ kind: 'committed', receipt })
  expect(submitted).toEqual([])
})

test('a Gateway that does not answer says nothing about the intent', async () => {
  const { deps } = gatewaySaying(UNANSWERED, UNANSWERED, { epoch: 10, fate: { kind: 'committed', stateVersion: 77 } })
  expect(await followToEnd(transaction, deps)).toMatchObject({ kind: 'committed' })
})

test('leaves the commit its time before it looks', async () => {
  const { deps } = gatewaySaying({ epoch: 10, fate: { kind: 'committed', stateVersion: 77 } })
  await followToEnd(transaction, deps)
  expect(deps.clock.now()).toBe(1_000)
})

test('submits the same payload again when nobody has known it for a while', async () => {
  const { deps, submitted } = gatewaySaying(...Array(25).fill(at(10, 'unknown')), at(12, 'unknown'))
  await followToEnd(transaction, deps)
  expect(submitted).toEqual([transaction, transaction])
})

test.each([600_000, -600_000])(
  'a host clock that jumps by %i ms ends no following early and lets none go on for ever',
  async (jumpMs) => {
    const { deps } = gatewaySaying(at(10, 'unknown'))
    let waits = 0
    const wait = async () => {
      waits += 1
    }
    const clock = { now: () => 1_795_385_701_000 + (waits > 5 ? jumpMs : 0) }
    await expect(
      followToEnd(transaction, { ...deps, closedAtMs: Number.MAX_SAFE_INTEGER, clock, patience: { wait } }),
    ).rejects.toThrow(IntentStillOpenError)
    expect(waits).toBe(60)
  },
)

test('submits nothing again once an operator has paused, and watches it to its end', async () => {
  const { deps, submitted, stop } = gatewaySaying(...Array(25).fill(at(10, 'unknown')), at(12, 'unknown'))
  stop.atMs = 15_000
  expect(await followToEnd(transaction, deps)).toEqual({ kind: 'expired' })
  expect(submitted).toEqual([transaction])
})

test('is expired once nobody knows it and its window is over', async () => {
  const { deps } = gatewaySaying(at(11, 'unknown'), at(12, 'unknown'))
  expect(await followToEnd(transaction, deps)).toEqual({ kind: 'expired' })
})

test('is not expired in the last epoch of its window', async () => {
  const { deps } = gatewaySaying(at(11, 'unknown'))
  await expect(followToEnd(transaction, deps)).rejects.toThrow(IntentStillOpenError)
})

test('waits for the outcome of a commit that is not indexed yet, even past its window', async () => {
  const { deps } = gatewaySaying(at(12, 'pending'), { epoch: 12, fate: { kind: 'committed', stateVersion: 77 } })
  expect(await followToEnd(transaction, deps)).toMatchObject({ kind: 'committed' })
})

const REJECTED = { kind: 'permanently-rejected', error: 'invalid signature' } as const

test('believes no rejection while the window is open by our own clock, and follows no longer', async () => {
  const { deps } = gatewayUntil(30_000, { epoch: 8_000, fate: REJECTED })
  const detail = 'the Gateway calls it rejected: invalid signature'
  expect(await followToEnd(transaction, deps)).toEqual({ kind: 'said-to-be-over', detail })
  expect(deps.clock.now()).toBeLessThan(10_000)
})

test('once our own clock has passed the window, tells a rejection from its end', async () => {
  const inside = gatewaySaying({ epoch: 10, fate: REJECTED })
  expect(await followToEnd(transaction, inside.deps)).toEqual({ kind: 'rejected', reason: 'invalid signature' })
  const past = gatewaySaying({ epoch: 12, fate: REJECTED })
  expect(await followToEnd(transaction, past.deps)).toEqual({ kind: 'expired' })
})

test('is not expired by the Gateway’s epoch alone, nor by our clock alone', async () => {
  const byEpoch = gatewayUntil(30_000, at(8_000, 'unknown'))
  expect(await followToEnd(transaction, byEpoch.deps)).toEqual({ kind: 'expired' })
  expect(byEpoch.deps.clock.now()).toBeGreaterThanOrEqual(30_000)
  const byClock = gatewaySaying(at(11, 'unknown'))
  await expect(followToEnd(transaction, byClock.deps)).rejects.toThrow(IntentStillOpenError)
})

test('a receipt that does not fit ends nothing before the window is over, and proves no commit after it', async () => {
  const committed = { epoch: 10, fate: { kind: 'committed', stateVersion: 77 } } as const
  const misfitOf = () => 'it is beyond the tip'
  const open = gatewayUntil(30_000, committed)
  const detail = 'the receipt does not fit: it is beyond the tip'
  expect(await followToEnd(transaction, { ...open.deps, misfitOf })).toEqual({ kind: 'said-to-be-over', detail })
  const over = gatewaySaying(committed)
  expect(await followToEnd(transaction, { ...over.deps, misfitOf })).toEqual({ kind: 'rejected', reason: detail })
})

test('a receipt of another status than the intent does not fit', async () => {
  const failure = { epoch: 10, fate: { kind: 'committed-failure', stateVersion: 77, error: 'x' } } as const
  expect(await followToEnd(transaction, gatewayUntil(30_000, failure).deps)).toMatchObject({ kind: 'said-to-be-over' })
})

test('gives the message back when the intent may still commit after its patience', async () => {
  const { deps } = gatewaySaying(at(10, 'pending'))
  await expect(followToEnd(transaction, deps)).rejects.toThrow(/can commit until epoch 12/)
})

test('follows on when the Gateway does not answer, and swallows no other fault', async () => {
  const { deps } = gatewaySaying({ epoch: 10, fate: { kind: 'committed', stateVersion: 77 } })
  let asked = 0
  const failingOnceWith = (fault: Error) => ({
    ...deps,
    ledger: {
      ...deps.ledger,
      fate: async () => {
        asked += 1
        if (asked % 2 === 1) throw fault
        return await deps.ledger.fate()
      },
    },
  })
  const unanswered = new LedgerUnavailableError('fate', 1_000, undefined)
  expect(await followToEnd(transaction, failingOnceWith(unanswered))).toMatchObject({ kind: 'committed' })
  asked = 0
  await expect(followToEnd(transaction, failingOnceWith(new Error('does not decode')))).rejects.toThrow(
    'does not decode',
  )
})
