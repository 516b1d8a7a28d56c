import { createHash } from 'node:crypto'
import { Decimal } from '@weft/domain/decimal'
import type { CommittedTransaction } from '../view.ts'
import { ADDRESSES } from './addressbook.ts'
import { XRD } from './addresses.ts'
import * as actions from './cdp-actions.ts'
import { wholeMinute } from './clock.ts'
import {
  ActionFailedError,
  type ActorPlan,
  type CdpSpec,
  type LedgerControl,
  type LedgerDigests,
  LedgerHaltedError,
  type LedgerSummary,
  type MempoolFault,
  type ServiceChange,
  UnknownNameError,
} from './control.ts'
import { genesisDigest } from './digests.ts'
import { manifestText } from './execution/manifest-text.ts'
import { resourceByName } from './genesis/market.ts'
import { GLOBAL_SCOPES, SERVICES } from './market/services.ts'
import * as people from './people.ts'
import type { Simulation } from './simulation.ts'

/** The operators' transactions are paid by the faucet. */
const ADMINISTRATORS = [people.ADMINISTRATOR_ACCOUNT, ADDRESSES.faucetAccount]

/** {@link LedgerControl} over the simulation: every change is a transaction in a round of its own. */
export class SimulationControl implements LedgerControl {
  readonly #simulation: Simulation
  readonly #script = createHash('sha256')
  #genesisDigest: string | undefined

  constructor(simulation: Simulation) {
    this.#simulation = simulation
  }

  setPrices(prices: Readonly<Record<string, string>>, how: { readonly feedOnly?: boolean } = {}): number {
    const amounts = pricesByName(prices)
    let version = 0
    this.#round(() => {
      version = this.#simulation.publish(amounts, how.feedOnly ?? false)
    })
    this.#script.update(JSON.stringify(['prices', [...amounts], how.feedOnly ?? false]))
    return version
  }

  schedulePrices(
    script: readonly {
      readonly atMs: number
      readonly prices: Readonly<Record<string, string>>
      readonly feedOnly?: boolean
    }[],
  ): void {
    this.#simulation.schedule(
      script.map(({ atMs, prices, feedOnly }) => ({
        dueMs: this.#simulation.startMs + atMs,
        prices: pricesByName(prices),
        feedOnly: feedOnly ?? false,
      })),
    )
  }

  advanceRound(count = 1): number {
    for (let i = 0; i < count; i++) this.#round()
    return this.#tipVersion()
  }

  advanceEpoch(count = 1): number {
    for (let i = 0; i < count; i++) {
      this.#requireRunning()
      this.#simulation.round(undefined, true)
    }
    return this.#tipVersion()
  }

  advanceTime(ms: number): void {
    this.#simulation.advanceTime(ms)
  }

  haltClock(halted: boolean): void {
    this.#simulation.halt(halted)
  }

  fundAccount(account: string, amounts: Readonly<Record<string, string>>): number {
    const steps = people.fundAccount(account, actions.amountsByName(amounts))
    return this.#commit(() => ({ steps, signers: people.GENEROUS_ACCOUNTS })).stateVersion
  }

  openCdp(spec: CdpSpec): string {
    let id = ''
    this.#commit(() => {
      const { action, cdpId } = actions.open(this.#simulation.chain, spec)
      id = cdpId
      return action
    })
    return id
  }

  exploitPrice(how: {
    readonly collaterals: Readonly<Record<string, string>>
    readonly loans: Readonly<Record<string, string>>
    readonly takeBack?: Readonly<Record<string, string>>
  }): string {
    let id = ''
    this.#commit(() => {
      const { action, cdpId } = actions.exploit(this.#simulation.chain, how)
      id = cdpId
      return action
    })
    return id
  }

  repayLoan(cdpId: string, how: { readonly resource?: string; readonly amount?: string } = {}): number {
    return this.#commit(() => actions.repay(this.#simulation.chain, cdpId, how)).stateVersion
  }

  addCollateral(cdpId: string, amounts: Readonly<Record<string, string>>): number {
    return this.#commit(() => actions.addCollateral(this.#simulation.chain, cdpId, amounts)).stateVersion
  }

  removeCollateral(cdpId: string, amounts: Readonly<Record<string, string>>): number {
    return this.#commit(() => actions.draw(this.#simulation.chain, cdpId, 'collateralsOut', amounts)).stateVersion
  }

  borrow(cdpId: string, amounts: Readonly<Record<string, string>>): number {
    return this.#commit(() => actions.draw(this.#simulation.chain, cdpId, 'borrows', amounts)).stateVersion
  }

  closeCdp(cdpId: string): number {
    return this.#commit(() => actions.close(this.#simulation.chain, cdpId)).stateVersion
  }

  liquidateAsCompetitor(cdpId: string): number {
    return this.#commit(() => {
      const action = actions.liquidate(this.#simulation.chain, cdpId)
      if (!action) throw new ActionFailedError(`${cdpId} has nothing that the competitor could take.`)
      return action
    }).stateVersion
  }

  startActors(plan: ActorPlan | undefined): void {
    this.#simulation.actors.start(plan)
  }

  setMempoolFault(fault: MempoolFault): void {
    this.#simulation.mempool.setFault(fault)
  }

  setCommitDelay(delayMs: { readonly min: number; readonly max: number }): void {
    this.#simulation.mempool.setDelay(delayMs)
  }

  setService({ component, service, resource, scope, enabled }: ServiceChange): number {
    const services: readonly string[] = SERVICES[component]
    if (!services.includes(service))
      throw new UnknownNameError(`${component} has no service "${service}"; it has ${services.join(', ')}.`)
    const where = resource === undefined ? (scope ?? GLOBAL_SCOPES[component][0]) : resourceByName(resource)
    const steps = people.setService(component, service, where, enabled)
    return this.#commit(() => ({ steps, signers: ADMINISTRATORS })).stateVersion
  }

  setPriceFeedId(resource: string, id: number): number {
    const steps = people.setPriceFeedId(resourceByName(resource), id)
    return this.#commit(() => ({ steps, signers: ADMINISTRATORS })).stateVersion
  }

  updateCollateralConfig(
    id: number,
    config: { readonly loanToValue: string; readonly thresholdSpread: string; readonly bonusRate: string },
    formerValidSeconds: number,
  ): number {
    const exact = {
      loanToValue: Decimal.parse(config.loanToValue),
      thresholdSpread: Decimal.parse(config.thresholdSpread),
      bonusRate: Decimal.parse(config.bonusRate),
    }
    const steps = people.updateCollateralConfig(id, exact, formerValidSeconds)
    return this.#commit(() => ({ steps, signers: ADMINISTRATORS })).stateVersion
  }

  liquidatable(): readonly string[] {
    return this.#simulation.liquidatable.numbers().map((number) => `#${number}#`)
  }

  liquidationLtv(cdpId: string): Decimal {
    return actions.cdpAt(this.#simulation.chain, cdpId).health.liquidationLtv
  }

  summary(): LedgerSummary {
    const { chain, log } = this.#simulation
    const cdps = chain.store.resources.latest(ADDRESSES.cdpResource)
    const [minted, burned] = cdps?.kind === 'non-fungible' ? [cdps.minted, cdps.burned] : [0, 0]
    return {
      stateVersion: chain.history.tipVersion,
      epoch: chain.epoch,
      cdps: minted - burned,
      burned,
      liquidatable: this.liquidatable(),
      liquidations: log.records,
      liquidatedTwiceInOneExcursion: log.twiceInOneExcursion,
      liquidatedRepeatedly: log.repeatedly,
      duplicateIntents: log.duplicateIntents,
      historyDigest: chain.history.digest(),
    }
  }

  digests(): LedgerDigests {
    const { chain, startMs } = this.#simulation
    // Of the past, so it is worked out once: on a large ledger that takes a second.
    this.#genesisDigest ??= genesisDigest(chain.store, wholeMinute(Math.floor(startMs / 1000)))
    return {
      genesis: this.#genesisDigest,
      script: this.#script.copy().digest('hex'),
      transactions: chain.history.actsDigest(),
    }
  }

  #round(first?: () => void): void {
    this.#requireRunning()
    this.#simulation.round(first)
  }

  #requireRunning(): void {
    if (this.#simulation.isHalted)
      throw new LedgerHaltedError('The ledger is halted and commits nothing; call haltClock(false) first.')
  }

  /** Commits a simulated user's action in a round of its own. @throws {ActionFailedError} when it is no success. */
  #commit(
    plan: () => { readonly steps: actions.Action['steps']; readonly signers: readonly string[] },
  ): CommittedTransaction {
    let outcome: ReturnType<Simulation['chain']['commit']> | undefined
    this.#round(() => {
      const { steps, signers } = plan()
      outcome = this.#simulation.chain.commitInternal(steps, signers)
      this.#script.update(JSON.stringify([manifestText(steps), 'rejected' in outcome ? 'rejected' : outcome.status]))
    })
    if (outcome === undefined) throw new ActionFailedError('Nothing was committed.')
    if ('rejected' in outcome) throw new ActionFailedError(outcome.rejected)
    if (outcome.status !== 'CommittedSuccess') throw new ActionFailedError(outcome.errorMessage ?? 'Failed.')
    return outcome
  }

  #tipVersion(): number {
    return this.#simulation.chain.history.tipVersion
  }
}

/** @throws {UnknownNameError} for a price of XRD itself: a fall of XRD is a rise of everything else. */
function pricesByName(prices: Readonly<Record<string, string>>): ReadonlyMap<string, Decimal> {
  const amounts = actions.amountsByName(prices)
  const xrd = amounts.get(XRD)
  if (xrd && !xrd.eq(Decimal.ONE))
    throw new UnknownNameError('XRD is the unit of account and always 1; to let it fall, raise the other prices.')
  amounts.delete(XRD)
  return amounts
}
