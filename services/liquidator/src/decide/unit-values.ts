import {
  amountOfUnits,
  Decimal,
  lsuRedemptionPrice,
  type MarketSnapshot,
  priceInForce,
  type ResourceAddress,
  UnjudgeableError,
} from '@weft/domain'

/** XRD that the market sees in one unit of each resource; one that it has no price for is left out. */
export function unitValuesXrd(
  resources: Iterable<ResourceAddress>,
  market: MarketSnapshot,
  ledgerTimeMs: number,
): Map<ResourceAddress, Decimal> {
  const values = new Map<ResourceAddress, Decimal>()
  for (const resource of resources) {
    try {
      values.set(resource, unitValueXrd(resource, market, ledgerTimeMs))
    } catch (error) {
      if (!(error instanceof UnjudgeableError)) throw error
    }
  }
  return values
}

function unitValueXrd(resource: ResourceAddress, market: MarketSnapshot, ledgerTimeMs: number): Decimal {
  const kind = market.collateralKinds.get(resource)
  switch (kind?.kind) {
    case 'deposit-unit': {
      const pool = market.pools.get(kind.underlying)
      if (!pool) throw new UnjudgeableError(`no lending pool of ${kind.underlying}`)
      return amountOfUnits(Decimal.ONE, pool.deposits.unitRatio).times(
        priceInForce(market, kind.underlying, ledgerTimeMs),
      )
    }
    case 'lsu':
      return lsuRedemptionPrice(market, resource)
    default:
      return priceInForce(market, resource, ledgerTimeMs)
  }
}
