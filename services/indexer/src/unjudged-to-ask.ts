import {
  amountOfUnits,
  type Cdp,
  type CdpId,
  type CdpReading,
  cdpNumber,
  Decimal,
  DecimalRangeError,
  type HealthVerdict,
  type MarketSnapshot,
  priceInForce,
  UnjudgeableError,
} from '@weft/domain'

/** CDPs put to the ledger for no other reason than that our model cannot judge them: of one range, in one run. */
export const MOST_UNJUDGED_ASKED = 100

/**
 * Unjudged CDPs that the ledger itself is to judge, so that detection does not wait for our model: all that have debt, or may have. Where
 * there are too many, half of the places go to the first in line every time, and the others to the rest in turn: debt that cannot be
 * valued comes first, then the largest.
 * @param stateVersion of this run. The rest is a circle, entered there: state versions grow unevenly from run to run, so no cadence leaves
 * the same ones out each time.
 */
export function unjudgedToAsk(
  cdps: readonly Cdp[],
  verdicts: readonly HealthVerdict[],
  unreadable: readonly Extract<CdpReading, { kind: 'unreadable' }>[],
  market: MarketSnapshot,
  stateVersion: number,
): readonly CdpId[] {
  const unjudged = new Set(verdicts.flatMap((verdict) => (verdict.kind === 'unjudged' ? [verdict.cdpId] : [])))
  const line = [
    ...unreadable.map(({ id }) => ({ id, debt: undefined })),
    ...cdps
      .filter(({ id, loans }) => unjudged.has(id) && loans.size > 0)
      .map((cdp) => ({ id: cdp.id, debt: debtXrd(cdp, market) })),
  ]
    .sort((one, other) => byDebt(one.debt, other.debt) || cdpNumber(one.id) - cdpNumber(other.id))
    .map(({ id }) => id)
  if (line.length <= MOST_UNJUDGED_ASKED) return line
  const always = line.slice(0, MOST_UNJUDGED_ASKED / 2)
  const rest = line.slice(always.length)
  const places = MOST_UNJUDGED_ASKED - always.length
  const start = stateVersion % rest.length
  return [...always, ...[...rest, ...rest].slice(start, start + Math.min(places, rest.length))]
}

/** What cannot be valued first, then the largest. */
function byDebt(one: Decimal | undefined, other: Decimal | undefined): number {
  if (one === undefined || other === undefined) return (one === undefined ? 0 : 1) - (other === undefined ? 0 : 1)
  return one.eq(other) ? 0 : one.gt(other) ? -1 : 1
}

/** XRD; `undefined` where a price or a pool of it is unknown. */
function debtXrd({ loans }: Cdp, market: MarketSnapshot): Decimal | undefined {
  try {
    return Decimal.sum(
      [...loans].map(([resource, { units }]) => {
        const pool = market.pools.get(resource)
        if (!pool) throw new UnjudgeableError(`no lending pool of ${resource}`)
        const price = priceInForce(market, resource, market.syncPoint.ledgerTimeMs)
        return amountOfUnits(units, pool.loans.unitRatio).times(price)
      }),
    )
  } catch (error) {
    if (error instanceof UnjudgeableError || error instanceof DecimalRangeError) return undefined
    throw error
  }
}
