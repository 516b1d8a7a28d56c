import { describe, expect, test } from 'vitest'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  HUG,
  LSULP,
  LSULP_DEPOSIT_UNIT,
  XETH,
  XRD,
  XUSDC,
} from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import { type Doubts, weighDoubts } from './weigh-doubts.ts'

const market = aMarket()

function doubting(...ranges: readonly (readonly [ResourceAddress, string, string])[]): Doubts {
  return new Map(
    ranges.map(([resource, lowest, highest]) => [
      resource,
      { why: 'specimen', lowestXrd: Decimal.parse(lowest), highestXrd: Decimal.parse(highest) },
    ]),
  )
}

/** 10 dollars against 2 700 XRD: 2 255.7 ÷ (2 700 × 0.8) = 1.04. */
function fallen(more: { hug?: string; lsulp?: string } = {}) {
  return aCdp({
    loans: [[XUSDC, aLoan('10')]],
    collaterals: [
      [XRD, aCollateral('2700')],
      ...(more.hug ? [[HUG, aCollateral(more.hug)] as const] : []),
      ...(more.lsulp ? [[LSULP_DEPOSIT_UNIT, aCollateral(more.lsulp)] as const] : []),
    ],
  })
}

const kindOf = (cdp: ReturnType<typeof aCdp>, doubts: Doubts) => weighDoubts(cdp, market, new Map(), doubts).kind

describe('doubted prices', () => {
  test('say nothing about a CDP that hangs on none of them', () => {
    expect(kindOf(fallen(), doubting([HUG, '0', '1']))).toBe('none')
  })

  test('are irrelevant where the CDP is liquidatable at the best price its owner can hope for', () => {
    expect(kindOf(fallen({ hug: '1' }), doubting([HUG, '0', '50']))).toBe('irrelevant')
  })

  test('decide where the best plausible price would spare it', () => {
    expect(kindOf(fallen({ hug: '1' }), doubting([HUG, '0', '5000']))).toBe('decisive')
  })

  test('of a debt count at their lowest', () => {
    const cdp = aCdp({
      loans: [
        [XUSDC, aLoan('10')],
        [XETH, aLoan('0.000001')],
      ],
      collaterals: [[XRD, aCollateral('2700')]],
    })
    expect(kindOf(cdp, doubting([XETH, '0', '900000000']))).toBe('irrelevant')
    const spared = aCdp({
      loans: [
        [XUSDC, aLoan('10')],
        [XRD, aLoan('1')],
      ],
      collaterals: [[XRD, aCollateral('2700')]],
    })
    expect(kindOf(spared, doubting([XUSDC, '200', '300']))).toBe('decisive')
  })

  test('count for a deposit unit of the asset as for the asset', () => {
    expect(kindOf(fallen({ lsulp: '1' }), doubting([LSULP, '1', '1.5']))).toBe('irrelevant')
    expect(kindOf(fallen({ lsulp: '1000' }), doubting([LSULP, '1', '1.5']))).toBe('decisive')
  })

  test('decide where nothing else is left to seize, or to pay', () => {
    const onlyHug = aCdp({ loans: [[XRD, aLoan('100')]], collaterals: [[HUG, aCollateral('1')]] })
    expect(kindOf(onlyHug, doubting([HUG, '0', '1']))).toBe('decisive')
    const onlyDollars = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[XRD, aCollateral('1')]] })
    expect(kindOf(onlyDollars, doubting([XUSDC, '200', '300']))).toBe('decisive')
  })

  test('decide where the market has no price, for its own call would fail', () => {
    const withoutPrice = { ...market, prices: new Map([...market.prices].filter(([resource]) => resource !== HUG)) }
    expect(weighDoubts(fallen({ hug: '1' }), withoutPrice, new Map(), doubting([HUG, '0', '1'])).kind).toBe('decisive')
  })
})
