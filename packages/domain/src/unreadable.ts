import type { UnreadableValue } from './market.ts'

/** Why `key` of `table` did not decode, or the whole table; `undefined` when it did, or is not on the ledger. */
export function whyUnreadable(
  market: { readonly unreadable: readonly UnreadableValue[] },
  table: string,
  key: string,
): string | undefined {
  return market.unreadable.find((each) => each.table === table && (each.key === key || each.key === '*'))?.why
}
