import { type ResourceAddress, unitRatioOf, unitsOfAmount } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { StoredPool } from '../weft/decode-components.ts'
import { asExpected, type Finding, notShown, otherAnswer, unknown } from './row.ts'
import type { Settlement } from './settle.ts'
import type { TransactionFacts } from './transaction-facts.ts'

/** How units were counted from an amount, where a transaction lent: by the pool just before it, with interest booked if it was due. */
export function settledUnits({ pools, changes }: TransactionFacts): readonly Settlement[] {
  if (!pools) return []
  const findings = [...pools.after].flatMap(([underlying, after]) => {
    const before = pools.before.get(underlying)
    const units = gained(changes, after.depositUnit)
    const amount = paid(changes, underlying)
    if (!before || !units.isPositive() || !amount.isPositive()) return []
    return [roundingOf(amount, units, ratioBefore(before, after, amount, units))]
  })
  const [finding] = findings
  return finding && findings.length === 1 ? [{ row: 'transaction.units', finding }] : []
}

type Changes = TransactionFacts['changes']

function gained(changes: Changes, resource: ResourceAddress): Decimal {
  return Decimal.sum(
    changes.flatMap((each) => (each.resource === resource && each.amount.isPositive() ? [each.amount] : [])),
  )
}

function paid(changes: Changes, resource: ResourceAddress): Decimal {
  return Decimal.sum(
    changes.flatMap((each) => (each.resource === resource && each.amount.isNegative() ? [each.amount.negated()] : [])),
  )
}

/** The stored ratio, or where interest was booked first, the one that follows from the totals without the deposit. */
function ratioBefore(before: StoredPool, after: StoredPool, amount: Decimal, units: Decimal) {
  if (before.interestUpdatedAtMs === after.interestUpdatedAtMs) return before.deposits.unitRatio
  return unitRatioOf(after.deposits.totalUnits.minus(units), after.deposits.total.minus(amount))
}

function roundingOf(amount: Decimal, units: Decimal, ratio: StoredPool['deposits']['unitRatio']): Finding {
  const nearest = unitsOfAmount(amount, ratio)
  const truncated = unitsOfAmount(amount, ratio, 'ToZero')
  const found = `${amount} × ${ratio} gave ${units}`
  if (nearest.eq(truncated) && units.eq(nearest)) return notShown(`both rules give the same: ${found}`)
  if (units.eq(nearest)) return asExpected(found)
  return units.eq(truncated) ? otherAnswer(found) : unknown(`neither ${nearest} nor ${truncated}`, found)
}
