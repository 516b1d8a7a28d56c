import { Decimal, type ExecutionRecord, type PreviewOutcome } from '@weft/domain'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { LiquidatorDeps } from './deps.ts'
import { FAULT_POINTS, type FaultPort } from './faults.ts'
import { IntentStillOpenError } from './follow.ts'
import { liquidate } from './liquidate.ts'
import { sweepLeftovers } from './sweep.ts'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from './test-market.ts'

let cloud: TestCloud
let market: TestMarket
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(() => market?.stop())

const MINUTE = 60_000

/** Opens a market with one CDP that a fall of xUSDC has made liquidatable. */
async function withFallenCdp(options: Parameters<typeof startTestMarket>[1] = {}): Promise<string> {
  market = await startTestMarket(cloud, options)
  const cdpId = market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
  market.ledger.control.setPrices({ xUSDC: '190' })
  return cdpId
}

function run(cdpId: string, changes: Partial<LiquidatorDeps> = {}) {
  return liquidate(market.candidate(cdpId), { ...market.deps, ...changes })
}

async function claimAs(owner: string, cdpId: string): Promise<void> {
  const { journal, clock } = market.deps
  await journal.claim(market.candidate(cdpId).cdpId, owner, clock.now(), MINUTE)
}

async function journalOf(cdpId: string): Promise<readonly ExecutionRecord[]> {
  return (await market.deps.journal.standingOf(market.candidate(cdpId).cdpId)).attempts
}

/** From now on the CDP's data comes in a shape that nobody knows, as after an upgrade of the market. */
function hideData(cdpId: string): void {
  const resource = market.ledger.addresses.cdpResource
  market.server.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unknown-shape', resource, ids: [cdpId] } }] })
}

const submissions = () => market.server.requestsByEndpoint()['/transaction/submit'] ?? 0

test('liquidates a CDP whose collateral fell, and realises what the committed receipt says', async () => {
  const cdpId = await withFallenCdp()
  const outcome = await run(cdpId)
  const { liquidations, liquidatable } = market.ledger.control.summary()
  expect(liquidatable).toEqual([])
  expect(liquidations).toMatchObject([{ cdpId, by: market.deps.signer.account }])
  expect(outcome).toMatchObject({
    kind: 'liquidated',
    intentHash: liquidations[0]?.transactionId,
    committedStateVersion: liquidations[0]?.stateVersion,
  })
  const [record] = await journalOf(cdpId)
  expect(record).toMatchObject({ attempt: 1, state: 'committed', reason: null })
  // The plan reckons with a whole XRD of fees; the receipt knows the fee that was paid.
  const spared = Decimal.ONE.minus(record?.realised?.feeXrd ?? Decimal.ZERO)
  expect(record?.realised?.realisedProfitXrd).toEqual(record?.expectedProfitXrd.plus(spared))
  expect(market.metrics.sum('LiquidationsCommitted')).toBe(1)
})

describe('a CDP that fell deep', () => {
  /** Two calls make it healthy. */
  const DEEP = { xUSDC: '163' }

  async function withDeepCdp(options: Parameters<typeof startTestMarket>[1] = {}): Promise<string> {
    const cdpId = await withFallenCdp(options)
    market.ledger.control.setPrices(DEEP)
    return cdpId
  }

  const liquidations = () => market.ledger.control.summary().liquidations

  test('is worked off in one transaction, which counts as one liquidation', async () => {
    const cdpId = await withDeepCdp()
    const outcome = await run(cdpId)
    expect(outcome).toMatchObject({ kind: 'liquidated' })
    expect(market.ledger.control.liquidatable()).toEqual([])
    expect(liquidations()).toHaveLength(1)
    expect(market.ledger.control.summary()).toMatchObject({ liquidatedTwiceInOneExcursion: [], duplicateIntents: 0 })
    expect(market.metrics.sum('LiquidationsCommitted')).toBe(1)
    const [record] = await journalOf(cdpId)
    const spared = Decimal.ONE.minus(record?.realised?.feeXrd ?? Decimal.ZERO)
    expect(record?.realised?.realisedProfitXrd).toEqual(record?.expectedProfitXrd.plus(spared))
  })

  test('takes one transaction for each call where several are switched off', async () => {
    const cdpId = await withDeepCdp({ settings: { maxCallsPerTransaction: 1 } })
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(market.ledger.control.liquidatable()).toEqual([cdpId])
  })

  test('is liquidated by one call at once when the ledger’s dry run refuses several, and says so', async () => {
    const cdpId = await withDeepCdp()
    const refused: number[] = []
    const ledger = refusingSeveralCalls(market.deps.ledger, (calls) => refused.push(calls))
    expect(await run(cdpId, { ledger })).toMatchObject({ kind: 'liquidated' })
    expect(refused).toEqual([2])
    expect(liquidations()).toHaveLength(1)
    expect(market.ledger.control.liquidatable()).toEqual([cdpId])
    expect(market.log.events).toContainEqual(
      expect.objectContaining({ event: 'liquidator.several_calls_refused', calls: 2, why: 'CDPAlreadyTouched' }),
    )
  })

  test('is liquidated by one call in the end when a dry run of several keeps moving something else', async () => {
    const cdpId = await withDeepCdp()
    const refused: number[] = []
    const nothing: PreviewOutcome = { kind: 'succeeded', feeXrd: Decimal.ONE, changes: [] }
    const ledger = refusingSeveralCalls(market.deps.ledger, (calls) => refused.push(calls), nothing)
    expect(await run(cdpId, { ledger })).toMatchObject({ kind: 'liquidated' })
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

test('stores the signed payload before the first submission', async () => {
  const cdpId = await withFallenCdp()
  let stored: ExecutionRecord | undefined
  const { ledger } = market.deps
  await run(cdpId, {
    ledger: {
      syncPoint: () => ledger.syncPoint(),
      findCdp: (id, at) => ledger.findCdp(id, at),
      balances: (account) => ledger.balances(account),
      preview: (manifest) => ledger.preview(manifest),
      fate: (intentHash) => ledger.fate(intentHash),
      committed: (intentHash) => ledger.committed(intentHash),
      submit: async (transaction) => {
        stored = (await journalOf(cdpId))[0]
        expect(stored?.signed).toEqual(transaction)
        return ledger.submit(transaction)
      },
    },
  })
  expect(stored?.state).toBe('signed')
})

describe('guards, each with an outcome of its own', () => {
  test('paused: asks the ledger nothing', async () => {
    const cdpId = await withFallenCdp()
    market.setMode('paused')
    expect(await run(cdpId)).toEqual({ kind: 'paused' })
    expect(Object.values(market.server.requestsByEndpoint()).every((count) => count === 0)).toBe(true)
  })

  test('dry-run: does everything but sign', async () => {
    const cdpId = await withFallenCdp()
    market.setMode('dry-run')
    const outcome = await run(cdpId)
    expect(outcome).toMatchObject({ kind: 'dry-run', plan: { cdpId } })
    expect(submissions()).toBe(0)
    expect(await journalOf(cdpId)).toEqual([])
    expect(market.ledger.control.liquidatable()).toEqual([cdpId])
  })

  test('an operator’s pause counts until the signature', async () => {
    const cdpId = await withFallenCdp()
    const modes = ['live', 'paused'] as const
    let asked = 0
    expect(await run(cdpId, { mode: { mode: async () => modes[asked++] ?? 'paused' } })).toEqual({ kind: 'paused' })
    expect(submissions()).toBe(0)
  })

  test.each([
    ['stale', 3 * MINUTE],
    ['halted', 11 * MINUTE],
  ])('ledger %s: its clock is behind ours, although it answers', async (freshness, behindMs) => {
    const cdpId = await withFallenCdp()
    const clock = { now: () => market.ledger.tip().timestampMs + behindMs }
    expect(await run(cdpId, { clock })).toMatchObject({ kind: 'ledger-not-fresh', freshness })
    expect(submissions()).toBe(0)
  })

  test('quiet period: observes only for a while after a halt, then goes on', async () => {
    const cdpId = await withFallenCdp()
    market.ledger.control.advanceTime(254 * 60 * MINUTE)
    market.ledger.control.setPrices({ xUSDC: '190' })
    expect(await run(cdpId)).toMatchObject({ kind: 'ledger-not-fresh', freshness: 'quiet-period' })
    for (let minute = 0; minute < 31; minute += 1) {
      market.ledger.control.advanceTime(MINUTE)
      market.ledger.control.advanceRound()
    }
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('quarantined: the feed says what no exchange says, so the candidate waits for an operator', async () => {
    market = await startTestMarket(cloud)
    const cdpId = market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
    market.ledger.control.setPrices({ xUSDC: '19' }, { feedOnly: true })
    const { xUSDC } = market.ledger.addresses.tokens
    const outcome = await run(cdpId)
    expect(outcome).toMatchObject({ kind: 'quarantined', assets: [{ resource: xUSDC }] })
    expect(submissions()).toBe(0)
    const { cdpId: id } = market.candidate(cdpId)
    expect(await market.deps.quarantine.find(id)).toMatchObject({ state: 'held', assets: [{ resource: xUSDC }] })
  })

  test('quarantined: only what depends on the asset, the rest goes on', async () => {
    const cdpId = await withFallenCdp()
    market.ledger.control.setPrices({ HUG: '1289.783156723014634465' }, { feedOnly: true })
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('stale: the borrower repaid after the candidate was found', async () => {
    const cdpId = await withFallenCdp()
    const candidate = market.candidate(cdpId)
    market.ledger.control.repayLoan(cdpId, { resource: 'XRD', amount: '5000' })
    expect(await liquidate(candidate, market.deps)).toMatchObject({
      kind: 'stale',
      reason: 'recovered',
      candidateStateVersion: candidate.stateVersion,
    })
    expect(submissions()).toBe(0)
  })

  test('stale: the CDP was closed and burned', async () => {
    const cdpId = await withFallenCdp()
    const candidate = market.candidate(cdpId)
    market.ledger.control.closeCdp(cdpId)
    expect(await liquidate(candidate, market.deps)).toMatchObject({ kind: 'stale', reason: 'burned' })
  })

  test('unjudged: its data is of no shape we know', async () => {
    const cdpId = await withFallenCdp()
    const candidate = market.candidate(cdpId)
    hideData(cdpId)
    expect(await liquidate(candidate, market.deps)).toEqual({
      kind: 'unjudged',
      why: `data of CDP ${cdpId}: loans: expected Map, got Bool`,
    })
    expect(market.log.named('liquidator.candidate_left')).toMatchObject([{ outcome: 'unjudged' }])
    expect(await journalOf(cdpId)).toEqual([])
  })

  test('stale: found before our own last liquidation, although the CDP is liquidatable again', async () => {
    const cdpId = await withFallenCdp()
    const candidate = market.candidate(cdpId)
    expect(await liquidate(candidate, market.deps)).toMatchObject({ kind: 'liquidated' })
    market.ledger.control.setPrices({ xUSDC: '150' })
    expect(market.ledger.control.liquidatable()).toEqual([cdpId])
    expect(await liquidate(candidate, market.deps)).toMatchObject({ kind: 'stale', reason: 'superseded' })
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('held: another worker has claimed the CDP, so the ledger is not asked about it', async () => {
    const cdpId = await withFallenCdp()
    await claimAs('somebody', cdpId)
    expect(await run(cdpId)).toMatchObject({ kind: 'held', by: 'worker' })
    const asked = Object.entries(market.server.requestsByEndpoint()).flatMap(([path, times]) => (times > 0 ? path : []))
    expect(asked.filter((path) => /state|preview/.test(path))).toEqual([])
  })

  test('held: another worker claims the CDP while this one looks at it', async () => {
    const cdpId = await withFallenCdp()
    const faults: FaultPort = {
      at: async (point) => {
        if (point === 'before-claim') await claimAs('somebody', cdpId)
      },
    }
    expect(await run(cdpId, { faults })).toMatchObject({ kind: 'held', by: 'worker' })
    expect(submissions()).toBe(0)
  })

  test('a claim that nobody gave back holds the CDP no longer than its lease', async () => {
    const cdpId = await withFallenCdp()
    await claimAs('somebody', cdpId)
    market.ledger.control.advanceTime(MINUTE)
    market.ledger.control.advanceRound()
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
  })

  test('governed: its attempts failed too often', async () => {
    const cdpId = await withFallenCdp({ settings: { maxFailedAttemptsPerCdp: 1 } })
    market.ledger.control.setMempoolFault({ loseProbability: 1 })
    expect(await run(cdpId, { patience: passingEpochs() })).toMatchObject({ kind: 'expired' })
    expect(await run(cdpId)).toMatchObject({ kind: 'governed', governor: 'attempts-per-cdp', used: '1' })
  })

  test('wallet-low: the reserve could not be kept', async () => {
    const cdpId = await withFallenCdp({ walletXrd: '209' })
    expect(await run(cdpId)).toMatchObject({ kind: 'wallet-low', floorXrd: Decimal.parse('210') })
  })

  test('unprofitable: says the best it could have been, with everything it looked at', async () => {
    const cdpId = await withFallenCdp({ settings: { minProfitXrd: Decimal.parse('1000000') } })
    const outcome = await run(cdpId)
    expect(outcome).toMatchObject({ kind: 'unprofitable', minProfitXrd: Decimal.parse('1000000') })
    expect(outcome.kind === 'unprofitable' && outcome.alternatives.length).toBeGreaterThan(0)
  })

  test('impossible: the market switched repaying for liquidation off', async () => {
    const cdpId = await withFallenCdp()
    market.ledger.control.setService({ component: 'loan', service: 'RepayForLiquidation', enabled: false })
    expect(await run(cdpId)).toMatchObject({ kind: 'impossible' })
    expect(submissions()).toBe(0)
  })

  test('preview-mismatch: the exit fetches less than it was quoted', async () => {
    const cdpId = await withFallenCdp({ walletXrd: '250' })
    const venues = market.deps.venues.map((venue) => ({
      name: venue.name,
      quotes: async (requests: Parameters<typeof venue.quotes>[0]) =>
        (await venue.quotes(requests)).map(
          (quote) => quote && { ...quote, amountOut: quote.amountOut.times(Decimal.parse('1.02')) },
        ),
    }))
    expect(await run(cdpId, { venues })).toMatchObject({ kind: 'preview-mismatch' })
    expect(submissions()).toBe(0)
  })

  test('preview-failed: the ledger would refuse the manifest however often it is written', async () => {
    const cdpId = await withFallenCdp()
    const { xrd } = market.ledger.addresses
    const impossible = `ASSERT_WORKTOP_CONTAINS Address("${xrd}") Decimal("1");\n`
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) => impossible + market.deps.writeManifest(steps)
    expect(await run(cdpId, { writeManifest })).toMatchObject({ kind: 'preview-failed' })
    expect(submissions()).toBe(0)
  })

  test('looks again when the exchange moved between plan and dry run, and goes on', async () => {
    const cdpId = await withFallenCdp()
    const quotesOf = market.deps.venues[0]
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
    expect(await run(cdpId, { venues: [venue] })).toMatchObject({ kind: 'liquidated' })
    expect(asked).toBe(2)
  })

  test('stale: a competitor took the CDP between plan and dry run', async () => {
    const cdpId = await withFallenCdp()
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) => {
      market.ledger.control.liquidateAsCompetitor(cdpId)
      return market.deps.writeManifest(steps)
    }
    expect(await run(cdpId, { writeManifest })).toMatchObject({ kind: 'stale', reason: 'recovered' })
    expect(submissions()).toBe(0)
  })

  test('outflow-refused: the manifest calls somebody who has no place in a liquidation', async () => {
    const cdpId = await withFallenCdp()
    const { competitorAccount } = market.ledger.addresses
    // It takes nothing, so the preview moves what was planned; only the signer sees it.
    const stranger = `CALL_METHOD Address("${competitorAccount}") "deposit_batch" Expression("ENTIRE_WORKTOP");\n`
    const writeManifest: LiquidatorDeps['writeManifest'] = (steps) => stranger + market.deps.writeManifest(steps)
    expect(await run(cdpId, { writeManifest })).toMatchObject({ kind: 'outflow-refused' })
    expect(submissions()).toBe(0)
    expect((await journalOf(cdpId))[0]).toMatchObject({ state: 'failed', signed: null })
  })
})

describe('a CDP from which nothing can be gained', () => {
  const REST_MS = 20_000
  /** Whether indexers leave the CDP out so long from now. */
  const restsIn = async (cdpId: string, ms: number) => {
    const { cdpId: id } = market.candidate(cdpId)
    return (await market.deps.journal.engaged([id], market.deps.clock.now() + ms)).get(id) === 'resting'
  }

  test('rests for a while once it was found unprofitable', async () => {
    const cdpId = await withFallenCdp({ settings: { minProfitXrd: Decimal.parse('1000000') } })
    expect(await run(cdpId)).toMatchObject({ kind: 'unprofitable' })
    expect([await restsIn(cdpId, REST_MS - 1), await restsIn(cdpId, REST_MS)]).toEqual([true, false])
  })

  test('rests for a while once its liquidation was found impossible', async () => {
    const cdpId = await withFallenCdp()
    market.ledger.control.setService({ component: 'loan', service: 'RepayForLiquidation', enabled: false })
    expect(await run(cdpId)).toMatchObject({ kind: 'impossible' })
    expect(await restsIn(cdpId, 0)).toBe(true)
  })

  test('is worked off all the same when a candidate comes, and rests no longer', async () => {
    const cdpId = await withFallenCdp({ settings: { minProfitXrd: Decimal.parse('1000000') } })
    await run(cdpId)
    const policy = { ...market.deps.policy, minProfitXrd: Decimal.ONE }
    expect(await run(cdpId, { policy })).toMatchObject({ kind: 'liquidated' })
    expect(await restsIn(cdpId, 0)).toBe(false)
  })

  test('never rests where the policy says so', async () => {
    const cdpId = await withFallenCdp({ settings: { minProfitXrd: Decimal.parse('1000000'), restSeconds: 0 } })
    expect(await run(cdpId)).toMatchObject({ kind: 'unprofitable' })
    expect(await restsIn(cdpId, 0)).toBe(false)
  })

  test('does not rest when something else ended its candidate', async () => {
    const cdpId = await withFallenCdp({ walletXrd: '209' })
    expect(await run(cdpId)).toMatchObject({ kind: 'wallet-low' })
    expect(await restsIn(cdpId, 0)).toBe(false)
  })
})

describe('on the way to the commit', () => {
  test('failed: a competitor was faster on the ledger; the fee is counted', async () => {
    const cdpId = await withFallenCdp({ ledger: { commitDelayMs: { min: 3_000, max: 3_000 } } })
    let taken = false
    const patience = {
      wait: async () => {
        if (!taken) market.ledger.control.liquidateAsCompetitor(cdpId)
        taken = true
        market.ledger.control.advanceRound()
      },
    }
    const outcome = await run(cdpId, { patience })
    expect(outcome).toMatchObject({ kind: 'failed' })
    const [record] = await journalOf(cdpId)
    expect(record).toMatchObject({ state: 'failed' })
    expect(record?.realised?.feeXrd.isPositive()).toBe(true)
    expect(record?.realised?.realisedProfitXrd).toEqual(record?.realised?.feeXrd.negated())
    expect(market.metrics.sum('FeesXrd')).toBeGreaterThan(0)
  })

  test('expired: the submission was lost and the window ended; the next candidate gets a new intent', async () => {
    const cdpId = await withFallenCdp()
    market.ledger.control.setMempoolFault({ loseProbability: 1 })
    expect(await run(cdpId, { patience: passingEpochs() })).toMatchObject({ kind: 'expired' })
    market.ledger.control.setMempoolFault({})
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect((await journalOf(cdpId)).map(({ attempt, state }) => [attempt, state])).toEqual([
      [2, 'committed'],
      [1, 'expired'],
    ])
  })

  test('gives the message back while the intent may still commit, and signs nothing new for it', async () => {
    const cdpId = await withFallenCdp({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(run(cdpId)).rejects.toThrow(IntentStillOpenError)
    await expect(run(cdpId)).rejects.toThrow(IntentStillOpenError)
    expect(await journalOf(cdpId)).toMatchObject([{ attempt: 1, state: 'submitted' }])
    market.ledger.control.advanceRound(180)
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(market.ledger.control.summary()).toMatchObject({ duplicateIntents: 0, liquidations: [{ cdpId }] })
  })

  test('follows an earlier intent to its end also when the CDP cannot be read any more', async () => {
    const cdpId = await withFallenCdp({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(run(cdpId)).rejects.toThrow(IntentStillOpenError)
    hideData(cdpId)
    market.ledger.control.advanceRound(180)
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
    expect(await journalOf(cdpId)).toMatchObject([{ attempt: 1, state: 'committed' }])
  })

  test('a paused or dry-running liquidator only looks at what an earlier worker submitted', async () => {
    const cdpId = await withFallenCdp({ ledger: { commitDelayMs: { min: 170_000, max: 170_000 } } })
    await expect(run(cdpId)).rejects.toThrow(IntentStillOpenError)
    market.setMode('dry-run')
    market.ledger.control.advanceRound(15)
    const before = submissions()
    expect(await run(cdpId)).toMatchObject({ kind: 'held', by: 'intent' })
    expect(submissions()).toBe(before)
    market.ledger.control.advanceRound(180)
    expect(await run(cdpId)).toMatchObject({ kind: 'liquidated' })
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
    void run(cdpId, { faults, owner: 'dead' })
    await death
  }

  test.each(FAULT_POINTS)('%s: its redelivered message comes to the same one effect', async (point) => {
    const cdpId = await withFallenCdp()
    const candidate = market.candidate(cdpId)
    await dieAt(cdpId, point)
    market.ledger.control.advanceTime(market.deps.limits.leaseMs)
    market.ledger.control.advanceRound()
    const outcome = await liquidate(candidate, market.deps)
    const summary = market.ledger.control.summary()
    expect(summary).toMatchObject({ liquidations: [{ cdpId }], liquidatedTwiceInOneExcursion: [], duplicateIntents: 0 })
    expect(outcome).toMatchObject(
      ['after-record-final', 'before-release'].includes(point)
        ? { kind: 'stale', reason: 'superseded' }
        : { kind: 'liquidated' },
    )
    const signed = (await journalOf(cdpId)).filter((record) => record.signed !== null)
    expect(signed).toMatchObject([
      { state: 'committed', signed: { intentHash: summary.liquidations[0]?.transactionId } },
    ])
  })

  test('a duplicate that comes while its claim lasts leaves the CDP alone', async () => {
    const cdpId = await withFallenCdp()
    await dieAt(cdpId, 'after-record-signed')
    expect(await run(cdpId)).toMatchObject({ kind: 'held', by: 'worker' })
  })

  test('is concluded by the sweep when no message leads to it any more, without any submission', async () => {
    const cdpId = await withFallenCdp()
    await dieAt(cdpId, 'after-submit')
    market.setMode('paused')
    market.ledger.control.advanceTime(market.deps.limits.leaseMs)
    market.ledger.control.advanceRound()
    const before = submissions()
    expect(await sweepLeftovers(100, market.deps)).toEqual({ settled: 1, open: 0 })
    expect(submissions()).toBe(before)
    expect(await journalOf(cdpId)).toMatchObject([{ state: 'committed' }])
  })

  test('one that signed and never submitted is expired by the sweep once its window is over', async () => {
    const cdpId = await withFallenCdp()
    await dieAt(cdpId, 'after-record-signed')
    market.ledger.control.advanceTime(market.deps.limits.leaseMs)
    market.ledger.control.advanceRound()
    expect(await sweepLeftovers(100, market.deps)).toEqual({ settled: 0, open: 1 })
    market.ledger.control.advanceEpoch(2)
    expect(await sweepLeftovers(100, market.deps)).toEqual({ settled: 1, open: 0 })
    expect(await journalOf(cdpId)).toMatchObject([{ state: 'expired' }])
    expect(market.ledger.control.summary().liquidations).toEqual([])
  })
})

/** Waits by whole epochs, so that an intent's window ends while it is followed. */
function passingEpochs() {
  return { wait: async () => void market.ledger.control.advanceEpoch() }
}
