import type { Decimal } from '@weft/domain/decimal'
import type { LedgerNode } from '../view.ts'
import type { MarketAnswers } from './market/answers.ts'

export { MARKET_QUESTIONS, type MarketAnswers, type MarketQuestion } from './market/answers.ts'

/** What the world outside the market does to it: prices, borrowers, competitors, faults. For tests, scenarios and the control port. */
export interface LedgerControl {
  /**
   * Publishes prices by a committed `update_prices` of the price updater, in a new round. Keys are symbols (`xUSDC`) or resource
   * addresses, values XRD per whole unit as decimal text. Unless `feedOnly`, the real market moves along: arbitrage takes the DEX there.
   * @returns the state version of the update. @throws {LedgerHaltedError} @throws {UnknownNameError}
   */
  setPrices(prices: Readonly<Record<string, string>>, how?: { readonly feedOnly?: boolean }): number
  /** Publishes each set once ledger time reaches `atMs`, counted from genesis; late ones wait for the next round. */
  schedulePrices(
    script: readonly {
      readonly atMs: number
      readonly prices: Readonly<Record<string, string>>
      readonly feedOnly?: boolean
    }[],
  ): void

  /** Makes `count` (1) rounds now: due transactions commit, actors act. @returns the new tip's state version. */
  advanceRound(count?: number): number
  /** Ends `count` (1) epochs now, one round each; ledger time does not jump. */
  advanceEpoch(count?: number): number
  /** Moves ledger time forward; the next round shows it. */
  advanceTime(ms: number): void
  /** Stops or resumes the production of rounds: reads and previews keep answering from the frozen state. */
  haltClock(halted: boolean): void

  /** Credits `account` from the faucet; keys as in {@link setPrices}. @returns the state version. */
  fundAccount(account: string, amounts: Readonly<Record<string, string>>): number
  /** Opens a CDP for a simulated user, funded by the faucet. @returns its local id. @throws {ActionFailedError} when the market refuses. */
  openCdp(cdp: CdpSpec): string
  /**
   * Opens a CDP the way of 30 August 2026: collateral by a flash operation, loans at whatever price the market believes just now, and
   * `takeBack` of the collateral taken out without a health check. @returns its local id. @throws {ActionFailedError}
   */
  exploitPrice(how: {
    readonly collaterals: Readonly<Record<string, string>>
    readonly loans: Readonly<Record<string, string>>
    readonly takeBack?: Readonly<Record<string, string>>
  }): string
  /** Repays `amount` of `resource` (whatever is owed when absent, of every loan when no resource is named). @returns the state version. */
  repayLoan(cdpId: string, how?: { readonly resource?: string; readonly amount?: string }): number
  addCollateral(cdpId: string, amounts: Readonly<Record<string, string>>): number
  /** Takes collateral out; the market refuses when the CDP would be unhealthy. */
  removeCollateral(cdpId: string, amounts: Readonly<Record<string, string>>): number
  borrow(cdpId: string, amounts: Readonly<Record<string, string>>): number
  /** Repays everything, takes the collateral home and burns the CDP. */
  closeCdp(cdpId: string): number
  /** Liquidates as the competing liquidator would: the largest loan it may repay, every collateral. @returns the state version. */
  liquidateAsCompetitor(cdpId: string): number

  /** Simulated people who act at every round, by the seed. `undefined` stops them. */
  startActors(actors: ActorPlan | undefined): void

  /** What befalls transactions between submission and commit. */
  setMempoolFault(fault: MempoolFault): void
  setCommitDelay(delayMs: { readonly min: number; readonly max: number }): void
  /**
   * Sets a service switch, e.g. `{component: 'pool', service: 'FlashLoan', enabled: false}`; the global scope when no resource is named.
   * A resource with an entry of its own is not concerned by the global one.
   */
  setService(change: ServiceChange): number

  /** Lets the market take the price of `resource` from the feed with another id; an id that is new names the default feed once more. @returns the state version. @throws {ActionFailedError} */
  setPriceFeedId(resource: string, id: number): number

  /**
   * Puts a new version of a collateral configuration in force. CDPs that recorded the former one are judged by it for another
   * `formerValidSeconds`. @returns the state version.
   */
  updateCollateralConfig(
    id: number,
    config: { readonly loanToValue: string; readonly thresholdSpread: string; readonly bonusRate: string },
    formerValidSeconds: number,
  ): number

  /** Ids that the market's own rule would let anyone liquidate at the tip. */
  liquidatable(): readonly string[]
  /** Liquidation LTV of one CDP by the market's rule at the tip. */
  liquidationLtv(cdpId: string): Decimal
  summary(): LedgerSummary
  digests(): LedgerDigests
}

/**
 * SHA-256 sums by which two ledgers of real time can be compared: clocks, rounds and state versions are left out, which no machine
 * repeats. Where nobody submits anything, all three follow from seed and script; where services act, the first two do.
 */
export interface LedgerDigests {
  /** What the seed made: positions, pools, prices, exchange. */
  readonly genesis: string
  /** What this control was told to do, in order, and whether it succeeded. */
  readonly script: string
  /** Every user's transaction in order with all its effects: the script, simulated people, arbitrage, and whatever was submitted. */
  readonly transactions: string
}

export interface CdpSpec {
  /** Symbol or address → amount; deposit units are named `du-XRD`, LSU `lsu-1`. */
  readonly collaterals?: Readonly<Record<string, string>>
  readonly loans?: Readonly<Record<string, string>>
  /** Claim NFTs to unstake for, by validator symbol: LSU amount to unstake. */
  readonly claims?: readonly { readonly validator: string; readonly lsuAmount: string }[]
  readonly name?: string
}

export interface ActorPlan {
  /** Chance per round that some borrower acts; who and what follows from the seed. */
  readonly borrowers?: { readonly probability: number; readonly actionsPerRound?: number }
  /** Chance per round and liquidatable CDP that the competitor takes it. */
  readonly competitor?: { readonly probability: number }
}

export interface MempoolFault {
  /** Chance that an accepted submission never reaches a mempool. */
  readonly loseProbability?: number
  /** Chance that a submission takes `slowFactor` times as long. */
  readonly slowProbability?: number
  readonly slowFactor?: number
  /** Chance that a submission shows `LikelyButNotCertainRejection` until it commits. */
  readonly likelyRejectionProbability?: number
  /** How long the Gateway does not know the outcome of a committed transaction. */
  readonly outcomeUnknownMs?: number
}

export interface ServiceChange {
  readonly component: 'market' | 'collateral' | 'loan' | 'pool'
  readonly service: string
  readonly resource?: string
  readonly scope?: string
  readonly enabled: boolean
}

export interface LiquidationRecord {
  readonly cdpId: string
  readonly transactionId: string
  readonly stateVersion: number
  /** The account that paid the transaction's fee. */
  readonly by: string
  readonly liquidationLtvBefore: string
  readonly liquidationLtvAfter: string
}

export interface LedgerSummary {
  readonly stateVersion: number
  readonly epoch: number
  readonly cdps: number
  readonly burned: number
  readonly liquidatable: readonly string[]
  readonly liquidations: readonly LiquidationRecord[]
  /**
   * CDPs that one signer liquidated twice in one excursion. An excursion begins when a CDP becomes liquidatable and ends when it is
   * healthy; a liquidation that leaves it liquidatable opens the next one for whatever is submitted after its commit. So this
   * names double effects, not the second step that a deep excursion needs.
   */
  readonly liquidatedTwiceInOneExcursion: readonly string[]
  /** CDPs with more than one liquidation before they were healthy again, by whomever and however justified. */
  readonly liquidatedRepeatedly: readonly string[]
  /** Intents of one signer against one CDP beyond the first that were alive together, or both committed in one excursion. */
  readonly duplicateIntents: number
  /** SHA-256 over the committed history, times counted from genesis: equal for equal seeds and equal calls. */
  readonly historyDigest: string
}

export interface LedgerAddresses {
  readonly xrd: string
  readonly market: string
  readonly pool: string
  readonly cdpResource: string
  readonly priceFeed: string
  /** The flash-loan term: the pool's transient resource. */
  readonly loanTermResource: string
  /** Receipts of flash collateral operations. */
  readonly marketTransientResource: string
  /** The feed of LSULP. */
  readonly lsulpPriceFeed: string
  /** Whoever shows one of its non-fungibles may write prices. */
  readonly priceUpdaterBadge: string
  readonly nftValuator: string
  readonly dex: string
  /** Symbol → resource, XRD included. */
  readonly tokens: Readonly<Record<string, string>>
  /** Symbol of the underlying → deposit unit. */
  readonly depositUnits: Readonly<Record<string, string>>
  readonly validators: readonly {
    readonly symbol: string
    readonly address: string
    readonly lsu: string
    readonly claimNft: string
  }[]
  /** A registered NFT collateral: liquidity receipts. */
  readonly liquidityReceipt: string
  readonly priceUpdaterAccount: string
  readonly faucetAccount: string
  readonly competitorAccount: string
}

export interface LedgerOptions {
  readonly seed: number
  /** CDPs at genesis, burned ones not counted. */
  readonly cdps: number
  /**
   * Wall clock in unix ms. Given: ledger time follows it. Absent with `roundMs` 0: a round lasts one nominal second of ledger
   * time, so that equal calls give equal histories.
   */
  readonly clock?: { now(): number }
  /** Length of a round; 0 = rounds are made by {@link LedgerControl.advanceRound} only. Default 1000. */
  readonly roundMs?: number
  /** Length of an epoch in ledger time. Default 300 000. */
  readonly epochMs?: number
  /** Time from submission to commit. Default 2 000–6 000. */
  readonly commitDelayMs?: { readonly min: number; readonly max: number }
  /** Ledger time of genesis, unix ms. Default: the clock's now. */
  readonly startTimeMs?: number
  readonly genesis?: GenesisOverrides
  /** Answers to what is not known about the live market. Default: those of the README. */
  readonly market?: Partial<MarketAnswers>
}

export interface GenesisOverrides {
  /** How long the market keeps a price in its cache; 0 = never. Default 900. */
  readonly priceDebounceSeconds?: number
  /** Beyond this age a feed price makes market calls fail. Default 14 400. */
  readonly priceExpirationSeconds?: number
  /** How often the price updater republishes prices, ledger seconds; 0 = only by control. Default 600. */
  readonly priceUpdateSeconds?: number
  /** XRD per whole unit, by symbol. */
  readonly prices?: Readonly<Record<string, string>>
  /** Replaces configurations in force, by id; the former version goes nowhere. */
  readonly collateralConfigs?: Readonly<
    Record<number, { readonly loanToValue: string; readonly thresholdSpread: string; readonly bonusRate: string }>
  >
  readonly loanConfig?: { readonly valueFactor: string; readonly closeFactor: string }
  /** CDPs opened in this order before the generated ones, so they have the ids `#1#`, `#2#`, …; any health is allowed. */
  readonly cdps?: readonly CdpSpec[]
  /** Share of a pool's deposits that is lent out, by symbol. */
  readonly utilisation?: Readonly<Record<string, string>>
  /** What lies on each side of a DEX pool, in XRD. Default 20 000 000, more on ledgers of over 2 000 CDPs. */
  readonly dexDepthXrd?: string
  /** Kinds of collateral in generated CDPs. Default: all. */
  readonly collateralKinds?: readonly CollateralKind[]
  /** Puts some of the generated CDPs close to their threshold. Default: the few that a realistic market has. */
  readonly nearThreshold?: NearThreshold
}

export type CollateralKind = 'token' | 'deposit-unit' | 'lsu' | 'claim-nft' | 'registered-nft'

/** Generated CDPs that one price move takes over their threshold together; all others are as they would be without. */
export interface NearThreshold {
  /** Of the generated CDPs, decimal text from 0 to 1. */
  readonly share: string
  /** Their liquidation LTVs lie evenly between these two, as decimal text. */
  readonly liquidationLtv: readonly [least: string, most: string]
  /** Symbols of what they owe, in the proportions of other CDPs. */
  readonly loans: readonly string[]
  /** Symbols of what they hold, likewise; LSU and claims on it count as XRD. */
  readonly collaterals: readonly string[]
  /** Kinds of collateral among them. Default: those of the other CDPs. */
  readonly kinds?: readonly CollateralKind[]
}

export interface Ledger extends LedgerNode {
  readonly addresses: LedgerAddresses
  readonly control: LedgerControl
  /** Stops the rounds. The history stays readable. */
  close(): void
}

/** The ledger stands still, so nothing can be committed; resume it with `haltClock(false)`. */
export class LedgerHaltedError extends Error {
  override readonly name = 'LedgerHaltedError'
}

/** A symbol, address or id that the ledger does not have. */
export class UnknownNameError extends Error {
  override readonly name = 'UnknownNameError'
}

/** A simulated user's transaction was committed as a failure. */
export class ActionFailedError extends Error {
  override readonly name = 'ActionFailedError'
}
