import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import type { CloudResources } from '@weft/cloud'
import type { CandidateMessage, ExecutionJournal, ExecutionRecord, SignedTransaction } from '@weft/domain'
import { ActionFailedError } from '@weft/ledger'
import { GatewayClient, GatewayLedger } from '@weft/radix'
import type { LiquidatorDeps } from '../deps.ts'
import { MarketAtTip } from '../market-at-tip.ts'
import { isLive } from '../record-outcome.ts'
import { sweepLeftovers } from '../sweep.ts'
import { networkOf, startTestMarket, type TestCloud, type TestMarket } from '../test-market.ts'
import type { Action } from './action.ts'
import { AtLeastOnceQueue, type QueuedMessage } from './at-least-once-queue.ts'
import { SteppedWorker } from './stepped-worker.ts'

const OPENING_PRICE_XUSDC = 225
const EPOCH_MS = 20_000
const LEASE_MS = 30_000
const VISIBILITY_TIMEOUT_MS = 60_000
const MAX_RECEIVE_COUNT = 5
/** Calls of ports after which a worker is taken for stuck. */
const MAX_STEPS = 1_000

/** How a finished candidate ended, for the count of what the runs reached. */
export type Ending = string

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
  readonly #stored: { readonly cdpId: string; readonly transaction: SignedTransaction }[] = []
  readonly endings: Ending[] = []
  #workers: { readonly worker: SteppedWorker; readonly message: QueuedMessage }[] = []
  #names = 0

  private constructor(market: TestMarket, cdps: readonly string[]) {
    this.#market = market
    this.#cdps = cdps
    const { limits } = market.deps
    const client = new GatewayClient({ gatewayUrl: market.server.url })
    const pinned = new GatewayLedger(client, networkOf(market.ledger, market.server.url))
    this.#deps = {
      ...market.deps,
      // Reading the market is most of the work and not what is looked at here: what is out of date is read again on disagreement.
      market: new MarketAtTip(pinned, market.deps.clock, 3_600_000),
      limits: {
        ...limits,
        leaseMs: LEASE_MS,
        follow: { firstLookAfterMs: 1_000, pollEveryMs: 1_000, resubmitAfterMs: 5_000, giveBackAfterMs: 12_000 },
        spend: { ...limits.spend, maxFailedAttemptsPerCdp: 1_000 },
      },
    }
  }

  /** @param resources of an earlier world, which is over; its table is emptied. */
  static async open(cloud: TestCloud, resources?: CloudResources): Promise<World> {
    if (resources) await emptyTable(cloud, resources.table)
    const market = await startTestMarket(cloud, {
      ledger: { seed: 1, epochMs: EPOCH_MS, commitDelayMs: { min: 0, max: 8_000 } },
      walletXrd: '100000',
      ...(resources ? { resources } : {}),
    })
    market.setMode('live')
    const cdps = ['60', '80', '100'].map((xUSDC) =>
      market.ledger.control.openCdp({
        collaterals: { xUSDC },
        loans: { XRD: String(Math.floor(Number(xUSDC) * OPENING_PRICE_XUSDC * 0.6)) },
      }),
    )
    return new World(market, cdps)
  }

  get resources(): CloudResources {
    return this.#market.resources
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
        if (candidate) this.#send(candidate)
        break
      }
      case 'deliver':
        this.#deliver()
        break
      case 'step':
        await this.#step(action.worker, action.times)
        break
      case 'finish':
        await this.#step(action.worker, MAX_STEPS)
        break
      case 'kill':
        await this.#step(action.worker, action.after)
        this.#kill(action.worker)
        break
      case 'killBefore':
        await this.#goTo(action.worker, action.call, action.nth)
        this.#kill(action.worker)
        break
      case 'price':
        control.setPrices({ xUSDC: String((OPENING_PRICE_XUSDC * action.percent) / 100) })
        break
      case 'compete':
        refusable(() => control.liquidateAsCompetitor(this.#cdp(action.cdp)))
        break
      case 'outrun':
        await this.#outrun(action.worker)
        break
      case 'repay':
        refusable(() => control.repayLoan(this.#cdp(action.cdp), { resource: 'XRD', amount: '1000' }))
        break
      case 'rounds':
        control.advanceRound(action.count)
        break
      case 'longPause':
        this.#letPass(VISIBILITY_TIMEOUT_MS + 2 * EPOCH_MS)
        break
      case 'mempool':
        control.setMempoolFault(action.loses ? { loseProbability: 1 } : {})
        break
      case 'mode':
        this.#market.setMode(action.mode)
        break
      case 'sweep':
        await sweepLeftovers(20, this.#deps)
        break
    }
  }

  /** Lets all that is left come to its end, with an operator who wants it to. */
  async settle(): Promise<void> {
    const { control } = this.#market.ledger
    control.setMempoolFault({})
    this.#market.setMode('live')
    this.#letPass(12_000)
    while (this.#workers.length > 0) await this.#step(0, MAX_STEPS)
    for (let round = 0; this.#queue.size > 0; round += 1) {
      if (round > 200) throw new Error(`${this.#queue.size} messages never came to an end.`)
      const waitMs = (this.#queue.nextVisibleAtMs ?? 0) - this.#deps.clock.now()
      if (waitMs > 0) this.#letPass(waitMs)
      this.#deliver()
      while (this.#workers.length > 0) await this.#step(0, MAX_STEPS)
    }
    this.#letPass(LEASE_MS + 3 * EPOCH_MS)
    await sweepLeftovers(100, this.#deps)
  }

  /** What may never be false, after any action. */
  broken(): string | undefined {
    const { duplicateIntents, liquidatedTwiceInOneExcursion } = this.#market.ledger.control.summary()
    if (duplicateIntents > 0) return `${duplicateIntents} intents for a CDP that had one`
    if (liquidatedTwiceInOneExcursion.length > 0) return `liquidated twice: ${liquidatedTwiceInOneExcursion.join(', ')}`
    const twice = this.#cdps.find((cdpId) => this.#canStillCommit(cdpId).length > 1)
    return twice && `${this.#canStillCommit(twice).length} signed intents of ${twice} can still commit`
  }

  /** What must hold once everything has settled. */
  async brokenAtEnd(): Promise<string | undefined> {
    const broken = this.broken()
    if (broken) return broken
    const records = (await Promise.all(this.#cdps.map((cdpId) => this.#journalOf(cdpId)))).flat()
    const open = records.find((record) => isLive(record) || record.state === 'planned')
    if (open) return `attempt ${open.attempt} of ${open.cdpId} is still ${open.state}`
    return this.#unexplained(records) ?? unjustified(records) ?? this.#strayFunds()
  }

  #detect(): void {
    for (const cdpId of this.#market.ledger.control.liquidatable()) this.#send(this.#market.candidate(cdpId))
  }

  #send(candidate: CandidateMessage): void {
    this.#sent.push(candidate)
    this.#queue.send(candidate)
  }

  #cdp(nth: number): string {
    return this.#cdps[nth % this.#cdps.length] ?? '#1#'
  }

  /**
   * Intents whose payload is stored, so that somebody may submit them, and that are neither committed nor past their window. A
   * signature that died with its worker before it was stored can be submitted by nobody.
   */
  #canStillCommit(cdpId: string): readonly SignedTransaction[] {
    const { ledger } = this.#market
    return this.#stored
      .filter((each) => each.cdpId === cdpId)
      .map(({ transaction }) => transaction)
      .filter(
        ({ intentHash, endEpochExclusive }) =>
          ledger.tip().epoch < endEpochExclusive && !ledger.transactionByIntent(intentHash),
      )
  }

  #journalOf(cdpId: string): Promise<readonly ExecutionRecord[]> {
    return this.#deps.journal.attemptsOf(this.#market.candidate(cdpId).cdpId)
  }

  /** In rounds of a second, as a ledger makes them: a jump would look like a halt. */
  #letPass(ms: number): void {
    this.#market.ledger.control.advanceRound(Math.ceil(ms / 1_000))
  }

  #deliver(): void {
    if (this.#workers.length >= 3) return
    const message = this.#queue.receive(this.#deps.clock.now())
    if (!message) return
    this.#names += 1
    const deps = { ...this.#deps, owner: `worker-${this.#names}`, journal: this.#watchedJournal() }
    this.#workers.push({ worker: new SteppedWorker(message.candidate, deps), message })
  }

  async #step(nth: number, times: number): Promise<void> {
    const running = this.#workers[nth % Math.max(1, this.#workers.length)]
    if (!running) return
    for (let step = 0; step < times && running.worker.isRunning; step += 1) await running.worker.step()
    const { end } = running.worker
    if (!end) {
      if (times >= MAX_STEPS) throw new Error(`A worker is stuck before ${running.worker.standsBefore}.`)
      return
    }
    this.#workers = this.#workers.filter((each) => each !== running)
    if (end.kind === 'outcome') this.#queue.acknowledge(running.message)
    else this.#queue.giveBack(running.message, this.#deps.clock.now())
    this.endings.push(end.kind === 'outcome' ? end.outcome.kind : `fault ${nameOf(end.error)}`)
  }

  async #outrun(nth: number): Promise<void> {
    const running = await this.#goTo(nth, 'ledger.fate', 1)
    if (running) refusable(() => this.#market.ledger.control.liquidateAsCompetitor(running.message.candidate.cdpId))
  }

  /** Lets a worker go on until it stands before `call` for the `times`th time, or has ended. */
  async #goTo(nth: number, call: string, times: number) {
    // With nobody at work there would be nothing to go wrong.
    if (this.#workers.length === 0 && this.#queue.size === 0) this.#detect()
    if (this.#workers.length === 0) this.#deliver()
    const running = this.#workers[nth % Math.max(1, this.#workers.length)]
    let stood = 0
    for (let step = 0; running?.worker.isRunning && step < MAX_STEPS; step += 1) {
      if (running.worker.standsBefore === call) stood += 1
      if (stood === times) break
      await running.worker.step()
    }
    return running
  }

  #kill(nth: number): void {
    const running = this.#workers[nth % Math.max(1, this.#workers.length)]
    // One that has ended is acknowledged or given back by the next step; only a process at work can be killed.
    if (!running?.worker.isRunning) return
    running.worker.die()
    this.endings.push(`killed before ${running.worker.standsBefore}`)
    this.#workers = this.#workers.filter((each) => each !== running)
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

  /** The journal explains the ledger: every transaction of ours has a record that says what became of it, and the other way round. */
  #unexplained(records: readonly ExecutionRecord[]): string | undefined {
    const byIntent = new Map<string, ExecutionRecord>(
      records.flatMap((record) => (record.signed ? [[record.signed.intentHash, record] as const] : [])),
    )
    for (const { transaction } of this.#stored) {
      const { intentHash } = transaction
      const committed = this.#market.ledger.transactionByIntent(intentHash)
      const record = byIntent.get(intentHash)
      const expected = committed ? (committed.status === 'CommittedSuccess' ? 'committed' : 'failed') : undefined
      if (committed && record?.state !== expected)
        return `${intentHash} is ${committed.status} on ledger and ${record?.state ?? 'unknown'} in the journal`
      if (!committed && record?.state === 'committed') return `${intentHash} is committed in the journal only`
      if (committed && record?.realised?.committedStateVersion !== committed.stateVersion)
        return `the journal has ${intentHash} at another state version`
    }
    const ours = this.#market.ledger.control.summary().liquidations.filter(({ by }) => by === this.#deps.signer.account)
    const stranger = ours.find(({ transactionId }) => byIntent.get(transactionId)?.state !== 'committed')
    return stranger && `liquidation ${stranger.transactionId} is not in the journal`
  }

  /** Whatever our transactions moved stayed with us, the market, its pool and the exchange. */
  #strayFunds(): string | undefined {
    const { market, pool, dex } = this.#market.ledger.addresses
    const allowed = new Set<string>([this.#deps.signer.account, market, pool, dex])
    for (const { transaction } of this.#stored) {
      const committed = this.#market.ledger.transactionByIntent(transaction.intentHash)
      const stray = committed?.fungibleChanges.find(({ entity }) => !allowed.has(entity))
      if (stray) return `${transaction.intentHash} moved ${stray.change} to ${stray.entity}`
    }
    return undefined
  }
}

/** Each liquidation answers evidence of its own: a candidate that was found after the one before had committed. */
function unjustified(records: readonly ExecutionRecord[]): string | undefined {
  const committed = records.filter(({ realised, state }) => realised && state === 'committed')
  const repeated = committed.find(({ cdpId, attempt, candidateStateVersion }) =>
    committed.some(
      (earlier) =>
        earlier.cdpId === cdpId &&
        earlier.attempt < attempt &&
        (earlier.realised?.committedStateVersion ?? 0) >= candidateStateVersion,
    ),
  )
  return repeated && `attempt ${repeated.attempt} of ${repeated.cdpId} liquidated on evidence that was answered before`
}

async function emptyTable({ clients }: TestCloud, table: string): Promise<void> {
  const { Items = [] } = await clients.dynamodb.send(new ScanCommand({ TableName: table }))
  const deletions = Items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }))
  for (let from = 0; from < deletions.length; from += 25)
    await clients.dynamodb.send(new BatchWriteCommand({ RequestItems: { [table]: deletions.slice(from, from + 25) } }))
}

/** The market may refuse what a person wants to do; that is no fault of the model. */
function refusable(action: () => unknown): void {
  try {
    action()
  } catch (error) {
    if (!(error instanceof ActionFailedError)) throw error
  }
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error)
}
