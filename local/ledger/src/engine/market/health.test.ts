import { Decimal } from '@weft/domain/decimal'
import { expect, test } from 'vitest'
import { instantLedger } from '../testing/ledgers.ts'
import { type CdpHealth, isLiquidatable } from './health.ts'

const EMPTY_HEALTH: CdpHealth = {
  totalLoanValue: Decimal.ZERO,
  totalAdjustedLoanValue: Decimal.ZERO,
  totalCollateralValue: Decimal.ZERO,
  totalHealthValue: Decimal.ZERO,
  totalLiquidationValue: Decimal.ZERO,
  healthLtv: Decimal.ZERO,
  liquidationLtv: Decimal.ZERO,
  discountedNftValue: Decimal.ZERO,
  discountedCollateralValue: Decimal.ZERO,
  loans: new Map(),
  collaterals: new Map(),
  nfts: new Map(),
}

/** Threshold 75 %, as in the worked example of Weft's documentation. */
const documented = {
  collateralConfigs: { 0: { loanToValue: '0.7', thresholdSpread: '0.05', bonusRate: '0.07' } },
}

test('judges 10 000 XRD at $0.10 against a debt of $500 as 0.67, and as 1.33 once XRD costs $0.05', async () => {
  const ledger = await instantLedger({
    genesis: {
      ...documented,
      prices: { xUSDC: '10' },
      cdps: [{ collaterals: { XRD: '10000' }, loans: { xUSDC: '500' } }],
    },
  })
  expect(ledger.control.liquidationLtv('#1#').toString()).toMatch(/^0\.66666/)
  expect(ledger.control.liquidatable()).toEqual([])
  ledger.control.setPrices({ xUSDC: '20' })
  expect(ledger.control.liquidationLtv('#1#').toString()).toMatch(/^1\.33333/)
  expect(ledger.control.liquidatable()).toEqual(['#1#'])
})

test('calls a CDP at exactly 1 healthy and at one atto more liquidatable', () => {
  const at = (liquidationLtv: Decimal) => ({ ...EMPTY_HEALTH, liquidationLtv })
  expect(isLiquidatable(at(Decimal.ONE))).toBe(false)
  expect(isLiquidatable(at(Decimal.fromAttos(Decimal.ONE.attos + 1n)))).toBe(true)
})

test('finds a CDP within a few attos of 1 healthy, and liquidatable when the price moves by as little', async () => {
  const ledger = await instantLedger({
    genesis: { prices: { xUSDC: '0.8' }, cdps: [{ collaterals: { XRD: '100' }, loans: { xUSDC: '100' } }] },
  })
  // The pool's unit ratio is 1 ÷ (some interest), so the debt is 100 xUSDC within rounding; the price sets the LTV exactly.
  const ltv = ledger.control.liquidationLtv('#1#')
  expect(ltv.attos).toBeGreaterThan(10n ** 18n - 10n)
  expect(ltv.attos).toBeLessThanOrEqual(10n ** 18n)
  expect(ledger.control.liquidatable()).toEqual([])
  ledger.control.setPrices({ xUSDC: '0.800000000000000100' })
  expect(ledger.control.liquidatable()).toEqual(['#1#'])
})

test('gives a CDP without loans an LTV of 0, and one without collateral value the greatest Decimal', async () => {
  const ledger = await instantLedger({
    genesis: { cdps: [{ collaterals: { XRD: '100' } }, { collaterals: { HUG: '1' }, loans: { XRD: '10' } }] },
  })
  expect(ledger.control.liquidationLtv('#1#').toString()).toBe('0')
  ledger.control.setPrices({ HUG: '0' })
  expect(ledger.control.liquidationLtv('#2#').attos).toBe(2n ** 191n - 1n)
})

test('judges a deposit unit by its underlying, at the pool ratio', async () => {
  const ledger = await instantLedger({
    genesis: {
      cdps: [
        { collaterals: { 'du-xUSDC': '1000' }, loans: { XRD: '1000' } },
        { collaterals: { xUSDC: '1000' }, loans: { XRD: '1000' } },
      ],
    },
  })
  const [asUnits, asTokens] = [ledger.control.liquidationLtv('#1#'), ledger.control.liquidationLtv('#2#')]
  // One unit is worth more than one token, since deposits earned interest.
  expect(asUnits.lt(asTokens)).toBe(true)
  expect(asUnits.dividedBy(asTokens).toApproxNumber()).toBeGreaterThan(0.89)
})

test('uses the cached price until its debounce time is over, then the feed', async () => {
  const ledger = await instantLedger({
    genesis: { priceDebounceSeconds: 900, cdps: [{ collaterals: { XRD: '1000' }, loans: { xUSDC: '2' } }] },
  })
  const before = ledger.control.liquidationLtv('#1#')
  ledger.control.setPrices({ xUSDC: '500' })
  // The cache was written 300 s before genesis, and a round lasts a second.
  ledger.control.advanceTime(597_000)
  ledger.control.advanceRound()
  expect(ledger.control.liquidationLtv('#1#').eq(before)).toBe(true)
  ledger.control.advanceRound()
  expect(ledger.control.liquidationLtv('#1#').gt(before)).toBe(true)
})

test('lets nobody liquidate on a price older than the expiration period', async () => {
  const ledger = await instantLedger({
    genesis: {
      priceUpdateSeconds: 0,
      priceExpirationSeconds: 3600,
      cdps: [{ collaterals: { XRD: '1' }, loans: { xUSDC: '2' } }],
    },
  })
  expect(ledger.control.liquidatable()).toEqual(['#1#'])
  ledger.control.advanceTime(3_700_000)
  ledger.control.advanceRound()
  expect(ledger.control.liquidatable()).toEqual([])
  expect(() => ledger.control.liquidateAsCompetitor('#1#')).toThrow(/PriceExpired/)
})
