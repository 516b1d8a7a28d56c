import { Decimal } from '@weft/domain/decimal'
import { struct } from '../sbor/composites.ts'
import { attempted, isJsonObject } from '../sbor/decode.ts'
import { decimal } from '../sbor/scalars.ts'
import { resource } from '../weft/decode-configs.ts'
import { objects } from './evidence.ts'
import { asExpected, notShown, otherAnswer, unknown } from './row.ts'
import type { MarketOfToday, Settlement } from './settle.ts'
import { cdpEventData } from './settle-events.ts'
import type { TransactionFacts } from './transaction-facts.ts'

const seizure = struct({ res_address: resource, amount: decimal })
const fee = struct({ res_address: resource, protocol_fee_amount: decimal })
/** Relative: the fee is rounded to the resource's divisibility. */
const TOLERANCE = Decimal.parse('0.000001')

/**
 * What part of the seizures of a liquidation the protocol took, beside what either rule gives for the bonus of each configuration that the
 * market has ever had.
 */
export function settledBonusShare(
  { events }: TransactionFacts,
  { collateralConfigs, rules }: MarketOfToday,
): readonly Settlement[] {
  const rate = rules.protocolLiquidationBonusFeeRate
  const seizures = events.flatMap((event) => {
    const read =
      event.name === 'CDPRemoveCollateralForLiquidation' ? attempted(seizure)(cdpEventData(event), '') : undefined
    return read?.kind === 'decoded' ? [read.value] : []
  })
  const fees = events.flatMap(({ name, payload }) => {
    if (name !== 'LiquidationBonusFeeEvent') return []
    const inner = isJsonObject(payload) ? objects(payload.fields)[0] : undefined
    const read = [inner, payload].map((each) => attempted(fee)(each, '')).find((each) => each.kind === 'decoded')
    return read?.kind === 'decoded' ? [read.value] : []
  })
  if (seizures.length === 0 || fees.length === 0 || !rate) return []
  const row = 'transaction.bonus-share'
  const bonuses = [...collateralConfigs.current.values(), ...collateralConfigs.history.values()].map(
    ({ config }) => config.liquidationBonusRate,
  )
  const answers = new Set<'seizure' | 'bonus'>()
  const shares: string[] = []
  for (const { res_address: taken, protocol_fee_amount: amount } of fees) {
    const seized = Decimal.sum(seizures.flatMap((each) => (each.res_address === taken ? [each.amount] : [])))
    if (!seized.isPositive() || !amount.isPositive()) continue
    const share = amount.dividedBy(seized)
    shares.push(`${share} of ${taken}`)
    for (const bonus of bonuses) {
      const whole = bonus.times(rate)
      if (isNear(share, whole)) answers.add('seizure')
      if (isNear(share, whole.dividedBy(Decimal.ONE.plus(bonus)))) answers.add('bonus')
    }
  }
  if (shares.length === 0) return []
  const found = shares.join(', ')
  if (answers.size === 2) return [{ row, finding: notShown(`both rules fit ${found}, each with another bonus`) }]
  if (answers.size === 0)
    return [{ row, finding: unknown('neither rule fits with a bonus that the market has', found) }]
  return [{ row, finding: answers.has('seizure') ? asExpected(found) : otherAnswer(found) }]
}

function isNear(one: Decimal, other: Decimal): boolean {
  return one.minus(other).abs().lte(other.times(TOLERANCE))
}
