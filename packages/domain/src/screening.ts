import type { Cdp, CollateralConfigVersion } from './cdp.ts'
import { collateralConfigInForce, loanConfigInForce } from './configuration.ts'
import { Decimal, DecimalRangeError } from './decimal.ts'
import type { ResourceAddress } from './ids.ts'
import type { MarketSnapshot } from './market.ts'
import { lsuRedemptionPrice, priceInForce } from './price-in-force.ts'
import { UnjudgeableError } from './unjudgeable.ts'

/**
 * A first pass over many CDPs in floating point, the only place where floats touch money. It may skip a CDP that is far below the
 * threshold; it never decides, and nothing of it is stored. In doubt (a missing price, a negative amount, an overflow) nothing is skipped.
 *
 * Why a skip is safe. Write `u = 2⁻⁵³`. Every input is a `Decimal` converted with at most two roundings, every position is a product
 * of at most four such inputs, and up to {@link MAX_POSITIONS} positive positions are added: at most 12 roundings for a product and one per
 * sum, so both float sums lie within a factor `(1 ± u)^(12 + 64)`, that is 1 ± 10⁻¹⁴, of the sums in real numbers. Numbers stay between
 * 10⁻¹⁰⁰ and 10¹⁶⁰, where doubles neither overflow nor lose precision. {@link APPROX_RELATIVE_MARGIN} is 10⁵ times that.
 *
 * The exact rule truncates. That only lowers the debt, which would make the CDP look healthier: no harm to a skip. It lowers a
 * collateral's liquidation value by less than `10⁻¹⁸ × (r × (price + 1) + 1)` with `r = ltv + spread`: the amount loses less than 10⁻¹⁸ (times price
 * and r), the value less than 10⁻¹⁸ (times r), the product less than 10⁻¹⁸. This is subtracted, so dust is never skipped by mistake.
 */
export interface ApproxMarket {
  readonly market: MarketSnapshot
  readonly ledgerTimeMs: number
  /** Float terms by resource and recorded configuration; `undefined` where the exact rules cannot judge. */
  readonly approxLoanTerms: Map<string, number | undefined>
  readonly approxCollateralTerms: Map<string, ApproxCollateralTerms | undefined>
}

interface ApproxCollateralTerms {
  /** Liquidation value of one pledged unit. */
  readonly approxUnitValue: number
  /** By how much the exact rule's truncations may lower the liquidation value of the whole position. */
  readonly approxTruncation: number
}

const APPROX_RELATIVE_MARGIN = 1e-9
const MAX_POSITIONS = 64
const APPROX_ATTO = 1e-18

export function approxMarketOf(
  market: MarketSnapshot,
  ledgerTimeMs: number = market.syncPoint.ledgerTimeMs,
): ApproxMarket {
  return { market, ledgerTimeMs, approxLoanTerms: new Map(), approxCollateralTerms: new Map() }
}

/**
 * False only when the exact `liquidationLtv` is certainly below `threshold` (0.98, say). Pledged NFTs count as worth nothing here, which
 * keeps their CDPs in whenever they matter.
 */
export function mayBeNearThreshold(cdp: Cdp, approxMarket: ApproxMarket, threshold: Decimal): boolean {
  if (cdp.loans.size === 0) return !threshold.isPositive()
  if (cdp.loans.size > MAX_POSITIONS || cdp.collaterals.size > MAX_POSITIONS) return true

  let approxDebt = 0
  for (const [resource, { units, configVersion }] of cdp.loans) {
    const approxUnitValue = approxLoanTerms(approxMarket, resource, configVersion)
    if (approxUnitValue === undefined || units.isNegative()) return true
    approxDebt += approxOf(units) * approxUnitValue
  }

  let approxCollateral = 0
  let approxTruncation = 0
  for (const [resource, { amount, configVersion }] of cdp.collaterals) {
    const terms = approxCollateralTerms(approxMarket, resource, configVersion)
    if (terms === undefined || amount.isNegative()) return true
    approxCollateral += approxOf(amount) * terms.approxUnitValue
    approxTruncation += terms.approxTruncation
  }

  const approxMostDebt = approxDebt * (1 + APPROX_RELATIVE_MARGIN)
  const approxLeastCollateral = approxCollateral * (1 - APPROX_RELATIVE_MARGIN) - approxTruncation
  return approxMostDebt >= approxOf(threshold) * approxLeastCollateral
}

function approxLoanTerms(at: ApproxMarket, resource: ResourceAddress, configVersion: number): number | undefined {
  return remembered(at.approxLoanTerms, `${resource} ${configVersion}`, () => {
    const pool = at.market.pools.get(resource)
    if (!pool?.loans.unitRatio.isPositive()) return undefined
    const config = loanConfigInForce(at.market, resource, configVersion, at.ledgerTimeMs)
    const price = priceInForce(at.market, resource, at.ledgerTimeMs)
    if (price.isNegative() || config.loanValueFactor.isNegative()) return undefined
    return (approxOf(price) * approxOf(config.loanValueFactor)) / approxOf(pool.loans.unitRatio)
  })
}

function approxCollateralTerms(
  at: ApproxMarket,
  resource: ResourceAddress,
  configVersion: CollateralConfigVersion,
): ApproxCollateralTerms | undefined {
  const { efficiencyMode: mode, entryVersion } = configVersion
  const recorded = `${entryVersion} ${mode.kind} ${mode.kind === 'efficiency-group' ? mode.groupId : ''}`
  return remembered(at.approxCollateralTerms, `${resource} ${recorded}`, () => {
    const { market, ledgerTimeMs } = at
    const kind = market.collateralKinds.get(resource) ?? { kind: 'token' }
    const underlying = kind.kind === 'deposit-unit' ? kind.underlying : resource
    const price =
      kind.kind === 'lsu' ? lsuRedemptionPrice(market, resource) : priceInForce(market, underlying, ledgerTimeMs)
    const unitRatio = kind.kind === 'deposit-unit' ? market.pools.get(underlying)?.deposits.unitRatio : Decimal.ONE
    if (!unitRatio?.isPositive() || price.isNegative()) return undefined
    const judgedBy = kind.kind === 'lsu' ? market.xrd : underlying
    const config = collateralConfigInForce(market, judgedBy, configVersion, ledgerTimeMs)
    const approxPrice = approxOf(price)
    const liquidationRatio = config.loanToValueRatio.plus(config.liquidationThresholdSpread)
    if (liquidationRatio.isNegative()) return undefined
    const approxRatio = approxOf(liquidationRatio)
    return {
      approxUnitValue: (approxPrice * approxRatio) / approxOf(unitRatio),
      approxTruncation: APPROX_ATTO * (approxRatio * (approxPrice + 1) + 1),
    }
  })
}

/** Computes once per market; what the exact rules cannot judge stays `undefined`, so that nothing that needs it is skipped. */
function remembered<T>(cache: Map<string, T | undefined>, key: string, compute: () => T | undefined): T | undefined {
  if (cache.has(key)) return cache.get(key)
  const value = judgeable(compute)
  cache.set(key, value)
  return value
}

function judgeable<T>(compute: () => T | undefined): T | undefined {
  try {
    return compute()
  } catch (error) {
    if (error instanceof UnjudgeableError || error instanceof DecimalRangeError) return undefined
    throw error
  }
}

/** Two roundings: the BigInt's and the division's. */
function approxOf(value: Decimal): number {
  return Number(value.attos) / 1e18
}
