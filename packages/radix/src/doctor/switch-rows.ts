import { isJsonObject } from '../sbor/decode.ts'
import { marketFields } from '../weft/decode-components.ts'
import { entriesOf } from '../weft/moving-market.ts'
import { POOL_STORES, poolStore } from '../weft/pool-stores.ts'
import { objects } from './evidence.ts'
import type { Examination } from './examination.ts'
import { asExpected, type Finding, notShown, otherAnswer, type ReadRow, unknown } from './row.ts'

/** Names by number, as the published schema counts them; those of the pool are not published. */
const EXPECTED = {
  collaterals: ['Add', 'Remove', 'FlashOperation', 'RemoveForLiquidation'],
  loans: ['Borrow', 'Repay', 'RepayForRefinance', 'RepayForLiquidation', 'RepayForNFTLiquidation'],
  pool: ['FlashLoan', 'Deposit', 'Withdraw', 'ProtectedBorrow', 'ProtectedRepay'],
} as const

const WHERE = {
  collaterals: 'collateral_service_manager',
  loans: 'loan_service_manager',
  pool: 'lending_service_manager',
} as const

/** Rows about the names and numbers of service switches. */
export const SWITCH_ROWS: readonly ReadRow[] = (['collaterals', 'loans', 'pool'] as const).map((table) => ({
  id: `switches.${table}`,
  question: `Which services does ${WHERE[table]} switch, and by which numbers?`,
  where: `store ${WHERE[table]}: keys of the maps`,
  expected: EXPECTED[table].map((name, number) => `${name} ${number}`).join(', '),
  others: ['the same names by other numbers'],
  consequence: 'Names decide. A service without a name that we know switches nothing for us.',
  find: (seen) => numbersOf(table, seen),
}))

function numbersOf(table: keyof typeof EXPECTED, { network, evidence }: Examination): Finding {
  const market = marketFields(evidence.state(network.addresses.market), '')
  const stores = {
    collaterals: entriesOf(market.collateral_service_manager),
    loans: entriesOf(market.loan_service_manager),
    pool: poolStore(evidence.state(network.addresses.pool), POOL_STORES.lending_service_manager),
  }
  const store = stores[table]
  const entries = store.kind === 'decoded' ? evidence.table(store.value) : undefined
  if (entries === undefined) return notShown(store.kind === 'unreadable' ? store.why : 'it was not read')
  const seen = new Map<string, string>()
  for (const { value } of entries) {
    const status = isJsonObject(value) ? objects(value.fields)[0] : undefined
    for (const { key } of objects(status?.entries)) {
      if (!isJsonObject(key)) continue
      seen.set(typeof key.variant_name === 'string' ? key.variant_name : 'nameless', String(key.variant_id))
    }
  }
  if (seen.size === 0) return notShown('no switch is set')
  const found = [...seen].map(([name, number]) => `${name} ${number}`).join(', ')
  const expected: readonly string[] = EXPECTED[table]
  const strange = [...seen.keys()].filter((name) => !expected.includes(name))
  if (strange.length > 0) return unknown(`unknown services: ${strange.join(', ')}`, found)
  return [...seen].every(([name, number]) => String(expected.indexOf(name)) === number)
    ? asExpected(found)
    : otherAnswer(found)
}
