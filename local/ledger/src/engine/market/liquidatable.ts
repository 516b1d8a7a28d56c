import { ADDRESSES } from '../addressbook.ts'
import type { Chain } from '../chain.ts'
import type { Store } from '../store.ts'
import { isLiquidatable, judge } from './health.ts'
import { MarketError, type MarketState } from './state.ts'

/**
 * The CDPs that anyone could liquidate now, by the market's own rule. All CDPs are judged again only when something that concerns
 * all of them has changed (prices, pool ratios, stakes, configurations); else just those that were written.
 */
export class LiquidatableIndex {
  readonly #chain: Chain
  readonly #ids = new Set<number>()
  #fingerprint = ''

  constructor(chain: Chain) {
    this.#chain = chain
  }

  /** Ascending CDP numbers. */
  numbers(): readonly number[] {
    this.#refresh()
    return [...this.#ids].sort((a, b) => a - b)
  }

  #refresh(): void {
    const { store } = this.#chain
    const market = this.#chain.market()
    const fingerprint = fingerprintOf(market)
    const all = fingerprint !== this.#fingerprint
    const numbers = all ? store.cdps.keys() : store.changedCdps.values()
    for (const number of numbers) this.#judge(store, market, number)
    store.changedCdps.clear()
    this.#fingerprint = fingerprint
  }

  #judge(store: Store, market: MarketState, number: number): void {
    const cdp = store.cdps.latest(number)
    if (cdp && cdp.loans.size > 0 && isLiquidatableNow(market, cdp)) this.#ids.add(number)
    else this.#ids.delete(number)
  }
}

/** A CDP whose price is missing or too old cannot be liquidated: the call would fail. */
function isLiquidatableNow(market: MarketState, cdp: Parameters<typeof judge>[1]): boolean {
  try {
    return isLiquidatable(judge(market, cdp))
  } catch (error) {
    if (error instanceof MarketError) return false
    throw error
  }
}

/** Equal texts mean that no CDP's health changed but those that were written. */
export function fingerprintOf(market: MarketState): string {
  const { store } = market
  const prices = Object.values(ADDRESSES.tokens).map((resource) => {
    try {
      return market.price(resource).price.attos.toString()
    } catch (error) {
      if (error instanceof MarketError) return 'none'
      throw error
    }
  })
  const stakes = ADDRESSES.validators.map(({ address }) => market.lsuPrice(address).attos.toString())
  // Every operation moves its pool's ratios a little, which concerns all CDPs with a position there.
  const ratios = [...store.pools.keys()].map(
    (resource) => `${market.loanRatio(resource)}/${market.depositRatio(resource)}`,
  )
  const expired = [...store.collateralConfigs.keys()].filter((key) => {
    const expiresAtS = store.collateralConfigs.latest(key)?.expiresAtS
    return expiresAtS !== undefined && expiresAtS <= market.nowS
  })
  return JSON.stringify([
    prices,
    stakes,
    expired,
    ratios,
    store.collateralConfigs.lastChange,
    store.loanConfigs.lastChange,
    store.settings.lastChange,
  ])
}
