import { expect, test } from 'vitest'
import { Decimal } from '../decimal.ts'
import { ResourceAddress } from '../ids.ts'
import { massLiquidationHolds } from './mass-liquidation-breaker.ts'

const HUG = ResourceAddress.parse('resource_rdx1t5kmyj54jt85malva7fxdrnpvgfgs623yt7ywdaval25vrdlmnwe97')
const XUSDC = ResourceAddress.parse('resource_rdx1t4upr78guuapv5ept7d7ptekk9mqhy605zgms33mcszen8l9fac8vf')
const policy = { maxShare: Decimal.parse('0.1'), minCdps: 10 }

test('holds what hangs on one asset that alone makes a tenth of the market liquidatable', () => {
  const census = {
    liveCdps: 1138,
    causedBy: new Map([
      [HUG, 341],
      [XUSDC, 20],
    ]),
  }
  expect(massLiquidationHolds(census, new Set(), policy)).toMatchObject([{ resource: HUG, cdps: 341 }])
})

test('lets a crash pass that a second source confirms', () => {
  const census = { liveCdps: 1138, causedBy: new Map([[XUSDC, 341]]) }
  expect(massLiquidationHolds(census, new Set([XUSDC]), policy)).toEqual([])
})

test('lets the small genuine flow of a small market pass', () => {
  expect(massLiquidationHolds({ liveCdps: 20, causedBy: new Map([[HUG, 9]]) }, new Set(), policy)).toEqual([])
  expect(massLiquidationHolds({ liveCdps: 20, causedBy: new Map([[HUG, 10]]) }, new Set(), policy)).toHaveLength(1)
})
