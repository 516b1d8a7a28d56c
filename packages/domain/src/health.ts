import type { Cdp, CollateralConfigVersion } from './cdp.ts'
import { collateralConfigInForce, loanConfigInForce } from './configuration.ts'
import { Decimal, DecimalRangeError } from './decimal.ts'
import type { CdpHealth, CollateralPosition, HealthVerdict, LoanPosition, NftPosition } from './health-types.ts'
import type { NonFungibleLocalId, ResourceAddress } from './ids.ts'
import type { CollateralKind, MarketSnapshot, NftContents } from './market.ts'
import type { PreciseDecimal } from './precise-decimal.ts'
import { lsuRedemptionPrice, priceInForce } from './price-in-force.ts'
import { amountOfUnits } from './unit-ratio.ts'
import { UnjudgeableError } from './unjudgeable.ts'
import { whyUnreadable } from './unreadable.ts'

/**
 * Judges a CDP as the ledger's own `get_cdp` would at `ledgerTimeMs`, to the last digit. All values in XRD.
 * @param nfts what the CDP's pledged non-fungibles stand for; those of other CDPs are ignored.
 * @returns `unjudged` when a price, pool, configuration or NFT content is missing, or a value leaves the ledger's number range.
 * @see docs/on-ledger-data.md, "Rounding": each step truncates, in that order.
 */
export function judgeHealth(
  cdp: Cdp,
  market: MarketSnapshot,
  nfts: NftContents,
  ledgerTimeMs: number = market.syncPoint.ledgerTimeMs,
): HealthVerdict {
  try {
    return { kind: 'judged', health: healthOf(cdp, market, nfts, ledgerTimeMs) }
  } catch (error) {
    if (error instanceof UnjudgeableError || error instanceof DecimalRangeError)
      return { kind: 'unjudged', cdpId: cdp.id, why: error.message }
    throw error
  }
}

/** The ledger lets a CDP be liquidated above 1; exactly 1 is healthy. */
export function isLiquidatable(health: Pick<CdpHealth, 'liquidationLtv'>): boolean {
  return health.liquidationLtv.gt(Decimal.ONE)
}

function healthOf(cdp: Cdp, market: MarketSnapshot, nftContents: NftContents, ledgerTimeMs: number): CdpHealth {
  const loans = [...cdp.loans].map(([resource, loan]) =>
    loanPosition(market, resource, loan.units, loan.configVersion, ledgerTimeMs),
  )
  const collaterals = [...cdp.collaterals].map(([resource, { amount, configVersion }]) =>
    collateralPosition(market, resource, amount, configVersion, ledgerTimeMs),
  )
  const nfts = [...cdp.nftCollaterals].flatMap(([resource, { ids, configVersions }]) =>
    ids.map((id) => nftPosition(market, resource, id, configVersions, nftContents, ledgerTimeMs)),
  )

  const pledged = [...collaterals, ...nfts.flatMap((nft) => nft.underlying)]
  const totalAdjustedLoanValue = Decimal.sum(loans.map((loan) => loan.adjustedValue))
  const totalHealthValue = Decimal.sum(pledged.map((each) => each.healthValue))
  const totalLiquidationValue = Decimal.sum(pledged.map((each) => each.liquidationValue))
  const ratioTo = (value: Decimal) => (loans.length === 0 ? Decimal.ZERO : ltv(totalAdjustedLoanValue, value))
  return {
    cdpId: cdp.id,
    loans,
    collaterals,
    nfts,
    totalLoanValue: Decimal.sum(loans.map((loan) => loan.value)),
    totalAdjustedLoanValue,
    totalCollateralValue: Decimal.sum(pledged.map((each) => each.value)),
    totalHealthValue,
    totalLiquidationValue,
    discountedCollateralValue: Decimal.sum(collaterals.map((each) => each.discountedValue)),
    discountedNftCollateralValue: Decimal.sum(nfts.map((nft) => nft.discountedValue)),
    healthLtv: ratioTo(totalHealthValue),
    liquidationLtv: ratioTo(totalLiquidationValue),
  }
}

function ltv(debt: Decimal, collateral: Decimal): Decimal {
  return collateral.isZero() ? Decimal.MAX : debt.dividedBy(collateral)
}

function loanPosition(
  market: MarketSnapshot,
  resource: ResourceAddress,
  units: Decimal,
  configVersion: number,
  ledgerTimeMs: number,
): LoanPosition {
  const price = priceInForce(market, resource, ledgerTimeMs)
  const config = loanConfigInForce(market, resource, configVersion, ledgerTimeMs)
  const amount = amountOfUnits(units, unitRatioOf(market, resource, 'loans'))
  const value = amount.times(price)
  return { resource, price, units, amount, value, adjustedValue: value.times(config.loanValueFactor), config }
}

function collateralPosition(
  market: MarketSnapshot,
  resource: ResourceAddress,
  pledged: Decimal,
  configVersion: CollateralConfigVersion,
  ledgerTimeMs: number,
): CollateralPosition {
  const unclassified = whyUnreadable(market, 'resource_type_cache', resource)
  if (unclassified !== undefined) throw new UnjudgeableError(unclassified)
  const kind = market.collateralKinds.get(resource) ?? { kind: 'token' }
  const { judgedBy, price, amount } = worth(market, resource, kind, pledged, ledgerTimeMs)
  const config = collateralConfigInForce(market, judgedBy, configVersion, ledgerTimeMs)
  const value = amount.times(price)
  return {
    resource,
    kind,
    price,
    pledged,
    amount,
    value,
    healthValue: value.times(config.loanToValueRatio),
    liquidationValue: value.times(config.loanToValueRatio.plus(config.liquidationThresholdSpread)),
    discountedValue: value.dividedBy(Decimal.ONE.plus(config.liquidationBonusRate)),
    config,
    configVersion,
  }
}

function worth(
  market: MarketSnapshot,
  resource: ResourceAddress,
  kind: CollateralKind,
  pledged: Decimal,
  ledgerTimeMs: number,
): { judgedBy: ResourceAddress; price: Decimal; amount: Decimal } {
  switch (kind.kind) {
    case 'token':
      return { judgedBy: resource, price: priceInForce(market, resource, ledgerTimeMs), amount: pledged }
    case 'deposit-unit':
      return {
        judgedBy: kind.underlying,
        price: priceInForce(market, kind.underlying, ledgerTimeMs),
        amount: amountOfUnits(pledged, unitRatioOf(market, kind.underlying, 'deposits')),
      }
    case 'lsu':
      return { judgedBy: market.xrd, price: lsuRedemptionPrice(market, resource), amount: pledged }
  }
}

function nftPosition(
  market: MarketSnapshot,
  resource: ResourceAddress,
  id: NonFungibleLocalId,
  configVersions: ReadonlyMap<ResourceAddress, CollateralConfigVersion>,
  contents: NftContents,
  ledgerTimeMs: number,
): NftPosition {
  const kind = market.nftKinds.get(resource)
  if (!kind)
    throw new UnjudgeableError(
      whyUnreadable(market, 'nft_resource_type_cache', resource) ??
        `${resource} is no NFT collateral of the market snapshot`,
    )
  const content = contents.get(resource)?.get(id)
  if (!content) throw new UnjudgeableError(`the content of NFT ${id} of ${resource} was not read`)
  if ('unreadable' in content) throw new UnjudgeableError(content.unreadable)
  const underlying = [...content.underlying].map(([each, amount]) => {
    const configVersion = configVersions.get(each)
    if (!configVersion) throw new UnjudgeableError(`the CDP recorded no config version for ${each} inside NFT ${id}`)
    return collateralPosition(market, each, amount, configVersion, ledgerTimeMs)
  })
  return {
    resource,
    id,
    kind,
    underlying,
    value: Decimal.sum(underlying.map((each) => each.value)),
    discountedValue: Decimal.sum(underlying.map((each) => each.discountedValue)),
  }
}

function unitRatioOf(market: MarketSnapshot, resource: ResourceAddress, side: 'loans' | 'deposits'): PreciseDecimal {
  const ratio = market.pools.get(resource)?.[side].unitRatio
  if (!ratio)
    throw new UnjudgeableError(whyUnreadable(market, 'resource_pools', resource) ?? `no lending pool of ${resource}`)
  if (!ratio.isPositive()) throw new UnjudgeableError(`the unit ratio of the ${side} of ${resource} is ${ratio}`)
  return ratio
}
