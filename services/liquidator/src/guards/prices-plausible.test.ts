import { type Cdp, Decimal, NonFungibleLocalId, ResourceAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { aCdpOf, anEmptyMarket, HUG, USDC, USDC_DEPOSIT_UNIT, XRD } from '../test-specimens.ts'
import { pricesPlausible } from './prices-plausible.ts'

const BASKET = ResourceAddress.parse('resource_loc1nfbasketspecimen')
const BASKET_ID = NonFungibleLocalId.parse('#1#')
const market = anEmptyMarket({
  collateralKinds: new Map([[USDC_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: USDC }]]),
})

function verdict(cdp: Cdp, untrusted: readonly ResourceAddress[]) {
  const nfts = new Map([[BASKET, new Map([[BASKET_ID, { underlying: new Map([[HUG, Decimal.ONE]]) }]])]])
  return pricesPlausible(cdp, market, nfts, {
    untrusted: async () => new Map(untrusted.map((each) => [each, 'rose 9 800 000-fold'])),
  })
}

test('holds back a candidate whose collateral has a price that is not believed, and says which', async () => {
  expect(await verdict(aCdpOf({ loans: [XRD], collaterals: [HUG] }), [HUG])).toEqual({
    kind: 'stop',
    outcome: { kind: 'quarantined', assets: [{ resource: HUG, why: 'rose 9 800 000-fold' }] },
  })
})

test('holds back a candidate whose debt has a price that is not believed', async () => {
  expect(await verdict(aCdpOf({ loans: [HUG], collaterals: [XRD] }), [HUG])).toMatchObject({ kind: 'stop' })
})

test('a deposit unit hangs on the price of its underlying', async () => {
  expect(await verdict(aCdpOf({ loans: [XRD], collaterals: [USDC_DEPOSIT_UNIT] }), [USDC])).toMatchObject({
    kind: 'stop',
    outcome: { assets: [{ resource: USDC }] },
  })
})

test('a registered NFT hangs on the prices of what it holds', async () => {
  const cdp: Cdp = {
    ...aCdpOf({ loans: [XRD] }),
    nftCollaterals: new Map([[BASKET, { ids: [BASKET_ID], configVersions: new Map() }]]),
  }
  expect(await verdict(cdp, [HUG])).toMatchObject({ kind: 'stop', outcome: { assets: [{ resource: HUG }] } })
})

test('lets candidates go on that do not depend on the asset that is not believed', async () => {
  expect(await verdict(aCdpOf({ loans: [XRD], collaterals: [USDC, USDC_DEPOSIT_UNIT] }), [HUG])).toMatchObject({
    kind: 'pass',
  })
})
