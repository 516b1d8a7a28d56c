import { Decimal, IntentHash, PreciseDecimal, ResourceAddress, unitRatioOf, unitsOfAmount } from '@weft/domain'
import type { Ledger, MarketAnswers } from '@weft/ledger'
import { afterEach, describe, expect, test } from 'vitest'
import { type LocalMarket, startLocalMarket } from '../../test/local-market.ts'
import type { StoredPool } from '../weft/decode-components.ts'
import { examineNetwork } from './examine.ts'
import type { KnownTransaction } from './known-transactions.ts'
import { settledEvents } from './settle-events.ts'
import { settledUnits } from './settle-units.ts'

let market: LocalMarket | undefined
afterEach(() => market?.close())

/** The report on a market where `act` was done, after it stood untouched for long enough that interest is due. */
async function afterwards(
  answers: Partial<MarketAnswers>,
  what: KnownTransaction['what'],
  act: (market: LocalMarket) => number,
) {
  market = await startLocalMarket({
    market: answers,
    genesis: {
      cdps: [{ collaterals: { XRD: '1000' }, loans: { xUSDC: '2.6' } }],
      utilisation: { xUSDC: '0.8' },
    },
  })
  const { ledger, network, client } = market
  pass(ledger, 40)
  // From here on the pool is used more than at the rate that is stored.
  ledger.control.openCdp({ collaterals: { XRD: '10000000' }, loans: { xUSDC: '1000' } })
  pass(ledger, 90)
  const { items } = await client.streamTransactions({
    from_ledger_state: { state_version: act(market) },
    order: 'Asc',
    limit_per_page: 1,
  })
  const intentHash = IntentHash.parse(items[0]?.intent_hash)
  const report = await examineNetwork(network, {
    clock: { now: () => ledger.tip().timestampMs },
    transactions: [{ what, intentHash }],
  })
  const found = (row: string) => report.rows.find(({ id }) => id === `transaction.${row}`)?.finding
  return { report, found }
}

/** Ten minutes a round, so that prices stay young. */
function pass({ control }: Ledger, minutes: number): void {
  for (let passed = 0; passed < minutes; passed += 10) {
    control.advanceTime(600_000)
    control.advanceRound()
  }
}

const borrow = ({ ledger }: LocalMarket) => ledger.control.borrow('#1#', { xUSDC: '0.001' })
const liquidate = ({ ledger }: LocalMarket) => {
  ledger.control.setPrices({ xUSDC: '400' })
  ledger.control.advanceTime(900_000)
  ledger.control.advanceRound()
  return ledger.control.liquidateAsCompetitor('#1#')
}

describe('what a receipt settles', () => {
  test.each<[Partial<MarketAnswers>, string, string]>([
    [{}, 'as-expected', 'as-expected'],
    [{ interest: 'simple' }, 'other-answer', 'as-expected'],
    [{ rate: 'start' }, 'as-expected', 'other-answer'],
    [{ interest: 'simple', rate: 'start' }, 'other-answer', 'other-answer'],
  ])('how interest grew, and by which rate, with %j', async (answers, interest, rate) => {
    const { found, report } = await afterwards(answers, 'borrow', borrow)
    expect([found('interest')?.kind, found('rate')?.kind]).toEqual([interest, rate])
    expect(found('event-wrappers')).toEqual({ kind: 'as-expected', found: 'BorrowEvent' })
    expect(report.transactions).toMatchObject([{ what: 'borrow', why: null }])
    expect(report.requests.made).toBeLessThanOrEqual(60)
  })

  test.each<[Partial<MarketAnswers>, string]>([
    [{}, 'as-expected'],
    [{ 'bonus-share': 'bonus' }, 'other-answer'],
  ])('of what the protocol took its share of a bonus, with %j', async (answers, share) => {
    const { found } = await afterwards(answers, 'liquidation', liquidate)
    expect(found('bonus-share')?.kind).toBe(share)
    expect(found('overpayment')).toEqual({ kind: 'not-shown', why: 'only a transaction shows it' })
  })

  test('nothing, where the network does not know the transaction, and says so', async () => {
    const intentHash = IntentHash.parse('txid_loc1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqsl6qlfp')
    market = await startLocalMarket()
    const { ledger, network } = market
    const clock = { now: () => ledger.tip().timestampMs }
    const report = await examineNetwork(network, { clock, transactions: [{ what: 'lend', intentHash }] })
    expect(report.transactions).toMatchObject([{ stateVersion: null, settles: [] }])
    expect(report.transactions[0]?.why).toContain('HTTP 4')
    expect(report.liquidationWouldWork).toBe(true)
  })
})

describe('by synthetic receipts', () => {
  const NOTHING = { stateVersion: 7, events: [], changes: [], pools: undefined }
  const data = [{ kind: 'NonFungibleLocalId', field_name: 'cdp_id', value: '#1#' }]
  const inner = { kind: 'Tuple', type_name: 'CDPEventData', fields: data }

  test.each([
    ['wrapped', { kind: 'Tuple', type_name: 'BorrowEvent', fields: [inner] }, 'as-expected'],
    ['bare', { ...inner, type_name: 'BorrowEvent' }, 'other-answer'],
    ['of another shape', { kind: 'Tuple', fields: [{ kind: 'String', value: '#1#' }] }, 'unknown'],
  ])('events that are %s are told apart', (_how, payload, kind) => {
    expect(settledEvents({ ...NOTHING, events: [{ name: 'BorrowEvent', payload }] })).toMatchObject([
      { row: 'transaction.event-wrappers', finding: { kind } },
    ])
  })

  test('a receipt without an event about a CDP says nothing of events', () => {
    expect(settledEvents({ ...NOTHING, events: [{ name: 'FeeUpdateEvent', payload: {} }] })).toEqual([])
  })

  const XRD = ResourceAddress.parse('resource_loc1aaaaaa')
  const UNIT = ResourceAddress.parse('resource_loc1bbbbbb')
  /** Of a real deposit on mainnet: the ratio before it, and what was lent. */
  const RATIO = '0.996728506186092340747115725931967702'
  const AMOUNT = Decimal.parse('91000')

  test.each([
    ['the nearest', '90702.294062934403007988', 'as-expected'],
    ['truncation', '90702.294062934403007987', 'other-answer'],
    ['neither', '90702.294062934403007986', 'unknown'],
  ])('units that follow from %s are told apart', (_rule, minted, kind) => {
    const units = Decimal.parse(minted)
    expect(settledUnits({ ...NOTHING, changes: deposit(AMOUNT, units), pools: pools(RATIO) })).toMatchObject([
      { row: 'transaction.units', finding: { kind } },
    ])
  })

  test('where interest was booked first, the ratio follows from the totals without the deposit', () => {
    const [total, totalUnits] = [Decimal.parse('1234567.891'), Decimal.parse('1230000.123456789')]
    const units = unitsOfAmount(AMOUNT, unitRatioOf(totalUnits, total))
    const after = { total: total.plus(AMOUNT), totalUnits: totalUnits.plus(units), bookedAtMs: 60_000 }
    expect(settledUnits({ ...NOTHING, changes: deposit(AMOUNT, units), pools: pools(RATIO, after) })).toMatchObject([
      { finding: { kind: 'as-expected' } },
    ])
  })

  function deposit(amount: Decimal, units: Decimal) {
    return [
      { entity: 'account_loc1lender', resource: XRD, amount: amount.negated() },
      { entity: 'component_loc1pool', resource: XRD, amount },
      { entity: 'account_loc1lender', resource: UNIT, amount: units },
    ]
  }

  function pools(ratio: string, after?: { total: Decimal; totalUnits: Decimal; bookedAtMs: number }) {
    const before = pool(ratio, Decimal.ONE, Decimal.ONE, 0)
    const later = after ? pool(ratio, after.total, after.totalUnits, after.bookedAtMs) : before
    return { before: new Map([[XRD, before]]), after: new Map([[XRD, later]]) }
  }

  function pool(ratio: string, total: Decimal, totalUnits: Decimal, bookedAtMs: number): StoredPool {
    const state = { divisibility: 18, total, totalUnits, unitRatio: PreciseDecimal.parse(ratio) }
    return {
      vault: null,
      depositUnit: UNIT,
      interestRate: Decimal.ZERO,
      interestUpdatedAtMs: bookedAtMs,
      interestUpdatePeriodMs: null,
      interestStrategyId: null,
      flashLoanFeeRate: null,
      flashLoanLimit: { kind: 'none' },
      utilisationLimit: { kind: 'none' },
      deposits: state,
      loans: state,
    }
  }
})
