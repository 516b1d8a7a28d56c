import { type ConsideredAlternative, Decimal } from '@weft/domain'

/** A record must stay small: every one of the last day is read again and again by the governors. */
const ALTERNATIVES_KEPT = 12

/** What records keep of the alternatives: the most profitable, then those that were impossible; the whole table is `explain`'s to show. */
export function mostProfitable(alternatives: readonly ConsideredAlternative[]) {
  const worth = (each: ConsideredAlternative) => each.profitXrd ?? Decimal.MIN
  return [...alternatives]
    .sort((a, b) => worth(b).compareTo(worth(a)))
    .slice(0, ALTERNATIVES_KEPT)
    .map(({ label, verdict, profitXrd, why }) => ({ label, verdict, profitXrd: profitXrd ?? null, why }))
}
