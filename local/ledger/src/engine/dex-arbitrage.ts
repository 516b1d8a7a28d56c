import { Decimal } from '@weft/domain/decimal'
import { XRD } from './addresses.ts'
import { DEX_FEE_RATE } from './parameters.ts'
import type { DexPool } from './records.ts'
import type { Store } from './store.ts'

const ONE_ATTOS = Decimal.ONE.attos
/** A gap smaller than the DEX's fee pays no arbitrageur. */
const TOLERANCE = Decimal.parse('0.005')

export interface Swap {
  readonly give: string
  readonly amount: Decimal
  readonly get: string
}

/** Swaps that take each pool to the price (XRD per token) that the market outside has. */
export function arbitrageSwaps(store: Store, marketPrices: ReadonlyMap<string, Decimal>): Swap[] {
  return [...marketPrices].flatMap(([token, price]) => {
    const pool = store.dexPools.latest(token)
    const record = store.resources.latest(token)
    if (!pool || record?.kind !== 'fungible' || price.isZero()) return []
    const swap = swapTowards(pool, token, price)
    if (!swap) return []
    const amount = swap.amount.round(swap.give === XRD ? 18 : record.divisibility, 'ToZero')
    return amount.isPositive() ? [{ ...swap, amount }] : []
  })
}

function swapTowards(pool: DexPool, token: string, price: Decimal): Swap | undefined {
  const gap = pool.xrd.dividedBy(pool.token).dividedBy(price).minus(Decimal.ONE)
  if (gap.abs().lt(TOLERANCE)) return undefined
  // With constant product k the reserves at price p are √(k·p) XRD and √(k/p) tokens.
  const product = pool.xrd.attos * pool.token.attos
  const xrd = Decimal.fromAttos(squareRoot((product * price.attos) / ONE_ATTOS))
  const tokens = Decimal.fromAttos(squareRoot((product * ONE_ATTOS) / price.attos))
  const beforeFee = Decimal.ONE.minus(DEX_FEE_RATE)
  return gap.isNegative()
    ? { give: XRD, amount: xrd.minus(pool.xrd).dividedBy(beforeFee), get: token }
    : { give: token, amount: tokens.minus(pool.token).dividedBy(beforeFee), get: XRD }
}

function squareRoot(value: bigint): bigint {
  if (value < 2n) return value
  let guess = 1n << BigInt((value.toString(2).length + 1) >> 1)
  for (;;) {
    const better = (guess + value / guess) >> 1n
    if (better >= guess) return guess
    guess = better
  }
}
