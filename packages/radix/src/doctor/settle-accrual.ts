import { PreciseDecimal, rateAt } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { StoredPool } from '../weft/decode-components.ts'
import { asExpected, type Finding, notShown, otherAnswer } from './row.ts'
import type { MarketOfToday, Settlement } from './settle.ts'
import type { TransactionFacts } from './transaction-facts.ts'

const YEAR_MINUTES = Decimal.fromInteger(525_600)
const MINUTE_MS = 60_000
/** Relative, of a growth: far below what tells compound from simple, far above what rounding leaves. */
const TOLERANCE = Decimal.parse('0.000000000000002')

interface Candidate {
  readonly interest: 'compound' | 'simple'
  readonly rate: 'start' | 'end'
  readonly growth: Decimal
}

/**
 * How interest was counted where a transaction booked it. Units of a loan stay what they are, so the ratio before over the ratio after is
 * by how much each debt grew, whatever else the transaction did to the pool.
 */
export function settledAccrual({ pools }: TransactionFacts, market: MarketOfToday): readonly Settlement[] {
  if (!pools) return []
  const matches = [...pools.before].flatMap(([underlying, before]) => {
    const after = pools.after.get(underlying)
    const minutes = after && minutesBooked(before, after)
    if (!after || !minutes) return []
    const grown = before.loans.unitRatio.dividedBy(after.loans.unitRatio)
    if (grown.eq(PreciseDecimal.ONE)) return []
    const growth = grown.toDecimal('ToZero')
    return [
      { minutes, found: candidates(before, after, minutes, market).filter((each) => isNear(each.growth, growth)) },
    ]
  })
  if (matches.length === 0) return []
  const shown = matches.map(({ minutes }) => `${minutes} minutes`).join(', ')
  return [
    {
      row: 'transaction.interest',
      finding: agreed(
        matches.map(({ found }) => found.map((each) => each.interest)),
        'compound',
        shown,
      ),
    },
    {
      row: 'transaction.rate',
      finding: agreed(
        matches.map(({ found }) => found.map((each) => each.rate)),
        'end',
        shown,
      ),
    },
  ]
}

/** Whole minutes of interest that were booked; `undefined` where none was. */
function minutesBooked(before: StoredPool, after: StoredPool): number | undefined {
  if (before.interestUpdatedAtMs === null || after.interestUpdatedAtMs === null) return undefined
  const minutes = Math.floor((after.interestUpdatedAtMs - before.interestUpdatedAtMs) / MINUTE_MS)
  return minutes > 0 && before.loans.unitRatio.isPositive() && after.loans.unitRatio.isPositive() ? minutes : undefined
}

function candidates(
  before: StoredPool,
  after: StoredPool,
  minutes: number,
  { interestStrategies }: MarketOfToday,
): readonly Candidate[] {
  const curve = before.interestStrategyId === null ? undefined : interestStrategies.get(before.interestStrategyId)
  const usage = before.deposits.total.isPositive() ? before.loans.total.dividedBy(before.deposits.total) : Decimal.ZERO
  const byCurve = curve && rateAt(curve, usage)
  const rates = [
    { rate: 'start', perYear: before.interestRate },
    { rate: 'end', perYear: after.interestRate },
    ...(byCurve ? [{ rate: 'end', perYear: byCurve } as const] : []),
  ] as const
  return rates.flatMap(({ rate, perYear }) => {
    return [
      {
        interest: 'simple',
        rate,
        growth: Decimal.ONE.plus(perYear.times(Decimal.fromInteger(minutes)).dividedBy(YEAR_MINUTES)),
      },
      { interest: 'compound', rate, growth: compounded(perYear, minutes) },
    ] as const
  })
}

/** In 36 digits: in 18 the rounding of each step would hide what is looked for. */
function compounded(perYear: Decimal, minutes: number): Decimal {
  const perMinute = PreciseDecimal.fromDecimal(perYear).dividedBy(PreciseDecimal.fromDecimal(YEAR_MINUTES))
  let result = PreciseDecimal.ONE
  let square = PreciseDecimal.fromSubunits(PreciseDecimal.ONE.subunits + perMinute.subunits)
  for (let left = minutes; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = result.times(square)
    if (left > 1) square = square.times(square)
  }
  return result.toDecimal('ToZero')
}

function isNear(one: Decimal, other: Decimal): boolean {
  return one.minus(other).abs().lte(other.times(TOLERANCE))
}

/** One answer that fits every pool, if there is one and the other does not fit as well. */
function agreed<A extends string>(fitting: readonly (readonly A[])[], expected: A, shown: string): Finding {
  const fits = [...new Set(fitting.flat())].filter((answer) => fitting.every((each) => each.includes(answer)))
  const [only] = fits
  if (fits.length === 1 && only !== undefined)
    return only === expected ? asExpected(`${only}, over ${shown}`) : otherAnswer(`${only}, over ${shown}`)
  return notShown(fits.length === 0 ? `neither rule that we know fits ${shown} of interest` : `both rules fit ${shown}`)
}
