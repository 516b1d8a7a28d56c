import { Decimal } from '@weft/domain'
import type { CdpSpec } from '@weft/ledger'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { liquidate } from './liquidate.ts'
import type { PolicySettings } from './policy.ts'

let cloud: TestCloud
let market: TestMarket
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(() => market?.stop())

interface Case {
  readonly name: string
  readonly cdp: CdpSpec
  readonly prices: Readonly<Record<string, string>>
  readonly settings?: Partial<PolicySettings>
}

/** A dollar debt that gets dearer makes XRD-like collateral liquidatable without touching its own price. */
const DEARER_DOLLAR = { xUSDC: '300' }

/** Enough in the wallet to wait for what cannot be sold at once. */
const PATIENT: Case['settings'] = { ownFundsShare: Decimal.ONE, maxOwnXrdPerTransaction: Decimal.parse('60000') }

test.each<Case>([
  { name: 'a token', cdp: { collaterals: { XRD: '40000' }, loans: { xUSDC: '120' } }, prices: DEARER_DOLLAR },
  {
    name: 'deposit units',
    cdp: { collaterals: { 'du-XRD': '40000' }, loans: { xUSDC: '120' } },
    prices: DEARER_DOLLAR,
  },
  {
    name: 'LSU, held',
    cdp: { collaterals: { 'lsu-validator-1': '40000' }, loans: { xUSDC: '150' } },
    prices: DEARER_DOLLAR,
    settings: PATIENT,
  },
  {
    name: 'LSU, financed by a new CDP',
    cdp: { collaterals: { 'lsu-validator-1': '40000' }, loans: { xUSDC: '150' } },
    prices: DEARER_DOLLAR,
    settings: { lsuExit: 'finance' },
  },
  {
    name: 'a claim NFT, kept until it can be claimed',
    cdp: { claims: [{ validator: 'validator-1', lsuAmount: '40000' }], loans: { xUSDC: '150' } },
    prices: DEARER_DOLLAR,
    settings: PATIENT,
  },
  {
    name: 'several collaterals under several loans',
    cdp: { collaterals: { XRD: '20000', 'du-XRD': '20000' }, loans: { xUSDC: '80', xUSDT: '40' } },
    prices: { xUSDC: '300', xUSDT: '300' },
  },
])('liquidates $name: previewed as planned, realised as previewed', async ({ cdp, prices, settings }) => {
  market = await startTestMarket(cloud, { walletXrd: '100000', ...(settings ? { settings } : {}) })
  if (settings?.ownFundsShare) market.ledger.control.fundAccount(market.deps.signer.account, { xUSDC: '1000' })
  const cdpId = market.ledger.control.openCdp(cdp)
  market.ledger.control.setPrices(prices)
  await market.rememberPrices()
  expect(market.ledger.control.liquidatable()).toEqual([cdpId])
  const outcome = await liquidate(market.candidate(cdpId), market.deps)
  if (outcome.kind !== 'liquidated') expect.fail(JSON.stringify(outcome).slice(0, 2_000))
  const spared = Decimal.ONE.minus(outcome.feeXrd)
  const apart = outcome.realisedProfitXrd.minus(outcome.expectedProfitXrd.plus(spared)).abs()
  expect(Number(apart.toString())).toBeLessThan(1e-6)
})
