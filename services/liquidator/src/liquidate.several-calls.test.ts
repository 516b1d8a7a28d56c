import { Decimal, type PreviewOutcome } from '@weft/domain'
import { describe, expect, test } from 'vitest'
import { aFallenCdp } from '../test/fallen-cdp.ts'
import type { TestMarketOptions } from '../test/market.ts'
import type { LiquidatorDeps } from './deps.ts'

const fallen = aFallenCdp()

describe('a CDP that fell deep', () => {
  /** Two calls make it healthy. */
  const DEEP = { xUSDC: '163' }

  async function withDeepCdp(options: TestMarketOptions = {}): Promise<string> {
    const cdpId = await fallen.open(options)
    fallen.market.ledger.control.setPrices(DEEP)
    return cdpId
  }

  const liquidations = () => fallen.market.ledger.control.summary().liquidations

  test('is worked off in one transaction, which counts as one liquidation', async () => {
    const cdpId = await withDeepCdp()
    const outcome = await fallen.run(cdpId)
    expect(outcome).toMatchObject({ kind: 'liquidated' })
    expect(fallen.market.ledger.control.liquidatable()).toEqual([])
    expect(liquidations()).toHaveLength(1)
    expect(fallen.market.ledger.control.summary()).toMatchObject({
      liquidatedTwiceInOneExcursion: [],
      duplicateIntents: 0,
    })
    expect(fallen.market.metrics.sum('LiquidationsCommitted')).toBe(1)
    const [record] = await fallen.journalOf(cdpId)
    const spared = Decimal.ONE.minus(record?.realised?.feeXrd ?? Decimal.ZERO)
    expect(record?.realised?.realisedProfitXrd).toEqual(record?.expectedProfitXrd.plus(spared))
  })

  test('takes one transaction for each call where several are switched off', async () => {
    const cdpId = await withDeepCdp({ settings: { maxCallsPerTransaction: 1 } })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(fallen.market.ledger.control.liquidatable()).toEqual([cdpId])
  })

  test('is liquidated by one call at once when the ledger’s dry run refuses several, and says so', async () => {
    const cdpId = await withDeepCdp()
    const refused: number[] = []
    const ledger = refusingSeveralCalls(fallen.market.deps.ledger, (calls) => refused.push(calls))
    expect(await fallen.run(cdpId, { ledger })).toMatchObject({ kind: 'liquidated' })
    expect(refused).toEqual([2])
    expect(liquidations()).toHaveLength(1)
    expect(fallen.market.ledger.control.liquidatable()).toEqual([cdpId])
    expect(fallen.market.log.events).toContainEqual(
      expect.objectContaining({ event: 'liquidator.several_calls_refused', calls: 2, why: 'CDPAlreadyTouched' }),
    )
  })

  test('is liquidated by one call in the end when a dry run of several keeps moving something else', async () => {
    const cdpId = await withDeepCdp()
    const refused: number[] = []
    const nothing: PreviewOutcome = { kind: 'succeeded', feeXrd: Decimal.ONE, changes: [] }
    const ledger = refusingSeveralCalls(fallen.market.deps.ledger, (calls) => refused.push(calls), nothing)
    expect(await fallen.run(cdpId, { ledger })).toMatchObject({ kind: 'liquidated' })
    expect(refused).toEqual([2, 2])
  })
})

/** A market that takes one call in a transaction; a dry run of more does `several`. */
function refusingSeveralCalls(
  ledger: LiquidatorDeps['ledger'],
  onRefusal: (calls: number) => void,
  several: PreviewOutcome = { kind: 'failed', error: 'CDPAlreadyTouched' },
): LiquidatorDeps['ledger'] {
  return {
    syncPoint: () => ledger.syncPoint(),
    findCdp: (id, at) => ledger.findCdp(id, at),
    balances: (account) => ledger.balances(account),
    fate: (intentHash) => ledger.fate(intentHash),
    committed: (intentHash) => ledger.committed(intentHash),
    submit: (transaction) => ledger.submit(transaction),
    preview: async (manifest) => {
      const calls = manifest.split('"liquidate"').length - 1
      if (calls === 1) return ledger.preview(manifest)
      onRefusal(calls)
      return several
    },
  }
}
