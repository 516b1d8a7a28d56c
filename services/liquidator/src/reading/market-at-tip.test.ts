import { LedgerUnavailableError, type MarketSnapshot, type SyncPoint } from '@weft/domain'
import { expect, test } from 'vitest'
import { anEmptyMarket } from '../../test/specimens.ts'
import { MarketAtTip } from './market-at-tip.ts'

/** A ledger whose snapshots are told apart by the sync point they were read at. */
function counted(fail: (read: number) => boolean = () => false) {
  let nowMs = 0
  const reads: (number | { readonly from: number; readonly to: number })[] = []
  const snapshot = (at: SyncPoint) => {
    if (fail(reads.length)) throw new LedgerUnavailableError('state', 1_000, undefined)
    return anEmptyMarket({ syncPoint: at })
  }
  const ledger = {
    marketSnapshot: async (at: SyncPoint): Promise<MarketSnapshot> => {
      reads.push(at.stateVersion)
      return snapshot(at)
    },
    refreshMarket: async ({ syncPoint }: MarketSnapshot, at: SyncPoint): Promise<MarketSnapshot> => {
      reads.push({ from: syncPoint.stateVersion, to: at.stateVersion })
      return snapshot(at)
    },
  }
  const market = new MarketAtTip(ledger, { now: () => nowMs }, 3_000)
  return {
    reads,
    market,
    pass: (ms: number) => {
      nowMs += ms
    },
  }
}

function tip(stateVersion: number): SyncPoint {
  return { network: 'local', stateVersion, epoch: 1, round: 1, ledgerTimeMs: stateVersion }
}

test('a shock of candidates reads the market once', async () => {
  const { reads, market } = counted()
  await Promise.all([10, 11, 12].map((version) => market.at(tip(version))))
  expect(reads).toEqual([10])
})

test('refreshes it once the remembered one is too old and the ledger has moved', async () => {
  const { reads, market, pass } = counted()
  await market.at(tip(10))
  pass(3_000)
  expect((await market.at(tip(11))).syncPoint.stateVersion).toBe(11)
  pass(3_000)
  await market.at(tip(12))
  expect(reads).toEqual([10, { from: 10, to: 11 }, { from: 11, to: 12 }])
})

test('reads nothing again while the ledger has not moved', async () => {
  const { reads, market, pass } = counted()
  await market.at(tip(10))
  pass(60_000)
  await market.at(tip(10))
  expect(reads).toEqual([10])
})

test('reads past what is remembered when the exact market is asked for', async () => {
  const { reads, market } = counted()
  await market.at(tip(10))
  await market.exactlyAt(tip(11))
  await market.exactlyAt(tip(11))
  expect(reads).toEqual([10, 11])
})

test('refreshes what moves when a fresh market is asked for, once for all who ask', async () => {
  const { reads, market } = counted()
  await market.at(tip(10))
  await Promise.all([market.freshAt(tip(11)), market.freshAt(tip(11))])
  await market.freshAt(tip(11))
  expect(reads).toEqual([10, { from: 10, to: 11 }])
})

test('reads the exact market as a whole even where it has just been refreshed', async () => {
  const { reads, market, pass } = counted()
  await market.at(tip(10))
  pass(3_000)
  await market.at(tip(11))
  await market.exactlyAt(tip(11))
  await market.exactlyAt(tip(11))
  expect(reads).toEqual([10, { from: 10, to: 11 }, 11])
})

test('remembers no failed read', async () => {
  const { reads, market } = counted((read) => read === 1)
  await expect(market.at(tip(10))).rejects.toThrow(LedgerUnavailableError)
  await market.at(tip(10))
  expect(reads).toEqual([10, 10])
})
