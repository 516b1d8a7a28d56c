import { Decimal } from '@weft/domain'
import { describe, expect, test } from 'vitest'
import { aFallenCdp, MINUTE, passingEpochs } from '../test/fallen-cdp.ts'
import type { FaultPort } from './commit/faults.ts'
import type { LiquidatorDeps } from './deps.ts'
import { liquidate } from './liquidate.ts'

const fallen = aFallenCdp()

/** No profit is enough, and protocol mode is off. */
const NOTHING_PAYS = {
  minProfitXrd: Decimal.parse('1000000'),
  protocolMode: { maxLossPerCdpXrd: Decimal.ZERO, maxLossPerDayXrd: Decimal.ZERO },
}

describe('guards, each with an outcome of its own', () => {
  test('paused: asks the ledger nothing', async () => {
    const cdpId = await fallen.open()
    fallen.market.setMode('paused')
    expect(await fallen.run(cdpId)).toEqual({ kind: 'paused' })
    expect(Object.values(fallen.market.server.requestsByEndpoint()).every((count) => count === 0)).toBe(true)
  })

  test('dry-run: does everything but sign', async () => {
    const cdpId = await fallen.open()
    fallen.market.setMode('dry-run')
    const outcome = await fallen.run(cdpId)
    expect(outcome).toMatchObject({ kind: 'dry-run', plan: { cdpId } })
    expect(fallen.submissions()).toBe(0)
    expect(await fallen.journalOf(cdpId)).toEqual([])
    expect(fallen.market.ledger.control.liquidatable()).toEqual([cdpId])
    const [end] = await fallen.market.deps.ends.of(fallen.market.candidate(cdpId).cdpId)
    expect(end).toMatchObject({ kind: 'dry-run', attempt: null })
    expect(end?.amountsXrd.expectedProfitXrd?.isPositive()).toBe(true)
    expect(end?.alternatives.length).toBeGreaterThan(1)
    expect(fallen.market.metrics.dimensions('CandidatesEnded')).toEqual([{ kind: 'dry-run' }])
  })

  test('an operator’s pause counts until the signature', async () => {
    const cdpId = await fallen.open()
    const modes = ['live', 'paused'] as const
    let asked = 0
    expect(await fallen.run(cdpId, { mode: { mode: async () => modes[asked++] ?? 'paused' } })).toEqual({
      kind: 'paused',
    })
    expect(fallen.submissions()).toBe(0)
  })

  test.each([
    ['stale', 3 * MINUTE],
    ['halted', 11 * MINUTE],
  ])('ledger %s: its clock is behind ours, although it answers', async (freshness, behindMs) => {
    const cdpId = await fallen.open()
    const clock = { now: () => fallen.market.ledger.tip().timestampMs + behindMs }
    expect(await fallen.run(cdpId, { clock })).toMatchObject({ kind: 'ledger-not-fresh', freshness })
    expect(fallen.submissions()).toBe(0)
  })

  test('quiet period: observes only for a while after a halt, then goes on', async () => {
    const cdpId = await fallen.open()
    fallen.market.ledger.control.advanceTime(254 * 60 * MINUTE)
    fallen.market.ledger.control.setPrices({ xUSDC: '190' })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'ledger-not-fresh', freshness: 'quiet-period' })
    for (let minute = 0; minute < 31; minute += 1) {
      fallen.market.ledger.control.advanceTime(MINUTE)
      fallen.market.ledger.control.advanceRound()
    }
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('quarantined: the feed says what no exchange says, so the candidate waits for an operator', async () => {
    await fallen.start()
    const cdpId = fallen.market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
    fallen.market.ledger.control.setPrices({ xUSDC: '19' }, { feedOnly: true })
    const { xUSDC } = fallen.market.ledger.addresses.tokens
    const outcome = await fallen.run(cdpId)
    expect(outcome).toMatchObject({ kind: 'quarantined', assets: [{ resource: xUSDC }] })
    expect(fallen.submissions()).toBe(0)
    const { cdpId: id } = fallen.market.candidate(cdpId)
    expect(await fallen.market.deps.quarantine.find(id)).toMatchObject({ state: 'held', assets: [{ resource: xUSDC }] })
  })

  test('quarantined: only what depends on the asset, the rest goes on', async () => {
    const cdpId = await fallen.open()
    fallen.market.ledger.control.setPrices({ HUG: '1289.783156723014634465' }, { feedOnly: true })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('stale: the borrower repaid after the candidate was found', async () => {
    const cdpId = await fallen.open()
    const candidate = fallen.market.candidate(cdpId)
    fallen.market.ledger.control.repayLoan(cdpId, { resource: 'XRD', amount: '5000' })
    expect(await liquidate(candidate, fallen.market.deps)).toMatchObject({
      kind: 'stale',
      reason: 'recovered',
      candidateStateVersion: candidate.stateVersion,
    })
    expect(fallen.submissions()).toBe(0)
  })

  test('stale: the CDP was closed and burned', async () => {
    const cdpId = await fallen.open()
    const candidate = fallen.market.candidate(cdpId)
    fallen.market.ledger.control.closeCdp(cdpId)
    expect(await liquidate(candidate, fallen.market.deps)).toMatchObject({ kind: 'stale', reason: 'burned' })
  })

  test('unjudged: its data is of no shape we know', async () => {
    const cdpId = await fallen.open()
    const candidate = fallen.market.candidate(cdpId)
    fallen.hideData(cdpId)
    expect(await liquidate(candidate, fallen.market.deps)).toEqual({
      kind: 'unjudged',
      why: `data of CDP ${cdpId}: loans: expected Map, got Bool`,
    })
    expect(fallen.market.log.named('liquidator.candidate_left')).toMatchObject([{ outcome: 'unjudged' }])
    expect(await fallen.journalOf(cdpId)).toEqual([])
  })

  test('stale: found before our own last liquidation, although the CDP is liquidatable again', async () => {
    const cdpId = await fallen.open()
    const candidate = fallen.market.candidate(cdpId)
    expect(await liquidate(candidate, fallen.market.deps)).toMatchObject({ kind: 'liquidated' })
    fallen.market.ledger.control.setPrices({ xUSDC: '150' })
    expect(fallen.market.ledger.control.liquidatable()).toEqual([cdpId])
    expect(await liquidate(candidate, fallen.market.deps)).toMatchObject({ kind: 'stale', reason: 'superseded' })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('held: another worker has claimed the CDP, so the ledger is not asked about it', async () => {
    const cdpId = await fallen.open()
    await fallen.claimAs('somebody', cdpId)
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'held', by: 'worker' })
    const asked = Object.entries(fallen.market.server.requestsByEndpoint()).flatMap(([path, times]) =>
      times > 0 ? path : [],
    )
    expect(asked.filter((path) => /state|preview/.test(path))).toEqual([])
  })

  test('held: another worker claims the CDP while this one looks at it', async () => {
    const cdpId = await fallen.open()
    const faults: FaultPort = {
      at: async (point) => {
        if (point === 'before-claim') await fallen.claimAs('somebody', cdpId)
      },
    }
    expect(await fallen.run(cdpId, { faults })).toMatchObject({ kind: 'held', by: 'worker' })
    expect(fallen.submissions()).toBe(0)
  })

  test('a claim that nobody gave back holds the CDP no longer than its lease', async () => {
    const cdpId = await fallen.open()
    await fallen.claimAs('somebody', cdpId)
    fallen.market.ledger.control.advanceTime(MINUTE)
    fallen.market.ledger.control.advanceRound()
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('governed: its attempts failed too often', async () => {
    const commitDelayMs = { min: 3_000, max: 3_000 }
    const cdpId = await fallen.open({ settings: { maxFailedAttemptsPerCdp: 1 }, ledger: { commitDelayMs } })
    const { control } = fallen.market.ledger
    let isAdded = false
    const patience = {
      wait: async () => {
        // The owner adds collateral while the liquidation is on its way.
        if (!isAdded) control.addCollateral(cdpId, { xUSDC: '15' })
        isAdded = true
        control.advanceRound()
      },
    }
    expect(await fallen.run(cdpId, { patience })).toMatchObject({ kind: 'failed' })
    control.setPrices({ xUSDC: '165' })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'governed', governor: 'attempts-per-cdp', used: '1' })
  })

  test('what the network lost says nothing of the CDP: it is tried again as often as it takes', async () => {
    const cdpId = await fallen.open({ settings: { maxFailedAttemptsPerCdp: 1 } })
    fallen.market.ledger.control.setMempoolFault({ loseProbability: 1 })
    for (let attempt = 1; attempt <= 3; attempt += 1)
      expect(await fallen.run(cdpId, { patience: passingEpochs(fallen) })).toMatchObject({ kind: 'expired', attempt })
    fallen.market.ledger.control.setMempoolFault({})
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated', attempt: 4 })
  })

  test('governed: the fees of the last hour, as the journal has them, reached their limit', async () => {
    const cdpId = await fallen.open({ settings: { maxFeesPerHourXrd: Decimal.parse('0.1') } })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'liquidated' })
    const [record] = await fallen.journalOf(cdpId)
    const { control } = fallen.market.ledger
    control.setPrices({ xUSDC: '150' })
    // What was spent is read again after ten seconds.
    control.advanceTime(10_000)
    control.advanceRound()
    expect(await fallen.run(cdpId)).toMatchObject({
      kind: 'governed',
      governor: 'fees-per-hour',
      used: record?.realised?.feeXrd.toString(),
      limit: '0.1',
    })
  })

  test('wallet-low: the reserve could not be kept', async () => {
    const cdpId = await fallen.open({ walletXrd: '209' })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'wallet-low', floorXrd: Decimal.parse('210') })
  })

  test('unprofitable: says the best it could have been, with everything it looked at', async () => {
    const cdpId = await fallen.open({ settings: NOTHING_PAYS })
    const outcome = await fallen.run(cdpId)
    expect(outcome).toMatchObject({ kind: 'unprofitable', minProfitXrd: Decimal.parse('1000000') })
    expect(outcome.kind === 'unprofitable' && outcome.alternatives.length).toBeGreaterThan(0)
  })

  test('impossible: the market switched repaying for liquidation off', async () => {
    const cdpId = await fallen.open()
    fallen.market.ledger.control.setService({ component: 'loan', service: 'RepayForLiquidation', enabled: false })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'impossible' })
    expect(fallen.submissions()).toBe(0)
  })

  test('preview-mismatch: the exit fetches less than it was quoted', async () => {
    const cdpId = await fallen.open({ walletXrd: '250' })
    const venues = fallen.market.deps.venues.map((venue) => ({
      name: venue.name,
      quotes: async (requests: Parameters<typeof venue.quotes>[0]) =>
        (await venue.quotes(requests)).map(
          (quote) => quote && { ...quote, amountOut: quote.amountOut.times(Decimal.parse('1.02')) },
        ),
    }))
    expect(await fallen.run(cdpId, { venues })).toMatchObject({ kind: 'preview-mismatch' })
    expect(fallen.submissions()).toBe(0)
  })

  test('preview-failed: the ledger would refuse the manifest however often it is written', async () => {
    const cdpId = await fallen.open()
    const { xrd } = fallen.market.ledger.addresses
    const impossible = `ASSERT_WORKTOP_CONTAINS Address("${xrd}") Decimal("1");\n`
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) =>
      impossible + fallen.market.deps.writeManifest(steps)
    expect(await fallen.run(cdpId, { writeManifest })).toMatchObject({ kind: 'preview-failed' })
    expect(fallen.submissions()).toBe(0)
  })

  test('looks again when the exchange moved between plan and dry run, and goes on', async () => {
    const cdpId = await fallen.open()
    const quotesOf = fallen.market.deps.venues[0]
    let asked = 0
    const venue = {
      name: 'moving',
      quotes: async (requests: Parameters<NonNullable<typeof quotesOf>['quotes']>[0]) => {
        asked += 1
        const quotes = (await quotesOf?.quotes(requests)) ?? []
        const stale = Decimal.parse(asked === 1 ? '1.02' : '1')
        return quotes.map((quote) => quote && { ...quote, amountOut: quote.amountOut.times(stale) })
      },
    }
    expect(await fallen.run(cdpId, { venues: [venue] })).toMatchObject({ kind: 'liquidated' })
    expect(asked).toBe(2)
  })

  test('stale: a competitor took the CDP between plan and dry run', async () => {
    const cdpId = await fallen.open()
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) => {
      fallen.market.ledger.control.liquidateAsCompetitor(cdpId)
      return fallen.market.deps.writeManifest(steps)
    }
    expect(await fallen.run(cdpId, { writeManifest })).toMatchObject({ kind: 'stale', reason: 'recovered' })
    expect(fallen.submissions()).toBe(0)
  })

  test('quarantined: a price nobody else knows came between plan and dry run', async () => {
    const cdpId = await fallen.open()
    const { xUSDC } = fallen.market.ledger.addresses.tokens
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) => {
      fallen.market.ledger.control.setPrices({ xUSDC: '150' }, { feedOnly: true })
      return fallen.market.deps.writeManifest(steps)
    }
    expect(await fallen.run(cdpId, { writeManifest })).toMatchObject({
      kind: 'quarantined',
      assets: [{ resource: xUSDC }],
    })
    expect(fallen.submissions()).toBe(0)
  })

  test('outflow-refused: the manifest calls somebody who has no place in a liquidation', async () => {
    const cdpId = await fallen.open()
    const { competitorAccount } = fallen.market.ledger.addresses
    // It takes nothing, so the preview moves what was planned; only the signer sees it.
    const stranger = `CALL_METHOD Address("${competitorAccount}") "deposit_batch" Expression("ENTIRE_WORKTOP");\n`
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) => stranger + fallen.market.deps.writeManifest(steps)
    expect(await fallen.run(cdpId, { writeManifest })).toMatchObject({ kind: 'outflow-refused' })
    expect(fallen.submissions()).toBe(0)
    expect((await fallen.journalOf(cdpId))[0]).toMatchObject({ state: 'failed', signed: null })
  })
})

describe('a CDP from which nothing can be gained', () => {
  const REST_MS = 20_000
  /** Whether indexers leave the CDP out so long from now. */
  const restsIn = async (cdpId: string, ms: number) => {
    const { cdpId: id } = fallen.market.candidate(cdpId)
    return (await fallen.market.deps.journal.engaged([id], fallen.market.deps.clock.now() + ms)).get(id) === 'resting'
  }

  test('rests for a while once it was found unprofitable', async () => {
    const cdpId = await fallen.open({ settings: NOTHING_PAYS })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'unprofitable' })
    expect([await restsIn(cdpId, REST_MS - 1), await restsIn(cdpId, REST_MS)]).toEqual([true, false])
  })

  test('rests for a while once its liquidation was found impossible', async () => {
    const cdpId = await fallen.open()
    fallen.market.ledger.control.setService({ component: 'loan', service: 'RepayForLiquidation', enabled: false })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'impossible' })
    expect(await restsIn(cdpId, 0)).toBe(true)
  })

  test('is worked off all the same when a candidate comes, and rests no longer', async () => {
    const cdpId = await fallen.open({ settings: NOTHING_PAYS })
    await fallen.run(cdpId)
    const policy = { ...fallen.market.deps.policy, minProfitXrd: Decimal.ONE }
    expect(await fallen.run(cdpId, { policy })).toMatchObject({ kind: 'liquidated' })
    expect(await restsIn(cdpId, 0)).toBe(false)
  })

  test('never rests where the policy says so', async () => {
    const cdpId = await fallen.open({ settings: { ...NOTHING_PAYS, restSeconds: 0 } })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'unprofitable' })
    expect(await restsIn(cdpId, 0)).toBe(false)
  })

  test('does not rest when something else ended its candidate', async () => {
    const cdpId = await fallen.open({ walletXrd: '209' })
    expect(await fallen.run(cdpId)).toMatchObject({ kind: 'wallet-low' })
    expect(await restsIn(cdpId, 0)).toBe(false)
  })
})
