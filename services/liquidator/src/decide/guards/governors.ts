import { Decimal, type ExecutionRecord, type Spending } from '@weft/domain'
import { type GuardVerdict, pass, stop } from '../../outcome/outcome.ts'

const HOUR_MS = 3_600_000
export const DAY_MS = 24 * HOUR_MS

/** How much may be spent before an operator has to look. XRD. */
export interface SpendLimits {
  readonly maxFeesPerHourXrd: Decimal
  readonly maxLossesPerDayXrd: Decimal
  /** Attempts on one CDP that the ledger executed and failed, within a day; what never committed cost nothing and says nothing of the CDP. */
  readonly maxFailedAttemptsPerCdp: number
}

/** What the journal knows of the last day. */
export interface Spent {
  readonly attemptsOfCdp: readonly ExecutionRecord[]
  readonly spendingOfDay: readonly Spending[]
}

/**
 * Caps what a wrong model or a hostile market can cost: elsewhere up to two thirds of all transactions were failed liquidations, and
 * false positives emptied the wallet that real work needed. Counted from the journal as read up to ten seconds ago, without
 * workers in flight: each limit can be overrun by what all workers spend in that time.
 */
export function governors(
  { attemptsOfCdp, spendingOfDay }: Spent,
  limits: SpendLimits,
  nowMs: number,
): GuardVerdict<{ readonly lossesTodayXrd: Decimal }> {
  const within = (ageMs: number) => spendingOfDay.filter(({ atMs }) => atMs > nowMs - ageMs)
  const feesXrd = Decimal.sum(within(HOUR_MS).map(({ feeXrd }) => feeXrd))
  const lossesTodayXrd = Decimal.sum(
    within(DAY_MS)
      .map(({ realisedProfitXrd }) => realisedProfitXrd)
      .filter((profitXrd) => profitXrd.isNegative()),
  ).negated()
  const failed = attemptsOfCdp.filter(
    ({ state, realised, updatedAtMs }) => state === 'failed' && realised !== null && updatedAtMs > nowMs - DAY_MS,
  ).length
  const learned = { lossesTodayXrd }
  if (failed >= limits.maxFailedAttemptsPerCdp)
    return stop(governed('attempts-per-cdp', failed, limits.maxFailedAttemptsPerCdp), learned)
  if (feesXrd.gte(limits.maxFeesPerHourXrd))
    return stop(governed('fees-per-hour', feesXrd, limits.maxFeesPerHourXrd), learned)
  if (lossesTodayXrd.gte(limits.maxLossesPerDayXrd))
    return stop(governed('losses-per-day', lossesTodayXrd, limits.maxLossesPerDayXrd), learned)
  return pass(learned)
}

function governed(
  governor: 'attempts-per-cdp' | 'fees-per-hour' | 'losses-per-day',
  used: Decimal | number,
  limit: Decimal | number,
) {
  return { kind: 'governed', governor, used: String(used), limit: String(limit) } as const
}
