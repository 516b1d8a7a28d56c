import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Cdp, Collateral, EfficiencyMode } from './cdp.ts'
import { Decimal } from './decimal.ts'
import { judgeHealth } from './health.ts'
import type { ResourceAddress } from './ids.ts'
import { approxMarketOf, mayBeNearThreshold } from './screening.ts'
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
  XETH,
  XRD,
  XRD_DEPOSIT_UNIT,
  XUSDC,
  XUSDC_DEPOSIT_UNIT,
  XWBTC,
} from './specimens.ts'

const THRESHOLD = Decimal.parse('0.98')
const market = aMarket({
  pools: new Map([
    ...aMarket().pools,
    [XRD, aPool(XRD_DEPOSIT_UNIT, { depositRatio: '0.912345678901234567', loanRatio: '0.8512345678901234' })],
    [XUSDC, aPool(XUSDC_DEPOSIT_UNIT, { depositRatio: '0.333333333333333333', loanRatio: '0.9' })],
  ]),
})

const attos = fc.oneof(
  fc.bigInt({ min: 0n, max: 1000n }),
  fc.bigInt({ min: 0n, max: 10n ** 18n }),
  fc.bigInt({ min: 0n, max: 10n ** 27n }),
)
const amount = attos.map((each) => Decimal.fromAttos(each).toString())
const mode: fc.Arbitrary<EfficiencyMode> = fc.constantFrom<EfficiencyMode[]>(
  { kind: 'none' },
  { kind: 'efficiency-group', groupId: 0 },
  { kind: 'identical-resource' },
)
const someOf = (resources: readonly ResourceAddress[]) =>
  fc.uniqueArray(fc.constantFrom(...resources), { minLength: 1, maxLength: 4 })
const collateral: fc.Arbitrary<Collateral> = fc.tuple(amount, mode).map(([text, each]) => aCollateral(text, each))

const anyCdp: fc.Arbitrary<Cdp> = fc
  .tuple(someOf([XRD, LSULP, XUSDC, XWBTC, XETH]), someOf([XRD, XUSDC, HUG, LSU, XRD_DEPOSIT_UNIT, XUSDC_DEPOSIT_UNIT]))
  .chain(([loans, collaterals]) =>
    fc
      .tuple(fc.array(amount, { minLength: 4, maxLength: 4 }), fc.array(collateral, { minLength: 4, maxLength: 4 }))
      .map(([units, pledged]) =>
        aCdp({
          loans: loans.map((resource, index) => [resource, aLoan(units[index] ?? '1')]),
          collaterals: collaterals.map((resource, index) => [resource, pledged[index] ?? aCollateral('1')]),
        }),
      ),
  )

/** The same CDP with its debt scaled so that its exact LTV lands within a few attos of the threshold. */
function scaledToThreshold(cdp: Cdp): Cdp | undefined {
  const verdict = judgeHealth(cdp, market, new Map())
  if (verdict.kind !== 'judged' || !verdict.health.totalLiquidationValue.isPositive()) return undefined
  const debt = verdict.health.totalLiquidationValue.times(THRESHOLD)
  const units = debt.times(Decimal.parse('0.8512345678901234'))
  return { ...cdp, loans: new Map([[XRD, aLoan(units.toString())]]) }
}

function isExactlyNear(cdp: Cdp): boolean {
  const verdict = judgeHealth(cdp, market, new Map())
  return verdict.kind !== 'judged' || verdict.health.liquidationLtv.gte(THRESHOLD)
}

test('never skips a CDP that the exact rules put at or above the threshold', () => {
  const approxMarket = approxMarketOf(market)
  const seen = { near: 0, far: 0 }
  fc.assert(
    fc.property(anyCdp, fc.bigInt({ min: -3n, max: 3n }), (cdp, nudge) => {
      const close = scaledToThreshold(cdp)
      for (const each of close ? [cdp, nudged(close, nudge)] : [cdp]) {
        const near = isExactlyNear(each)
        if (near) expect(mayBeNearThreshold(each, approxMarket, THRESHOLD)).toBe(true)
        seen[near ? 'near' : 'far'] += 1
      }
    }),
    { numRuns: 1500 },
  )
  // Both sides were met, so the assertion above had something to hold.
  expect(seen.near).toBeGreaterThan(200)
  expect(seen.far).toBeGreaterThan(200)
})

function nudged(cdp: Cdp, byAttos: bigint): Cdp {
  const loan = cdp.loans.get(XRD)
  const units = Decimal.max(Decimal.ZERO, (loan?.units ?? Decimal.ZERO).plus(Decimal.fromAttos(byAttos)))
  return { ...cdp, loans: new Map([[XRD, aLoan(units.toString())]]) }
}

test('skips a CDP one part in a million below the threshold, so the pass is worth having', () => {
  const cdp = aCdp({ loans: [[XUSDC, aLoan('0.9')]], collaterals: [[XRD, aCollateral('287.7')]] })
  const verdict = judgeHealth(cdp, market, new Map())
  if (verdict.kind !== 'judged') throw new Error(verdict.why)
  const above = verdict.health.liquidationLtv.times(Decimal.parse('1.000001'))
  expect(mayBeNearThreshold(cdp, approxMarketOf(market), above)).toBe(false)
  expect(mayBeNearThreshold(cdp, approxMarketOf(market), verdict.health.liquidationLtv)).toBe(true)
})

test('skips no CDP that the exact rules cannot judge', () => {
  const cdp = aCdp({ loans: [[XRD, aLoan('0.000001')]], collaterals: [[XUSDC, aCollateral('1000')]] })
  expect(mayBeNearThreshold(cdp, approxMarketOf(market), THRESHOLD)).toBe(false)
  expect(mayBeNearThreshold(cdp, approxMarketOf(aMarket({ prices: new Map() })), THRESHOLD)).toBe(true)
  expect(mayBeNearThreshold(cdp, approxMarketOf(aMarket({ pools: new Map() })), THRESHOLD)).toBe(true)
})

test('keeps a CDP whose dust the exact rules truncate to nothing', () => {
  const dust = aCdp({
    loans: [[XRD, aLoan('0.000000000000000001')]],
    collaterals: [[HUG, aCollateral('0.00000000000001')]],
  })
  const priced = withPrice(market, HUG, '0.000131085370299542')
  expect(judgeHealth(dust, priced, new Map())).toMatchObject({ health: { liquidationLtv: Decimal.MAX } })
  expect(mayBeNearThreshold(dust, approxMarketOf(priced), THRESHOLD)).toBe(true)
})
