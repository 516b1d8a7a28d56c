import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  aPool,
  HUG,
  LSU,
  LSULP,
  withPrice,
  XRD,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
} from '../../test/specimens.ts'
import type { Cdp } from '../cdp.ts'
import { Decimal } from '../decimal.ts'
import { judgeHealth } from '../health.ts'
import type { CdpHealth } from '../health-types.ts'
import type { MarketSnapshot } from '../market.ts'
import { liquidationAmounts, mostCovered, mostPayable } from './amounts.ts'

function judged(cdp: Cdp, market: MarketSnapshot): CdpHealth {
  const verdict = judgeHealth(cdp, market, new Map())
  if (verdict.kind !== 'judged') throw new Error(verdict.why)
  return verdict.health
}

function amountsOf(cdp: Cdp, market: MarketSnapshot, resource: typeof XRD, amount: string, order?: (typeof XRD)[]) {
  const payment = { resource, amount: Decimal.parse(amount) }
  const amounts = liquidationAmounts(judged(cdp, market), market, payment, order)
  if (!amounts) throw new Error('the CDP has no such loan')
  return amounts
}

const text = (value: Decimal | undefined) => String(value)

test('mainnet’s liquidation of CDP #1138: 51.13 LSULP bought all 539 703 HUG', () => {
  const market = withPrice(
    withPrice(aMarket(), LSULP, '1.224027421309258'),
    HUG,
    // What the numbers of that transaction imply at a bonus of 10 %.
    '0.000127551997357404',
  )
  const cdp = aCdp({
    loans: [[LSULP, aLoan('47280000')]],
    collaterals: [[HUG, aCollateral('539703.171057886068001932')]],
  })
  const amounts = amountsOf(cdp, market, LSULP, '1000')
  expect(amounts.accepted.minus(Decimal.parse('51.127952505660406764')).abs().lt(Decimal.parse('0.000000001'))).toBe(
    true,
  )
  expect(text(amounts.accepted.plus(amounts.remainder))).toBe('1000')
  const [hug] = amounts.seizures
  expect(text(hug?.taken)).toBe('539703.171057886068001932')
  expect(hug?.protocolShare.plus(hug.received).eq(hug.taken)).toBe(true)
})

describe('one collateral', () => {
  const cdp = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XRD, aCollateral('3000')]] })

  test('a payment buys its value and the bonus; a fifth of the bonus is the protocol’s', () => {
    const { accepted, remainder, paidValueXrd, seizures } = amountsOf(cdp, aMarket(), XUSDC, '4')
    expect([accepted, remainder, paidValueXrd].map(text)).toEqual(['4', '0', '902.280861412405926836'])
    // × 1.07; of all of it 0.07 × 0.2
    expect(text(seizures[0]?.taken)).toBe('965.440521711274341714')
    expect(text(seizures[0]?.protocolShare)).toBe('13.516167303957840783')
    expect(text(seizures[0]?.received)).toBe('951.924354407316500931')
  })

  test('no more than the close factor’s part of the loan is taken', () => {
    const { accepted, remainder } = amountsOf(cdp, aMarket(), XUSDC, '7')
    expect([accepted, remainder].map(text)).toEqual(['5', '2'])
  })

  test('what may be repaid is rounded down to what the resource can be split into', () => {
    const odd = aCdp({ loans: [[XUSDC, aLoan('10.000001')]], collaterals: [[XRD, aCollateral('3000')]] })
    expect(text(mostPayable(judged(odd, aMarket()).loans[0] ?? fail(), aMarket()))).toBe('5')
  })

  test('a loan that the CDP does not have buys nothing', () => {
    const health = judged(cdp, aMarket())
    expect(liquidationAmounts(health, aMarket(), { resource: HUG, amount: Decimal.ONE })).toBeUndefined()
  })
})

describe('deposit units', () => {
  const market = aMarket({
    pools: new Map([...aMarket().pools, [XUSDC, aPool(XUSDC_DEPOSIT_UNIT, { depositRatio: '0.8', divisibility: 6 })]]),
  })

  test('are seized as units of the value bought', () => {
    const cdp = aCdp({ loans: [[XRD, aLoan('1000')]], collaterals: [[XUSDC_DEPOSIT_UNIT, aCollateral('5')]] })
    const { seizures } = amountsOf(cdp, market, XRD, '100')
    // 107 XRD ÷ 225.57… × 0.8
    expect(text(seizures[0]?.taken)).toBe('0.37948272499542587')
    expect(text(seizures[0]?.received)).toBe('0.374169966845489908')
  })
})

describe('several collaterals', () => {
  const cdp = aCdp({
    loans: [[XUSDC, aLoan('10')]],
    collaterals: [
      [HUG, aCollateral('1000000')],
      [LSU, aCollateral('500')],
      [XRD, aCollateral('2000')],
    ],
  })

  test('are seized in the order requested, the next when the first is exhausted', () => {
    const { seizures, remainder } = amountsOf(cdp, aMarket(), XUSDC, '5', [LSU, XRD])
    expect(seizures.map(({ position }) => position.resource)).toEqual([LSU, XRD])
    expect(text(seizures[0]?.taken)).toBe('500')
    // 1 127.85… paid, 600 ÷ 1.07 of it for the LSU, the rest × 1.07 in XRD.
    expect(text(seizures[1]?.taken)).toBe('606.800652139092927144')
    expect(text(remainder)).toBe('0')
  })

  test('are seized in the CDP’s order when none is requested', () => {
    const { seizures } = amountsOf(cdp, aMarket(), XUSDC, '5')
    expect(seizures.map(({ position }) => position.resource)).toEqual([HUG, LSU, XRD])
  })

  test('that are worth less than the payment reduce it to what they cover', () => {
    const { accepted, remainder, seizures } = amountsOf(cdp, aMarket(), XUSDC, '5', [HUG])
    // 131.085… XRD ÷ 1.1 ÷ 225.57…
    expect([accepted, remainder].map(text)).toEqual(['0.528298', '4.471702'])
    expect(seizures).toHaveLength(1)
  })

  test('a collateral that the CDP does not hold is passed over', () => {
    const { seizures } = amountsOf(cdp, aMarket(), XUSDC, '1', [LSULP, XRD])
    expect(seizures.map(({ position }) => position.resource)).toEqual([XRD])
  })
})

const amountText = fc.bigInt({ min: 10n ** 12n, max: 10n ** 24n }).map((attos) => Decimal.fromAttos(attos).toString())

test('property: nobody gains by rounding, and nothing is taken that is not there', () => {
  fc.assert(
    fc.property(
      amountText,
      fc.array(amountText, { minLength: 3, maxLength: 3 }),
      amountText,
      fc.shuffledSubarray([HUG, LSU, XRD], { minLength: 1 }),
      (units, pledged, payment, order) => {
        const market = aMarket()
        const [hug = '1', lsu = '1', xrd = '1'] = pledged
        const cdp = aCdp({
          loans: [[XUSDC, aLoan(units)]],
          collaterals: [
            [HUG, aCollateral(hug)],
            [LSU, aCollateral(lsu)],
            [XRD, aCollateral(xrd)],
          ],
        })
        const amounts = amountsOf(cdp, market, XUSDC, payment, order)
        expect(amounts.accepted.plus(amounts.remainder).toString()).toBe(payment)
        expect(amounts.accepted.lte(mostPayable(amounts.debt, market))).toBe(true)
        expect(amounts.accepted.isNegative() || amounts.remainder.isNegative()).toBe(false)
        const seizedValue = Decimal.sum(amounts.seizures.map(({ taken, position }) => taken.times(position.price)))
        const mostValue = Decimal.min(amounts.paidValueXrd.plus(amounts.debt.price), Decimal.MAX).times(
          Decimal.parse('1.1'),
        )
        expect(seizedValue.lte(mostValue)).toBe(true)
        for (const { taken, received, protocolShare, position } of amounts.seizures) {
          expect(taken.lte(position.pledged)).toBe(true)
          expect(received.plus(protocolShare).eq(taken)).toBe(true)
          expect(protocolShare.isNegative()).toBe(false)
          // The liquidator keeps at least what a bonus without the protocol's share would be worth.
          expect(received.gte(taken.dividedBy(Decimal.ONE.plus(position.config.liquidationBonusRate)))).toBe(true)
        }
        const covered = mostCovered(
          amounts.debt,
          amounts.seizures.map(({ position }) => position),
          market,
        )
        expect(amounts.accepted.lte(covered.plus(Decimal.parse('0.000001')))).toBe(true)
      },
    ),
  )
})

function fail(): never {
  throw new Error('the loan is missing')
}
