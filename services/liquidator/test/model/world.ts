import {
  type CandidateMessage,
  type ExecutionJournal,
  type ExecutionRecord,
  type LedgerTip,
  LedgerUnavailableError,
  type SignedTransaction,
} from '@weft/domain'
import { ActionFailedError } from '@weft/ledger'
import { sweepLeftovers } from '../../src/commit/sweep.ts'
import type { LiquidatorDeps } from '../../src/deps.ts'
import { isLive } from '../../src/outcome/record-outcome.ts'
import { MarketAtTip } from '../../src/reading/market-at-tip.ts'
import type { TestMarket } from '../market.ts'
import type { Action, SubmissionLoss } from './action.ts'
import { AtLeastOnceQueue } from './at-least-once-queue.ts'
import type { Census } from './census.ts'
import { Crew, type Running } from './crew.ts'
import { canStillCommit, type StoredIntent, strayFunds, unexplained, unjustified } from './invariants.ts'
import { EPOCH_MS, OPENING_PRICE_XUSDC, type Opening, type Stage } from './stage.ts'

const MARKET_MAX_AGE_MS = 3_600_000
const LEASE_MS = 30_000
const VISIBILITY_TIMEOUT_MS = 60_000
const MAX_RECEIVE_COUNT = 3
const LONG_PAUSE_MS = VISIBILITY_TIMEOUT_MS + 2 * EPOCH_MS
/** Past lease and visibility timeout, but perhaps not past the epoch window. */
const OVERSLEPT_MS = VISIBILITY_TIMEOUT_MS + 1_000
/**
 * A market of three CDPs, a queue and up to three workers that move only when told to. Ledger, Gateway client, signer and journal
 * are the real ones; time is the ledger's and moves with its rounds.
 */
export class World {
  readonly #market: TestMarket
  readonly #deps: LiquidatorDeps
  readonly #cdps: readonly string[]
  readonly #queue = new AtLeastOnceQueue(VISIBILITY_TIMEOUT_MS, MAX_RECEIVE_COUNT)
  readonly #sent: CandidateMessage[] = []
  readonly #stored: StoredIntent[] = []
  readonly #census: Census
  readonly #crew: Crew
  #submissions: SubmissionLoss = 'through'

  private constructor({ market, cdps, reader }: Opening, census: Census) {
    this.#census = census
    this.#market = market
    this.#cdps = cdps
    const { limits } = market.deps
    this.#deps = {
      ...market.deps,
      market: new MarketAtTip(reader, market.deps.clock, MARKET_MAX_AGE_MS),
      limits: {
        ...limits,
        leaseMs: LEASE_MS,
        follow: { firstLookAfterMs: 1_000, pollEveryMs: 1_000, resubmitAfterMs: 5_000, giveBackAfterMs: 12_000 },
        spend: { ...limits.spend, maxFailedAttemptsPerCdp: 1_000 },
      },
    }
    this.#crew = new Crew(this.#queue, census, (owner) => ({
      ...this.#deps,
      owner,
      journal: this.#watchedJournal(),
      ledger: this.#watchedLedger(),
    }))
  }

  /** @param census counts what happens in this world. */
  static async open(stage: Stage, census: Census): Promise<World> {
    return new World(await stage.open(), census)
  }

  close(): Promise<void> {
    return this.#market.stop()
  }

  async do(action: Action): Promise<void> {
    const { control } = this.#market.ledger
    switch (action.do) {
      case 'detect':
        this.#detect()
        break
      case 'duplicate': {
        const candidate = this.#sent.at(action.nth)
        if (candidate) {
          this.#send(candidate)
          this.#census.count('candidate queued twice')
        }
        break
      }
      case 'deliver':
        this.#deliver()
        break
      case 'step':
        await this.#withWorker(action.worker, (running) => this.#crew.step(running, action.times))
        break
      case 'finish':
        await this.#withWorker(action.worker, (running) => this.#crew.finish(running))
        break
      case 'kill':
        await this.#withWorker(action.worker, async (running) => {
          await this.#crew.step(running, action.after)
          this.#crew.kill(running)
        })
        break
      case 'killBefore': {
        const running = await this.#goTo(action.worker, action.call, action.nth)
        if (running) this.#crew.kill(running)
        break
      }
      case 'wearOut':
        await this.#wearOut(action.call)
        break
      case 'price':
        control.setPrices({ xUSDC: String((OPENING_PRICE_XUSDC * action.percent) / 100) })
        this.#census.count('price moved')
        break
      case 'compete':
        this.#may('competitor was faster', () => control.liquidateAsCompetitor(this.#cdp(action.cdp)))
        break
      case 'outrun':
        await this.#outrun(action.worker)
        break
      case 'repay':
        this.#may('borrower repaid', () =>
          control.repayLoan(this.#cdp(action.cdp), { resource: 'XRD', amount: '1000' }),
        )
        break
      case 'rounds':
        control.advanceRound(action.count)
        break
      case 'longPause':
        this.#letPass(LONG_PAUSE_MS)
        break
      case 'oversleep':
        await this.#oversleep(action.worker, action.call)
        break
      case 'submissions':
        this.#setSubmissions(action.get)
        break
      case 'mode':
        this.#market.setMode(action.mode)
        break
      case 'sweep':
        await sweepLeftovers(20, this.#deps)
        this.#census.count('swept')
        break
    }
  }

  /** Lets all that is left come to its end, with an operator who wants it to. */
  async settle(): Promise<void> {
    this.#setSubmissions('through')
    this.#market.setMode('live')
    this.#letPass(12_000)
    await this.#crew.finishAll()
    for (let round = 0; this.#queue.size > 0; round += 1) {
      if (round > 200) throw new Error(`${this.#queue.size} messages never came to an end.`)
      const waitMs = (this.#queue.nextVisibleAtMs ?? 0) - this.#deps.clock.now()
      if (waitMs > 0) this.#letPass(waitMs)
      this.#deliver()
      await this.#crew.finishAll()
    }
    // A window of two epochs, closed by a clock whose trusted epoch was read late in it and may lag by another.
    this.#letPass(LEASE_MS + 5 * EPOCH_MS)
    await sweepLeftovers(100, this.#deps)
  }

  /** What may never be false, after any action. */
  broken(): string | undefined {
    if (this.#crew.unexpectedFault) return this.#crew.unexpectedFault
    const { duplicateIntents, liquidatedTwiceInOneExcursion } = this.#market.ledger.control.summary()
    if (duplicateIntents > 0) return `${duplicateIntents} intents for a CDP that had one`
    if (liquidatedTwiceInOneExcursion.length > 0) return `liquidated twice: ${liquidatedTwiceInOneExcursion.join(', ')}`
    const twice = this.#cdps.find((cdpId) => this.#liveIntents(cdpId) > 1)
    return twice && `${this.#liveIntents(twice)} signed intents of ${twice} can still commit`
  }

  /** What must hold once everything has settled. */
  async brokenAtEnd(): Promise<string | undefined> {
    const broken = this.broken()
    if (broken) return broken
    const records = (await Promise.all(this.#cdps.map((cdpId) => this.#journalOf(cdpId)))).flat()
    const open = records.find((record) => isLive(record) || record.state === 'planned')
    if (open) return `attempt ${open.attempt} of ${open.cdpId} is still ${open.state}`
    for (const { state, realised } of records)
      if (state === 'expired') this.#census.count('attempt expired')
      else if (state === 'failed' && realised) this.#census.count('attempt failed on ledger')
    const { sent, answered, deadLetters } = this.#queue
    if (sent !== answered + deadLetters.length)
      return `${sent} candidates were queued, ${answered} answered and ${deadLetters.length} dead-lettered`
    this.#census.count('message dead-lettered', deadLetters.length)
    const evidence = { ledger: this.#market.ledger, account: this.#deps.signer.account, records, stored: this.#stored }
    return unexplained(evidence) ?? unjustified(evidence) ?? strayFunds(evidence)
  }

  #detect(): void {
    for (const cdpId of this.#market.ledger.control.liquidatable()) this.#send(this.#market.candidate(cdpId))
  }

  #send(candidate: CandidateMessage): void {
    this.#sent.push(candidate)
    this.#queue.send(candidate)
    this.#census.count('candidate queued')
  }

  #cdp(nth: number): string {
    return this.#cdps[nth % this.#cdps.length] ?? '#1#'
  }

  #liveIntents(cdpId: string): number {
    return canStillCommit(this.#market.ledger, this.#stored, cdpId)
  }

  #setSubmissions(get: SubmissionLoss): void {
    this.#submissions = get
    this.#market.ledger.control.setMempoolFault(get === 'lost in the mempool' ? { loseProbability: 1 } : {})
  }

  async #journalOf(cdpId: string): Promise<readonly ExecutionRecord[]> {
    return (await this.#deps.journal.standingOf(this.#market.candidate(cdpId).cdpId)).attempts
  }

  /** In rounds of a second, as a ledger makes them: a jump would look like a halt. */
  #letPass(ms: number): void {
    this.#market.ledger.control.advanceRound(Math.ceil(ms / 1_000))
  }

  #deliver(): void {
    this.#crew.takeMessage(this.#deps.clock.now())
  }

  async #withWorker(nth: number, act: (running: Running) => Promise<void>): Promise<void> {
    const running = this.#crew.at(nth)
    if (running) await act(running)
  }

  async #outrun(nth: number): Promise<void> {
    const running = await this.#goTo(nth, 'ledger.fate', 1)
    if (running)
      this.#may('competitor struck after our submission', () =>
        this.#market.ledger.control.liquidateAsCompetitor(running.message.candidate.cdpId),
      )
  }

  /** The sleeper wakes when its claim has lapsed and another worker has come to the same call. */
  async #oversleep(nth: number, call: string): Promise<void> {
    const sleeper = await this.#goTo(nth, call, 1)
    if (!sleeper?.worker.isRunning) return
    this.#letPass(OVERSLEPT_MS)
    this.#deliver()
    const successor = this.#crew.newest
    if (!successor || successor === sleeper) return
    this.#census.count('worker overslept')
    await this.#crew.goOnTo(successor, call, 1)
    await this.#crew.finish(sleeper)
  }

  /** Like {@link Crew.goOnTo}; with nobody at work there would be nothing to go wrong, so somebody gets something to do. */
  async #goTo(nth: number, call: string, times: number): Promise<Running | undefined> {
    if (this.#crew.isIdle && this.#queue.size === 0) this.#detect()
    if (this.#crew.isIdle) this.#deliver()
    const running = this.#crew.at(nth)
    if (running) await this.#crew.goOnTo(running, call, times)
    return running
  }

  async #wearOut(call: string): Promise<void> {
    const givenUp = this.#queue.deadLetters.length
    for (let delivery = 0; delivery <= MAX_RECEIVE_COUNT; delivery += 1) {
      const running = await this.#goTo(0, call, 1)
      if (running) this.#crew.kill(running)
      if (this.#queue.size === 0 || this.#queue.deadLetters.length > givenUp) return
      this.#letPass(OVERSLEPT_MS)
    }
  }

  /** The same journal; every signed payload that reaches it is noted. */
  #watchedJournal(): ExecutionJournal {
    const { journal } = this.#deps
    const stored = this.#stored
    return new Proxy(journal, {
      get(target, property) {
        if (property !== 'advance') return Reflect.get(target, property, target).bind(target)
        return async (...args: Parameters<ExecutionJournal['advance']>) => {
          await target.advance(...args)
          const [, , { state, signed, cdpId }] = args
          if (state === 'signed' && signed) stored.push({ cdpId, transaction: signed })
        }
      },
    })
  }

  /** The same ledger; submissions fare as the story has it. */
  #watchedLedger(): LedgerTip {
    const { ledger } = this.#deps
    return new Proxy(ledger, {
      get: (target, property) => {
        if (property !== 'submit') return Reflect.get(target, property, target).bind(target)
        return async (transaction: SignedTransaction) => {
          const fate = this.#submissions
          this.#census.count(`submission ${fate}`)
          const verdict = fate === 'lost on the way' ? undefined : await target.submit(transaction)
          if (verdict && fate !== 'unanswered') return verdict
          throw new LedgerUnavailableError('the model', 0, new Error(`the submission is ${fate}`))
        }
      },
    })
  }

  /** The market may refuse what a person wants to do; that is no fault of the model. */
  #may(what: string, action: () => unknown): void {
    try {
      action()
      this.#census.count(what)
    } catch (error) {
      if (!(error instanceof ActionFailedError)) throw error
    }
  }
}
