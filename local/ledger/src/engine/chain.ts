import { createHash } from 'node:crypto'
import { Decimal } from '@weft/domain/decimal'
import { encodeSbor } from '../sbor-codec.ts'
import type { CommittedTransaction, LedgerState } from '../view.ts'
import { ADDRESSES } from './addressbook.ts'
import { hashAddress, XRD } from './addresses.ts'
import type { LedgerClock } from './clock.ts'
import { manifestText } from './execution/manifest-text.ts'
import { type RunResult, run, totalFee } from './execution/run.ts'
import type { Step } from './execution/steps.ts'
import { GENESIS_EPOCH, GENESIS_VERSIONS } from './genesis/genesis.ts'
import type { History } from './history.ts'
import { MarketState } from './market/state.ts'
import { SECONDS_PER_YEAR, STAKING_RATE_PER_YEAR } from './parameters.ts'
import { type Store, vaultKey } from './store.ts'
import { Track } from './table.ts'

/** A transaction of a user as the chain executes it. */
export interface UserTransaction {
  readonly intentHash: string
  readonly intentHashHex: string
  readonly payloadHash: string
  readonly payloadHex: string
  readonly manifest: string
  readonly steps: readonly Step[]
  readonly signers: readonly string[]
  readonly tipPercentage: number
}

/** Called with every committed user transaction, the run that made it, and the market as it was before. */
export type CommitObserver = (transaction: CommittedTransaction, result: RunResult, steps: readonly Step[]) => void

const NOTHING = {
  errorMessage: undefined,
  events: [],
  fungibleChanges: [],
  feeChanges: [],
  nonFungibleChanges: [],
  affectedGlobalEntities: [],
  user: undefined,
} as const

/** Rounds, epochs and commits: what turns executed transactions into state versions. */
export class Chain {
  readonly store: Store
  readonly history: History
  readonly #clock: LedgerClock
  readonly #epochMs: number
  readonly #beforeCommit: (steps: readonly Step[]) => void
  readonly #afterCommit: CommitObserver
  #epoch = GENESIS_EPOCH
  #epochStartMs: number
  #round = 0
  #internalCount = 0
  readonly #seed: number

  constructor(
    parts: { readonly store: Store; readonly history: History; readonly clock: LedgerClock },
    settings: { readonly epochMs: number; readonly seed: number },
    observers: { readonly beforeCommit: (steps: readonly Step[]) => void; readonly afterCommit: CommitObserver },
  ) {
    this.store = parts.store
    this.history = parts.history
    this.#clock = parts.clock
    this.#epochMs = settings.epochMs
    this.#seed = settings.seed
    this.#beforeCommit = observers.beforeCommit
    this.#afterCommit = observers.afterCommit
    this.#epochStartMs = parts.clock.nowMs
    for (let version = 1; version <= GENESIS_VERSIONS; version++)
      this.#append({ ...NOTHING, ...this.#next(), kind: 'genesis', status: 'CommittedSuccess' })
  }

  get epoch(): number {
    return this.#epoch
  }

  get nowMs(): number {
    return this.#clock.nowMs
  }

  get nowS(): number {
    return Math.floor(this.#clock.nowMs / 1000)
  }

  /** The market as anyone would find it now. */
  market(): MarketState {
    return new MarketState(this.store, new Track(), this.nowS)
  }

  /** Begins a round: its first transaction is the round update, or the epoch change when the epoch's time is over. */
  beginRound(endEpoch = false): void {
    const nowMs = this.#clock.nextRound()
    const epochIsOver = endEpoch || nowMs - this.#epochStartMs >= this.#epochMs
    if (epochIsOver) {
      this.#epoch++
      this.#round = 1
      this.#epochStartMs = nowMs
    } else this.#round++
    const next = this.#next()
    const track = new Track()
    if (epochIsOver) this.#payEmissions(track)
    this.store.commit(track, next.stateVersion)
    this.#append({
      ...NOTHING,
      ...next,
      kind: epochIsOver ? 'epoch-change' : 'round-update',
      status: 'CommittedSuccess',
    })
  }

  /** Executes a transaction at the tip without committing it. */
  dryRun(transaction: Omit<UserTransaction, 'payloadHash' | 'payloadHex' | 'manifest' | 'intentHash'>): RunResult {
    return run(this.store, {
      steps: transaction.steps,
      signers: new Set(transaction.signers),
      transactionHash: transaction.intentHashHex,
      nowS: this.nowS,
      epoch: this.#epoch,
      tipPercentage: transaction.tipPercentage,
      freeCredit: false,
    })
  }

  /** Executes and commits; a rejected transaction leaves no trace and returns its reason. */
  commit(transaction: UserTransaction): CommittedTransaction | { readonly rejected: string } {
    const result = this.dryRun(transaction)
    if (result.kind === 'rejected') return { rejected: result.errorMessage }
    this.#beforeCommit(transaction.steps)
    const { execution } = result
    const next = this.#next()
    this.store.commit(execution.track, next.stateVersion)
    const succeeded = result.kind === 'succeeded'
    const committed: CommittedTransaction = {
      ...next,
      kind: 'user',
      status: succeeded ? 'CommittedSuccess' : 'CommittedFailure',
      errorMessage: succeeded ? undefined : result.errorMessage,
      events: succeeded ? execution.events : [],
      fungibleChanges: [...execution.fungibleChanges.values()]
        .filter(({ change }) => !change.isZero())
        .map(({ change, ...rest }) => ({ ...rest, change: change.toString() })),
      feeChanges: execution.feeChanges,
      nonFungibleChanges: [...execution.nonFungibleChanges.values()].filter(
        ({ added, removed }) => added.length + removed.length > 0,
      ),
      affectedGlobalEntities: [...execution.affected],
      user: {
        intentHash: transaction.intentHash,
        payloadHash: transaction.payloadHash,
        payloadHex: transaction.payloadHex,
        manifest: transaction.manifest,
        feePaid: totalFee(result.fee).toString(),
        outputHex: succeeded ? result.outputs.map(encodeSbor) : [],
      },
    }
    this.#append(committed)
    this.#afterCommit(committed, result, transaction.steps)
    return committed
  }

  /** A simulated person's transaction: executed like any other, but made here and therefore without a notarised payload. */
  commitInternal(
    steps: readonly Step[],
    signers: readonly string[],
  ): CommittedTransaction | { readonly rejected: string } {
    const manifest = manifestText(steps)
    const digest = (what: string) =>
      createHash('sha256').update(`${what}:${this.#seed}:${this.#internalCount}:${manifest}`).digest()
    const intent = digest('intent')
    const payload = digest('payload')
    this.#internalCount++
    return this.commit({
      intentHash: hashAddress('txid', intent),
      intentHashHex: intent.toString('hex'),
      payloadHash: hashAddress('notarizedtransaction', payload),
      payloadHex: '',
      manifest,
      steps,
      signers,
      tipPercentage: 0,
    })
  }

  #next(): LedgerState {
    return {
      stateVersion: this.history.tipVersion + 1,
      epoch: this.#epoch,
      round: this.#round,
      timestampMs: this.#clock.nowMs,
    }
  }

  #append(transaction: CommittedTransaction): void {
    this.history.append(transaction)
  }

  /** Validators earn at every epoch change, so the price of LSU rises. */
  #payEmissions(track: Track): void {
    const share = STAKING_RATE_PER_YEAR.times(Decimal.fromInteger(Math.round(this.#epochMs / 1000))).dividedBy(
      SECONDS_PER_YEAR,
    )
    const xrd = this.store.resources.latest(XRD)
    if (xrd?.kind !== 'fungible') return
    let emitted = Decimal.ZERO
    for (const { address } of ADDRESSES.validators) {
      const key = vaultKey(address, XRD, 'stake')
      const staked = this.store.fungibleVaults.latest(key) ?? Decimal.ZERO
      const reward = staked.times(share)
      emitted = emitted.plus(reward)
      track.set(this.store.fungibleVaults, key, staked.plus(reward))
    }
    track.set(this.store.resources, XRD, { ...xrd, minted: xrd.minted.plus(emitted) })
  }
}
