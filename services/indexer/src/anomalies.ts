import { type CdpHealth, Decimal, type MarketSnapshot } from '@weft/domain'
import type { IndexerEvent } from './events.ts'

/** A single CDP that owes more than this share of a pool's loans is named: so did CDP #1138 on 30 August 2026, with 97 %. */
const CONCENTRATED_DEBT_SHARE = Decimal.parse('0.5')

/** Signs that a position endangers lenders whatever its health says: bad debt, or one borrower owing most of a pool. */
export function anomaliesOf(health: CdpHealth, market: MarketSnapshot): readonly IndexerEvent[] {
  const found: IndexerEvent[] = []
  if (health.totalLoanValue.gt(health.totalCollateralValue))
    found.push({
      event: 'indexer.bad_debt',
      cdpId: health.cdpId,
      totalLoanValueXrd: health.totalLoanValue.toString(),
      totalCollateralValueXrd: health.totalCollateralValue.toString(),
    })
  for (const loan of health.loans) {
    const pool = market.pools.get(loan.resource)
    if (pool?.loans.total.isPositive() && loan.amount.gt(pool.loans.total.times(CONCENTRATED_DEBT_SHARE)))
      found.push({
        event: 'indexer.debt_concentrated',
        cdpId: health.cdpId,
        resource: loan.resource,
        amount: loan.amount.toString(),
        poolLoans: pool.loans.total.toString(),
      })
  }
  return found
}
