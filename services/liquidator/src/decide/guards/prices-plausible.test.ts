import { type Cdp, Decimal, NonFungibleLocalId, type QuarantineEntry, ResourceAddress } from '@weft/domain'
import { expect, test } from 'vitest'
import { aCandidateOf, aCdpOf, anEmptyMarket, HUG, USDC, USDC_DEPOSIT_UNIT, XRD } from '../../../test/specimens.ts'
import type { UntrustedAsset } from '../../outcome/outcome.ts'
import { pricesPlausible } from './prices-plausible.ts'

const BASKET = ResourceAddress.parse('resource_loc1nfbasketspecimen')
const BASKET_ID = NonFungibleLocalId.parse('#1#')
const HUG_AT = { value: Decimal.parse('1275'), atMs: 1_000 }
const market = anEmptyMarket({
  prices: new Map([[HUG, { cached: HUG_AT, feed: HUG_AT }]]),
  collateralKinds: new Map([[USDC_DEPOSIT_UNIT, { kind: 'deposit-unit', underlying: USDC }]]),
})

const NOW = Date.UTC(2026, 7, 28, 13)
const MINUTE = 60_000

/** @param decided what an operator said of CDP #7#, and how many minutes ago. */
async function verdict(
  cdp: Cdp,
  untrusted: readonly ResourceAddress[],
  decided?: { state: 'released' | 'dropped'; minutesAgo: number; hugXrd?: string },
) {
  const nfts = new Map([[BASKET, new Map([[BASKET_ID, { underlying: new Map([[HUG, Decimal.ONE]]) }]])]])
  const candidate = aCandidateOf(cdp.id)
  const held: (readonly UntrustedAsset[])[] = []
  const entry: QuarantineEntry | undefined = decided && {
    schemaVersion: 1,
    cdpId: cdp.id,
    candidate,
    assets: [{ resource: HUG, why: 'rose', priceXrd: Decimal.parse(decided.hugXrd ?? '1275') }],
    state: decided.state,
    heldSinceMs: 0,
    decidedAtMs: NOW - decided.minutesAgo * MINUTE,
    decidedBy: 'operator',
  }
  const result = await pricesPlausible(
    { holdBack: async (assets) => void held.push(assets) },
    { cdp, market, nfts },
    {
      prices: {
        untrusted: async () =>
          new Map(
            untrusted.map((each) => [
              each,
              { why: 'rose 9 800 000-fold', lowestXrd: Decimal.ZERO, highestXrd: HUG_AT.value },
            ]),
          ),
      },
      quarantine: { find: async () => entry },
      clock: { now: () => NOW },
    },
  )
  return { ...result, held: held.length }
}

test('holds back a candidate whose collateral has a price that is not believed, and says which', async () => {
  expect(await verdict(aCdpOf({ loans: [XRD], collaterals: [HUG] }), [HUG])).toEqual({
    kind: 'stop',
    outcome: {
      kind: 'quarantined',
      assets: [{ resource: HUG, why: 'rose 9 800 000-fold', priceXrd: Decimal.parse('1275') }],
    },
    held: 1,
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
    held: 0,
  })
})

const HUG_DEBTOR = aCdpOf({ loans: [HUG], collaterals: [XRD] })

test('lets a candidate pass that an operator released within the hour', async () => {
  expect(await verdict(HUG_DEBTOR, [HUG], { state: 'released', minutesAgo: 59 })).toMatchObject({ kind: 'pass' })
})

test('holds it again when the price is not the one that the operator saw', async () => {
  expect(await verdict(HUG_DEBTOR, [HUG], { state: 'released', minutesAgo: 1, hugXrd: '1.275' })).toMatchObject({
    kind: 'stop',
    held: 1,
  })
})

test('holds it again when something else is not believed either', async () => {
  const cdp = aCdpOf({ loans: [HUG], collaterals: [USDC] })
  expect(await verdict(cdp, [HUG, USDC], { state: 'released', minutesAgo: 1 })).toMatchObject({ kind: 'stop', held: 1 })
})

test('holds it again once the operator’s word is an hour old', async () => {
  expect(await verdict(HUG_DEBTOR, [HUG], { state: 'released', minutesAgo: 60 })).toMatchObject({
    kind: 'stop',
    held: 1,
  })
})

test('stops a dropped candidate without asking the operator again', async () => {
  expect(await verdict(HUG_DEBTOR, [HUG], { state: 'dropped', minutesAgo: 5 })).toMatchObject({ kind: 'stop', held: 0 })
})
