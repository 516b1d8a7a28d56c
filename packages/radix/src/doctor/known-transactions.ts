import { IntentHash, type NetworkName } from '@weft/domain'

/** A transaction of which it is known what it did, though nobody here has seen its receipt. */
export interface KnownTransaction {
  readonly what: 'lend' | 'add collateral' | 'borrow' | 'liquidation'
  readonly intentHash: IntentHash
}

const known = (what: KnownTransaction['what'], hash: string): KnownTransaction => ({
  what,
  intentHash: IntentHash.parse(hash),
})

/** Published by third parties; stokenet's went with its reset. */
export const KNOWN_TRANSACTIONS: Readonly<Partial<Record<NetworkName, readonly KnownTransaction[]>>> = {
  mainnet: [
    known('lend', 'txid_rdx1mxjjjn4yghxqtgazcl9wkzca79pc6r5htzuewcvaewp5epfqjumsedegen'),
    known('add collateral', 'txid_rdx1ntawea8w67f5wj4aet0340zyv8mf57g3609jygs4fmkjt76yuwcs20mstg'),
    known('borrow', 'txid_rdx1px7u0quh4wrp63t6lclg94ld37gsky9njsypz7fcnqgumjhg2aashc0wek'),
    known('liquidation', 'txid_rdx1kt5f3vfq47thgnh49ykzffqd7243w6z6dw23dfwygqrphj7yafjquxp7hz'),
  ],
}
