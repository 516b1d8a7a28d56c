import { Decimal } from '@weft/domain/decimal'
import { beforeAll, expect, test } from 'vitest'
import type { Ledger } from '../control.ts'
import { instantLedger } from '../testing/ledgers.ts'
import { Operator } from '../testing/operator.ts'

let operator: Operator
beforeAll(async () => {
  operator = await Operator.named('liquidator')
})

/** Liquidates with the operator's own tokens. @returns the committed transaction. */
async function liquidate(
  ledger: Ledger,
  cdpId: string,
  payment: { readonly symbol: string; readonly amount: string },
  requested?: readonly string[],
) {
  const resource = ledger.addresses.tokens[payment.symbol] ?? ''
  const wanted =
    requested === undefined
      ? 'Enum<0u8>()'
      : `Enum<1u8>(Array<Address>(${requested.map((each) => `Address("${each}")`).join(', ')}))`
  const intentHash = await operator.send(
    ledger,
    `${operator.lockFee()}
CALL_METHOD Address("${operator.account}") "withdraw" Address("${resource}") Decimal("${payment.amount}");
TAKE_ALL_FROM_WORKTOP Address("${resource}") Bucket("payment");
CALL_METHOD Address("${ledger.addresses.market}") "liquidate" NonFungibleLocalId("${cdpId}") Array<Bucket>(Bucket("payment")) ${wanted};
${operator.depositAll()}`,
  )
  const committed = ledger.transactionByIntent(intentHash)
  if (!committed) throw new Error('not committed')
  return committed
}

function changeOf(committed: Awaited<ReturnType<typeof liquidate>>, entity: string, resource: string): Decimal {
  const change = committed.fungibleChanges.find((each) => each.entity === entity && each.resource === resource)
  return Decimal.parse(change?.change ?? '0')
}

test('repeats the mainnet liquidation of CDP #1138', async () => {
  const paid = Decimal.parse('51.127952505660406764')
  const lsulpPrice = Decimal.parse('1.224027421309258')
  const seized = Decimal.parse('539703.171057886068001932')
  const hugPrice = paid.times(lsulpPrice).times(Decimal.parse('1.1')).dividedBy(seized)
  expect(hugPrice.toString()).toMatch(/^0\.00012755/)
  const ledger = await instantLedger({
    market: { overpayment: 'cut', 'bonus-share': 'bonus' },
    genesis: {
      prices: { HUG: hugPrice.toString(), LSULP: lsulpPrice.toString() },
      cdps: [{ collaterals: { HUG: seized.toString() }, loans: { LSULP: '47280000' } }],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100', LSULP: '100' })
  const committed = await liquidate(ledger, '#1#', { symbol: 'LSULP', amount: '100' })
  expect(committed.errorMessage).toBeUndefined()

  const { LSULP = '', HUG = '' } = ledger.addresses.tokens
  const payment = changeOf(committed, operator.account, LSULP).negated()
  expect(payment.minus(paid).abs().lt(Decimal.parse('0.000000000001'))).toBe(true)
  // Everything went: 10 % bonus on the payment, of which the protocol keeps a fifth.
  const taken = changeOf(committed, operator.account, HUG)
  const kept = changeOf(committed, ledger.addresses.market, HUG).plus(seized)
  const share = seized.times(Decimal.parse('0.1')).dividedBy(Decimal.parse('1.1')).times(Decimal.parse('0.2'))
  expect(kept.minus(seized).plus(taken).isZero()).toBe(true)
  expect(taken.eq(seized.minus(share))).toBe(true)
  expect(committed.events.map(({ name }) => name)).toEqual([
    'CDPRepayForLiquidationEvent',
    'CDPRemoveCollateralForLiquidation',
    'LiquidationBonusFeeEvent',
  ])
})

test('accepts no more than the close factor and gives the change back', async () => {
  const ledger = await instantLedger({
    genesis: { prices: { xUSDC: '100' }, cdps: [{ collaterals: { XRD: '11000' }, loans: { xUSDC: '100' } }] },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100', xUSDC: '90' })
  const committed = await liquidate(ledger, '#1#', { symbol: 'xUSDC', amount: '90' })
  expect(committed.status).toBe('CommittedSuccess')
  const { xUSDC = '', XRD = '' } = ledger.addresses.tokens
  const paid = changeOf(committed, operator.account, xUSDC).negated()
  // Half of 100, less the rounding of units to the sixth digit.
  expect(paid.toApproxNumber()).toBeCloseTo(50, 5)
  // 5 000 XRD of debt bring 5 350 XRD, less a fifth of 7 % of them.
  expect(changeOf(committed, operator.account, XRD).toApproxNumber()).toBeCloseTo(5275.1, 3)
  expect(ledger.control.liquidationLtv('#1#').lt(Decimal.parse('1.2'))).toBe(true)
})

test('seizes requested collaterals in their order, the second only for what the first does not cover', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDC: '100', HUG: '1' },
      cdps: [{ collaterals: { XRD: '3000', HUG: '9000' }, loans: { xUSDC: '100' } }],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100', xUSDC: '50' })
  const { HUG = '', XRD = '' } = ledger.addresses.tokens
  const committed = await liquidate(ledger, '#1#', { symbol: 'xUSDC', amount: '49' }, [XRD, HUG])
  expect(committed.errorMessage).toBeUndefined()
  // All 3 000 XRD pay 2 803.74; the other 2 096.26 buy HUG at a bonus of 10 %.
  expect(changeOf(committed, ledger.addresses.market, XRD).toApproxNumber()).toBeCloseTo(-3000 + 42, 3)
  expect(changeOf(committed, operator.account, HUG).toApproxNumber()).toBeCloseTo(2305.888 - 46.118, 2)
})

test('seizes deposit units as they are, at the pool ratio', async () => {
  const ledger = await instantLedger({
    genesis: { cdps: [{ collaterals: { 'du-xUSDC': '1000' }, loans: { XRD: '180000' } }] },
  })
  ledger.control.fundAccount(operator.account, { XRD: '20000' })
  const committed = await liquidate(ledger, '#1#', { symbol: 'XRD', amount: '10000' })
  expect(committed.errorMessage).toBeUndefined()
  const units = changeOf(committed, operator.account, ledger.addresses.depositUnits.xUSDC ?? '')
  // 10 000 XRD buy 47.43 xUSDC of value (less the protocol's share), and one unit holds a little more than one xUSDC.
  expect(units.toApproxNumber()).toBeGreaterThan(41)
  expect(units.toApproxNumber()).toBeLessThan(47)
})

test('refuses a healthy CDP, a resource that is not owed and a collateral that is not there', async () => {
  const ledger = await instantLedger({
    genesis: {
      prices: { xUSDC: '100' },
      cdps: [
        { collaterals: { XRD: '20000' }, loans: { xUSDC: '100' } },
        { collaterals: { XRD: '11000' }, loans: { xUSDC: '100' } },
      ],
    },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100', xUSDC: '50', xUSDT: '50' })
  const { HUG = '' } = ledger.addresses.tokens
  expect((await liquidate(ledger, '#1#', { symbol: 'xUSDC', amount: '1' })).errorMessage).toMatch(/CDPNotLiquidatable/)
  expect((await liquidate(ledger, '#2#', { symbol: 'xUSDT', amount: '1' })).errorMessage).toMatch(/LoanNotFound/)
  const other = await liquidate(ledger, '#2#', { symbol: 'xUSDC', amount: '1' }, [HUG])
  expect(other.errorMessage).toMatch(/CollateralNotFound/)
})

test('respects the service switches', async () => {
  const ledger = await instantLedger({
    genesis: { prices: { xUSDC: '100' }, cdps: [{ collaterals: { XRD: '11000' }, loans: { xUSDC: '100' } }] },
  })
  ledger.control.fundAccount(operator.account, { XRD: '100', xUSDC: '50' })
  ledger.control.setService({ component: 'loan', service: 'RepayForLiquidation', resource: 'xUSDC', enabled: false })
  const committed = await liquidate(ledger, '#1#', { symbol: 'xUSDC', amount: '1' })
  expect(committed.errorMessage).toMatch(/ServiceDisabled/)
})
