import { Decimal } from '@weft/domain/decimal'
import { Actors } from './actors.ts'
import { ADDRESSES } from './addressbook.ts'
import { XRD } from './addresses.ts'
import { Chain } from './chain.ts'
import { LedgerClock } from './clock.ts'
import type { LedgerOptions } from './control.ts'
import { arbitrageSwaps } from './dex-arbitrage.ts'
import { writeGenesis } from './genesis/genesis.ts'
import { tokenAddress } from './genesis/market.ts'
import { History } from './history.ts'
import { LiquidationLog, liquidationTargets } from './liquidation-log.ts'
import { LiquidatableIndex } from './market/liquidatable.ts'
import { Mempool } from './mempool.ts'
import * as people from './people.ts'
import { Random } from './random.ts'
import { Store } from './store.ts'
import type { ReceivedTransaction, Toolkit } from './toolkit.ts'

const DEFAULT_ROUND_MS = 1000
const DEFAULT_EPOCH_MS = 300_000
const DEFAULT_COMMIT_DELAY_MS = { min: 2_000, max: 6_000 }
const DEFAULT_PRICE_UPDATE_S = 600

/** Prices to publish at a ledger time. */
export interface ScheduledPrices {
  readonly dueMs: number
  readonly prices: ReadonlyMap<string, Decimal>
  readonly feedOnly: boolean
}

/** Everything that moves: rounds, the mempool, prices and people. {@link LedgerControl} and the node interface sit on top. */
export class Simulation {
  readonly chain: Chain
  readonly mempool: Mempool
  readonly actors: Actors
  readonly liquidatable: LiquidatableIndex
  readonly log: LiquidationLog
  readonly toolkit: Toolkit
  readonly startMs: number
  readonly isManual: boolean
  readonly #clock: LedgerClock
  readonly #priceUpdateS: number
  readonly #outsidePrices = new Map<string, Decimal>()
  #scheduled: readonly ScheduledPrices[] = []
  #nextUpdateS: number
  #halted = false

  constructor(toolkit: Toolkit, options: LedgerOptions) {
    this.toolkit = toolkit
    this.isManual = options.roundMs === 0
    const wall = options.clock ?? (this.isManual ? undefined : { now: () => Date.now() })
    this.startMs = options.startTimeMs ?? (options.clock ?? { now: () => Date.now() }).now()
    const roundMs = options.roundMs ?? DEFAULT_ROUND_MS
    this.#clock = new LedgerClock(this.startMs, wall, roundMs === 0 ? DEFAULT_ROUND_MS : roundMs)
    const store = new Store(options.market)
    writeGenesis(store, options, Math.floor(this.startMs / 1000))
    for (const [token, price] of publishedPrices(store)) this.#outsidePrices.set(token, price)
    this.log = new LiquidationLog(
      () => this.chain,
      (intentHash) => this.mempool.isAlive(intentHash),
    )
    this.chain = new Chain(
      { store, history: new History(this.startMs), clock: this.#clock },
      { epochMs: options.epochMs ?? DEFAULT_EPOCH_MS, seed: options.seed },
      {
        beforeCommit: (steps) => this.log.beforeCommit(steps),
        afterCommit: (transaction, _result, steps) => this.log.committed(transaction, steps),
      },
    )
    this.mempool = new Mempool(
      { chain: this.chain, toolkit, random: new Random(options.seed, 'mempool') },
      options.commitDelayMs ?? DEFAULT_COMMIT_DELAY_MS,
      (transaction) => this.#noteSubmission(transaction),
    )
    this.liquidatable = new LiquidatableIndex(this.chain)
    this.actors = new Actors(this.chain, new Random(options.seed, 'actors'), this.liquidatable)
    this.#priceUpdateS = options.genesis?.priceUpdateSeconds ?? DEFAULT_PRICE_UPDATE_S
    this.#nextUpdateS = this.chain.nowS + this.#priceUpdateS
  }

  get isHalted(): boolean {
    return this.#halted
  }

  halt(halted: boolean): void {
    if (this.#halted && !halted) this.#nextUpdateS = Number.POSITIVE_INFINITY
    this.#halted = halted
  }

  advanceTime(ms: number): void {
    this.#clock.advance(ms)
  }

  /** Ledger time at which something that happens now happens. */
  arrivalMs(): number {
    return this.#clock.arrivalMs()
  }

  /** One round: `first` commits before anything else, then what was due anyway. */
  round(first?: () => void, endEpoch = false): void {
    this.chain.beginRound(endEpoch)
    this.#deferUpdateAfterHalt()
    first?.()
    this.#publishScheduled()
    this.#republish()
    this.mempool.commitDue()
    this.actors.act()
    this.#arbitrage()
    this.log.closeHealthy()
  }

  schedule(script: readonly ScheduledPrices[]): void {
    this.#scheduled = [...this.#scheduled, ...script].sort((a, b) => a.dueMs - b.dueMs)
  }

  /** Commits an `update_prices`; unless `feedOnly`, the outside market has these prices too. */
  publish(prices: ReadonlyMap<string, Decimal>, feedOnly: boolean): number {
    if (!feedOnly) for (const [resource, price] of prices) this.#outsidePrices.set(resource, price)
    const lsulp = tokenAddress('LSULP')
    const { [lsulp]: valuation, ...others } = Object.fromEntries(prices)
    // First, so that the newest transaction of a publication is the update itself.
    if (valuation) {
      const signers = [ADDRESSES.faucetAccount, people.ADMINISTRATOR_ACCOUNT]
      this.chain.commitInternal(people.valueLsulp(lsulp, valuation), signers)
    }
    const written = new Map([[XRD, Decimal.ONE], ...Object.entries(others)])
    this.chain.commitInternal(people.updatePrices(written), [ADDRESSES.priceUpdaterAccount])
    return this.chain.history.tipVersion
  }

  /** After a halt prices are as old as the halt is long, and stay so for one interval. */
  #deferUpdateAfterHalt(): void {
    if (this.#nextUpdateS === Number.POSITIVE_INFINITY) this.#nextUpdateS = this.chain.nowS + this.#priceUpdateS
  }

  #publishScheduled(): void {
    while (this.#scheduled[0] && this.#scheduled[0].dueMs <= this.chain.nowMs) {
      const [due, ...later] = this.#scheduled
      this.#scheduled = later
      if (due) this.publish(due.prices, due.feedOnly)
    }
  }

  /** The updater writes the same prices again before they get old. */
  #republish(): void {
    if (this.#priceUpdateS === 0 || this.chain.nowS < this.#nextUpdateS) return
    this.#nextUpdateS = this.chain.nowS + this.#priceUpdateS
    this.publish(publishedPrices(this.chain.store), true)
  }

  #arbitrage(): void {
    const swaps = arbitrageSwaps(this.chain.store, this.#outsidePrices)
    if (swaps.length > 0) this.chain.commitInternal(people.arbitrage(swaps), [people.ARBITRAGEUR_ACCOUNT])
  }

  #noteSubmission(transaction: ReceivedTransaction): void {
    const [signer] = transaction.signers
    if (signer !== undefined) this.log.submitted(transaction.intentHash, signer, liquidationTargets(transaction.steps))
  }
}

/** What the feeds say of every token but XRD. */
function publishedPrices(store: Store): Map<string, Decimal> {
  const prices = new Map<string, Decimal>()
  for (const feed of [store.feedPrices, store.proxyPrices])
    for (const token of feed.keys()) {
      const price = feed.latest(token)?.price
      if (price && token !== XRD) prices.set(token, price)
    }
  return prices
}
