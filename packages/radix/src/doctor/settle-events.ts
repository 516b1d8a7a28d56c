import { fieldNames } from '../sbor/composites.ts'
import { isJsonObject } from '../sbor/decode.ts'
import { fieldAt, objects } from './evidence.ts'
import { asExpected, otherAnswer, unknown } from './row.ts'
import type { Settlement } from './settle.ts'
import type { TransactionEvent, TransactionFacts } from './transaction-facts.ts'

const OF_A_CDP = [
  'AddCollateralEvent',
  'RemoveCollateralEvent',
  'BorrowEvent',
  'RepayEvent',
  'CDPRepayForLiquidationEvent',
  'CDPRemoveCollateralForLiquidation',
]

/** The three fields of an event about a CDP, wherever they stand in it; `undefined` where it has none. */
export function cdpEventData({ payload }: TransactionEvent): unknown {
  if (fieldAt(payload, 'cdp_id') !== undefined) return payload
  const inner = isJsonObject(payload) ? objects(payload.fields)[0] : undefined
  return fieldAt(inner, 'cdp_id') === undefined ? undefined : inner
}

/** Whether events about a CDP wrap their data. */
export function settledEvents({ events }: TransactionFacts): readonly Settlement[] {
  const ofCdps = events.filter(({ name }) => OF_A_CDP.includes(name))
  const [first] = ofCdps
  if (!first) return []
  const row = 'transaction.event-wrappers'
  const found = ofCdps.map(({ name }) => name).join(', ')
  const strange = ofCdps.find((event) => cdpEventData(event) === undefined)
  if (strange) return [{ row, finding: unknown(`${strange.name} names no CDP`, strange.payload) }]
  const isBare = ({ payload }: TransactionEvent) => fieldNames(payload).includes('cdp_id')
  if (ofCdps.every(isBare)) return [{ row, finding: otherAnswer(found) }]
  return [{ row, finding: ofCdps.some(isBare) ? unknown('some are wrapped, some not', found) : asExpected(found) }]
}
