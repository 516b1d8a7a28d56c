import { expect, test } from 'vitest'
import {
  aCdp,
  aCollateral,
  aLoan,
  aMarket,
  BASKET_NFT,
  HUG,
  LSU,
  LSULP,
  LSULP_DEPOSIT_UNIT,
  withPrice,
  XRD,
  XUSDC,
} from '../../test/specimens.ts'
import { Decimal } from '../decimal.ts'
import { cdpIdOf, NonFungibleLocalId } from '../ids.ts'
import type { NftContents } from '../market.ts'
import { dependsOn } from './depends-on.ts'
import { causesOfLiquidation, censusOf, censusOfAll } from './liquidation-causes.ts'
import { massLiquidationHolds } from './mass-liquidation-breaker.ts'

const NO_NFTS: NftContents = new Map()
const market = aMarket()
const former = new Map([...market.prices].map(([resource, { feed }]) => [resource, feed?.value ?? Decimal.ONE]))

test('a CDP depends on what its deposit units and NFTs stand for, never on XRD', () => {
  const id = NonFungibleLocalId.parse('#1#')
  const nfts: NftContents = new Map([[BASKET_NFT, new Map([[id, { underlying: new Map([[XUSDC, Decimal.ONE]]) }]])]])
  const cdp = aCdp({
    loans: [[XRD, aLoan('1')]],
    collaterals: [
      [LSULP_DEPOSIT_UNIT, aCollateral('1')],
      [LSU, aCollateral('1')],
    ],
    nftCollaterals: [[BASKET_NFT, { ids: [id], configVersions: new Map() }]],
  })
  expect(dependsOn(cdp, market, nfts)).toEqual(new Set([LSULP, LSU, XUSDC]))
})

test('the fall of a collateral and the rise of a debt are causes, a price that stood still is none', () => {
  const cdp = aCdp({
    loans: [[XUSDC, aLoan('10')]],
    collaterals: [
      [LSULP, aCollateral('2500')],
      [HUG, aCollateral('1000')],
    ],
  })
  expect(causesOfLiquidation(cdp, market, NO_NFTS, former)).toEqual([])
  expect(causesOfLiquidation(cdp, withPrice(market, LSULP, '1.1'), NO_NFTS, former)).toEqual([LSULP])
  expect(causesOfLiquidation(cdp, withPrice(market, XUSDC, '240'), NO_NFTS, former)).toEqual([XUSDC])
})

test('a CDP that either move alone would have liquidated hangs on neither', () => {
  const cdp = aCdp({ loans: [[XUSDC, aLoan('10')]], collaterals: [[LSULP, aCollateral('2500')]] })
  const both = withPrice(withPrice(market, LSULP, '0.9'), XUSDC, '300')
  expect(causesOfLiquidation(cdp, both, NO_NFTS, former)).toEqual([])
})

test('an asset floored to dust is held when it alone makes a tenth of all CDPs liquidatable', () => {
  const floored = withPrice(market, HUG, '0.0000000001')
  const cdps = Array.from({ length: 100 }, (_, index) =>
    index < 12
      ? aCdp({ id: cdpIdOf(index + 1), loans: [[XRD, aLoan('3')]], collaterals: [[HUG, aCollateral('100000')]] })
      : aCdp({ id: cdpIdOf(index + 1), loans: [[XRD, aLoan('3')]], collaterals: [[LSULP, aCollateral('10')]] }),
  )
  const causes = cdps.map((cdp) => causesOfLiquidation(cdp, floored, NO_NFTS, former))
  const census = censusOfAll([censusOf(50, causes.slice(0, 50)), censusOf(50, causes.slice(50))])
  expect(census).toEqual({ liveCdps: 100, causedBy: new Map([[HUG, 12]]) })
  const policy = { maxShare: Decimal.parse('0.1'), minCdps: 5 }
  expect(massLiquidationHolds(census, new Set(), policy)).toMatchObject([{ resource: HUG, cdps: 12 }])
  expect(massLiquidationHolds(census, new Set([HUG]), policy)).toEqual([])
})
