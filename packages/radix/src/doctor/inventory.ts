import { MARKET_ROWS } from './market-rows.ts'
import { POOL_ROWS } from './pool-rows.ts'
import { POSITION_ROWS } from './position-rows.ts'
import type { ReadRow, Row } from './row.ts'
import { SWITCH_ROWS } from './switch-rows.ts'
import { TABLE_ROWS } from './table-rows.ts'
import { TRANSACTION_ROWS } from './transaction-rows.ts'

/** Rows that reading answers. */
export const READ_ROWS: readonly ReadRow[] = [
  ...MARKET_ROWS,
  ...POOL_ROWS,
  ...TABLE_ROWS,
  ...SWITCH_ROWS,
  ...POSITION_ROWS,
]

/** Everything that the backend takes for granted of the market or cannot know of it, in one list. */
export const INVENTORY: readonly Row[] = [...READ_ROWS, ...TRANSACTION_ROWS]
