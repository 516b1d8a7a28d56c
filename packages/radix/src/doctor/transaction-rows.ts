import type { Row } from './row.ts'

/** Open questions that no reading of state or preview answers: only what a transaction did shows them. */
export const TRANSACTION_ROWS = [
  {
    id: 'transaction.event-wrappers',
    question: 'How do the market’s events name the CDP?',
    where: 'events of the market: AddCollateralEvent and the like',
    expected: 'one unnamed field that holds cdp_id, res_address, amount',
    others: ['the three fields without a wrapper'],
    consequence: 'None: events are not read for data.',
  },
  {
    id: 'transaction.interest',
    question: 'How does interest grow between two accruals?',
    where: 'a pool before and after a transaction that booked interest',
    expected: 'compounded by the minute',
    others: ['simple'],
    consequence: 'None for what is done: nothing past an accrual is promised tighter than both.',
  },
  {
    id: 'transaction.rate',
    question: 'Which rate does an interval bear?',
    where: 'a pool before and after a transaction that booked interest',
    expected: 'the curve’s at its end',
    others: ['the one stored since its start'],
    consequence: 'None for what is done: nothing past an accrual is promised tighter than both.',
  },
  {
    id: 'transaction.units',
    question: 'How are units counted from an amount?',
    where: 'units minted by a deposit, beside amount × ratio',
    expected: 'rounded to the nearest',
    others: ['truncated'],
    consequence: 'Verdicts at exactly 1 could differ by one atto: get_cdp decides.',
  },
  {
    id: 'transaction.bonus-share',
    question: 'Of what is the protocol’s share of a bonus taken?',
    where: 'LiquidationBonusFeeEvent beside CDPRemoveCollateralForLiquidation',
    expected: 'seizure × bonus × rate',
    others: ['seizure × bonus × rate ÷ (1 + bonus)'],
    consequence: 'None: profit is planned with the larger share, and only what the smaller receipt leaves is asserted.',
  },
  {
    id: 'transaction.expiry',
    question: 'Has a price that is exactly as old as the period expired?',
    where: 'a call of the market in the very minute',
    expected: 'yes',
    others: ['no'],
    consequence: 'For one minute a CDP is not judged by us: get_cdp decides.',
  },
  {
    id: 'transaction.overpayment',
    question: 'What becomes of a payment above what the requested collateral covers?',
    where: 'a liquidation that offers more',
    expected: 'the call fails',
    others: ['the payment is cut'],
    consequence: 'None: no more is offered than the collateral covers.',
  },
  {
    id: 'transaction.nft-close-factor',
    question: 'How much of a loan may the liquidation of an NFT settle?',
    where: 'a call of liquidate_nft',
    expected: 'the close factor of the loan’s configuration',
    others: ['the whole loan'],
    consequence: 'None: what is not taken comes back as change.',
  },
] as const satisfies readonly Row[]

export type TransactionRowId = (typeof TRANSACTION_ROWS)[number]['id']
