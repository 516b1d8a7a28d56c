import { Decimal } from '@weft/domain'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type LyingGateway, startLyingGateway } from '../test/lying-gateway.ts'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { IntentStillOpenError } from './commit/follow.ts'
import { sweepLeftovers } from './commit/sweep.ts'
import { liquidate } from './liquidate.ts'

/** What one Gateway can do that we have to believe, see docs/threat-model.md. The ledger behind it is honest throughout. */

let cloud: TestCloud
let market: TestMarket
let gateway: LyingGateway
let cdpId: string
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(async () => {
  await market?.stop()
  await gateway?.close()
})

async function open() {
  market = await startTestMarket(cloud, {
    serve: async (ledger) => {
      gateway = await startLyingGateway(ledger)
      return gateway
    },
  })
  cdpId = market.ledger.control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } })
  market.ledger.control.setPrices({ xUSDC: '190' })
}

const run = () => liquidate(market.candidate(cdpId), market.deps)
const attempts = async () => (await market.deps.journal.standingOf(market.candidate(cdpId).cdpId)).attempts
const events = () => market.log.events.map(({ event }) => event)
/** In rounds, as a ledger makes them: a jump would look like a halt. */
const letPass = (minutes: number) => {
  for (let round = 0; round < minutes * 6; round += 1) {
    market.ledger.control.advanceTime(10_000)
    if (round % 60 === 0) market.ledger.control.setPrices({ xUSDC: `190.00${round % 7}` })
    market.ledger.control.advanceRound()
  }
}

describe('a false rejection', () => {
  const REJECTED = { status: 'Rejected', intent_status: 'PermanentlyRejected', error_message: 'a lie' }
  const reject = () => {
    gateway.keepsPayloads = true
    gateway.lie = (path, answer) => (path === '/transaction/status' ? { ...answer, ...REJECTED } : answer)
  }

  test('makes no second payload while the first can commit, and is said to an operator', async () => {
    await open()
    reject()
    for (let look = 0; look < 7; look += 1) {
      expect(await run()).toMatchObject({ kind: 'held', by: 'intent' })
      market.ledger.control.advanceRound()
    }
    expect(new Set(gateway.kept).size).toBe(1)
    expect(market.metrics.sum('FatesContradicted')).toBeGreaterThanOrEqual(7)
    expect(events()).toContain('liquidator.fate_contradicted')
  })

  test('makes room for another only when no ledger takes the first any more: whatever was kept, one commits', async () => {
    await open()
    reject()
    for (let minute = 0; minute < 40; minute += 1) {
      await run()
      letPass(1)
    }
    const kept = new Set(gateway.kept).size
    expect(kept).toBeGreaterThan(1)
    // 2 to 3 epochs with the margin: one payload in eleven minutes.
    expect(kept).toBeLessThanOrEqual(4)
    const before = market.ledger.control.summary().liquidations.length
    await gateway.playKept()
    market.ledger.control.advanceRound(3)
    expect(market.ledger.control.summary().liquidations.length - before).toBeLessThanOrEqual(1)
  })

  test('costs the CDP its window, not its day: a true one is tried again after it', async () => {
    await open()
    reject()
    expect(await run()).toMatchObject({ kind: 'held' })
    gateway.repent()
    letPass(12)
    expect(await sweepLeftovers(10, market.deps)).toMatchObject({ settled: 1 })
    expect(await run()).toMatchObject({ kind: 'liquidated', attempt: 2 })
  })
})

describe('a false epoch', () => {
  const shift = (by: number) => {
    gateway.lie = (_, answer) => {
      const state = answer.ledger_state as { epoch?: number } | undefined
      if (state?.epoch !== undefined) state.epoch += by
      return answer
    }
  }

  test.each([8_000, 14, -14])('%d epochs off is signed on by nobody', async (by) => {
    await open()
    letPass(120)
    await market.deps.signer.sign(await aManifest(), windowFrom(market.ledger.tip().epoch))
    shift(by)
    gateway.keepsPayloads = true
    expect(await run()).toMatchObject({ kind: 'epoch-refused' })
    expect(gateway.kept).toEqual([])
    expect(events()).toContain('liquidator.epoch_refused')
    expect(market.metrics.sum('FatesContradicted')).toBe(1)
    expect(await attempts()).toMatchObject([{ state: 'failed', signed: null }])
  })

  test('within the hour keeps the CDP as long as the payload may become valid', async () => {
    await open()
    letPass(120)
    const { epoch } = market.ledger.tip()
    await market.deps.signer.sign(await aManifest(), windowFrom(epoch))
    shift(11)
    gateway.keepsPayloads = true
    await expect(run()).rejects.toThrow(IntentStillOpenError)
    const signed = (await attempts())[0]?.signed
    expect(signed?.endEpochExclusive).toBe(epoch + 13)
    const openForMs = (signed?.closedAtMs ?? 0) - market.ledger.tip().timestampMs
    expect(openForMs).toBeGreaterThan(12 * 300_000)
  })
})

describe('a false receipt', () => {
  const invent = (stateVersion: number, gainXrd: string) => {
    gateway.instead = (path) => {
      const { epoch, timestampMs } = market.ledger.tip()
      const ledger_state = {
        network: 'local',
        state_version: stateVersion,
        proposer_round_timestamp: new Date(timestampMs).toISOString(),
        epoch,
        round: 1,
      }
      const status = 'CommittedSuccess'
      if (path === '/transaction/status')
        return {
          ledger_state,
          status,
          intent_status: status,
          committed_state_version: stateVersion,
          known_payloads: [],
        }
      if (path !== '/transaction/committed-details') return undefined
      const change = {
        entity_address: market.deps.signer.account,
        resource_address: market.ledger.addresses.xrd,
        balance_change: gainXrd,
      }
      const balance_changes = {
        fungible_fee_balance_changes: [],
        fungible_balance_changes: [change],
        non_fungible_balance_changes: [],
      }
      const transaction = { transaction_status: status, state_version: stateVersion, fee_paid: '0.3', balance_changes }
      return {
        ledger_state,
        transaction: { ...transaction, epoch, round: 1, round_timestamp: ledger_state.proposer_round_timestamp },
      }
    }
  }

  test.each([
    ['from beyond any tip', Number.MAX_SAFE_INTEGER, '100'],
    ['of a profit that was not signed for', undefined, '1000000'],
  ])('%s ends nothing, and after its window the CDP is liquidated', async (_, stateVersion, gain) => {
    await open()
    gateway.keepsPayloads = true
    invent(stateVersion ?? market.ledger.tip().stateVersion + 1, gain)
    expect(await run()).toMatchObject({ kind: 'held', by: 'intent' })
    expect(events()).toContain('liquidator.fate_contradicted')
    gateway.repent()
    letPass(12)
    await sweepLeftovers(10, market.deps)
    expect(await run()).toMatchObject({ kind: 'liquidated' })
  })

  test('that fits silences the CDP for ten minutes at most', async () => {
    await open()
    gateway.keepsPayloads = true
    invent(market.ledger.tip().stateVersion + 50_000, '100')
    expect(await run()).toMatchObject({ kind: 'liquidated' })
    gateway.repent()
    expect(await run()).toMatchObject({ kind: 'stale', reason: 'superseded' })
    letPass(11)
    expect(await run()).toMatchObject({ kind: 'liquidated' })
    expect(events()).toContain('liquidator.supersession_doubted')
  })
})

const windowFrom = (epoch: number) => ({ startEpochInclusive: epoch, endEpochExclusive: epoch + 2 })

/** Signs nothing of value: only so that an honest epoch is remembered. */
async function aManifest(): Promise<string> {
  return market.deps.writeManifest([])
}

describe('a wallet that is said to be rich', () => {
  test('spends within the hour what the cap leaves, and what comes after it is governed or lent', async () => {
    market = await startTestMarket(cloud, {
      walletXrd: '10000000',
      settings: { maxOwnXrdPerTransaction: Decimal.parse('1000'), maxOwnXrdPerHour: Decimal.parse('2500') },
    })
    const { control } = market.ledger
    const ids = Array.from({ length: 5 }, () =>
      control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } }),
    )
    control.setPrices({ xUSDC: '190' })
    const ends = await Promise.all(ids.map((id) => liquidate(market.candidate(id), market.deps)))
    for (const end of ends)
      if (end.kind !== 'liquidated') expect(end).toMatchObject({ kind: 'governed', governor: 'own-funds-per-hour' })
    expect(ends.some(({ kind }) => kind === 'liquidated')).toBe(true)
    const records = await market.deps.journal.recent(20)
    const withdrawn = records.flatMap(({ signed }) => withdrawals(signed?.manifest ?? ''))
    expect(Math.max(...withdrawn)).toBeLessThanOrEqual(1_000)
    expect(withdrawn.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(2_500)
  })
})

/** Read from the text of what was signed. */
function withdrawals(manifest: string): readonly number[] {
  return [...manifest.matchAll(/"withdraw"\s+Address\("[^"]+"\)\s+Decimal\("([^"]+)"\)/g)].map(([, text]) =>
    Number(text),
  )
}
