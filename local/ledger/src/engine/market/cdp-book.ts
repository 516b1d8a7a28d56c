import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import { type Bucket, cdpNumber, type Execution } from '../execution/execution.ts'
import type {
  CdpRecord,
  CollateralInfo,
  EfficiencyMode,
  LoanInfo,
  NftCollateralInfo,
  RecordedConfig,
} from '../records.ts'
import { amountEvent, nftEvent } from '../rendering/events.ts'
import { judge, nftContents } from './health.ts'
import { lend, repay, totals } from './pool.ts'
import { requireCollateralService, requireLoanService, requireNftService, requireService } from './services.ts'
import { MarketError, type MarketState } from './state.ts'

/** What owners do with their CDPs. After each of these the positions record the configuration in force and the CDP must be healthy. */

export function findCdp(market: MarketState, id: string): CdpRecord {
  const cdp = market.track.get(market.store.cdps, cdpNumber(id))
  if (!cdp) throw new MarketError(`CDPNotFound: ${id}`)
  return cdp
}

export function createCdp(
  execution: Execution,
  order: {
    readonly name: string
    readonly collaterals: readonly Bucket[]
    readonly nfts: readonly Bucket[]
    readonly borrows: ReadonlyMap<string, Decimal>
  },
): Bucket[] {
  const { market, store, track } = execution
  requireService(market, 'market', 'CreateCDP', 'Global')
  const number = market.cdpCounter() + 1
  const id = `#${number}#`
  track.set(store.cdpCounter, 'counter', number)
  execution.countCdp(1, 0)
  execution.affected.add(ADDRESSES.market)
  const draft = new CdpDraft(execution, id, {
    mintedAtS: market.nowS,
    updatedAtS: market.nowS,
    name: order.name,
    loans: new Map(),
    collaterals: new Map(),
    nftCollaterals: new Map(),
  })
  for (const [resource, amount] of totals(order.collaterals)) draft.add(resource, amount)
  for (const bucket of order.nfts) draft.addNfts(bucket)
  const borrowed = [...order.borrows].map(([resource, amount]) => draft.borrow(resource, amount))
  draft.saveAsOwner()
  return [{ kind: 'non-fungible', resource: ADDRESSES.cdpResource, ids: [id] }, ...borrowed]
}

/** A CDP being changed within one call. */
export class CdpDraft {
  readonly #execution: Execution
  readonly #id: string
  readonly #record: CdpRecord
  readonly loans: Map<string, LoanInfo>
  readonly collaterals: Map<string, CollateralInfo>
  readonly nftCollaterals: Map<string, NftCollateralInfo>

  constructor(execution: Execution, id: string, record: CdpRecord) {
    this.#execution = execution
    this.#id = id
    this.#record = record
    this.loans = new Map(record.loans)
    this.collaterals = new Map(record.collaterals)
    this.nftCollaterals = new Map(record.nftCollaterals)
  }

  static open(execution: Execution, id: string): CdpDraft {
    return new CdpDraft(execution, id, findCdp(execution.market, id))
  }

  add(resource: string, amount: Decimal, event = 'AddCollateralEvent'): void {
    const { market } = this.#execution
    requireCollateralService(market, event.startsWith('Flash') ? 'FlashOperation' : 'Add', resource)
    if (!market.resourceConfig(market.judgedAs(resource)).collateral)
      throw new MarketError(`NotACollateralResource: ${resource}`)
    this.#execution.put(ADDRESSES.market, { kind: 'fungible', resource, amount })
    this.addAmount(resource, amount)
    this.emitAmount(event, resource, amount)
  }

  /** Books collateral that is already in the market's vault. */
  addAmount(resource: string, amount: Decimal): void {
    const held = this.collaterals.get(resource)
    const config = held?.config ?? currentConfig(this.#execution.market, resource, [...this.loans.keys()])
    this.collaterals.set(resource, { amount: (held?.amount ?? Decimal.ZERO).plus(amount), config })
  }

  remove(resource: string, amount: Decimal, event = 'RemoveCollateralEvent'): Bucket {
    requireCollateralService(this.#execution.market, event.startsWith('Flash') ? 'FlashOperation' : 'Remove', resource)
    const bucket = this.take(resource, amount)
    this.emitAmount(event, resource, amount)
    return bucket
  }

  /** Takes collateral out of the books and the market's vault. */
  take(resource: string, amount: Decimal): Bucket {
    const held = this.collaterals.get(resource)
    if (!held || held.amount.lt(amount)) throw new MarketError(`CollateralNotEnough: ${amount} of ${resource}`)
    if (held.amount.eq(amount)) this.collaterals.delete(resource)
    else this.collaterals.set(resource, { ...held, amount: held.amount.minus(amount) })
    return this.#execution.takeAmount(ADDRESSES.market, resource, amount)
  }

  addNfts(bucket: Bucket): void {
    const { market } = this.#execution
    if (bucket.kind !== 'non-fungible') throw new MarketError(`NotAnNFT: ${bucket.resource}`)
    requireNftService(market, 'Add', bucket.resource)
    const limit = market.settings().maxClaimNftValue
    const held = this.nftCollaterals.get(bucket.resource)
    const configs = new Map<string, RecordedConfig>(held?.configs)
    for (const id of bucket.ids) {
      const contents = nftContents(market, bucket.resource, id)
      for (const [resource, amount] of contents) {
        if (market.track.get(market.store.nftTypes, bucket.resource)?.kind === 'claim' && amount.gt(limit))
          throw new MarketError(`ClaimNFTTooLarge: ${amount} XRD, at most ${limit}`)
        if (!configs.has(resource)) configs.set(resource, currentConfig(market, resource, [...this.loans.keys()]))
      }
      this.#emitNft('AddNFTCollateralEvent', bucket.resource, id, contents)
    }
    this.nftCollaterals.set(bucket.resource, { ids: [...(held?.ids ?? []), ...bucket.ids], configs })
    this.#execution.put(ADDRESSES.market, bucket)
  }

  removeNft(resource: string, id: string, event = 'RemoveNFTCollateralEvent'): Bucket {
    const { market } = this.#execution
    requireNftService(market, event === 'RemoveNFTCollateralEvent' ? 'Remove' : 'RemoveForLiquidation', resource)
    const held = this.nftCollaterals.get(resource)
    if (!held?.ids.includes(id)) throw new MarketError(`NFTCollateralNotFound: ${resource} ${id}`)
    const ids = held.ids.filter((each) => each !== id)
    if (ids.length === 0) this.nftCollaterals.delete(resource)
    else this.nftCollaterals.set(resource, { ...held, ids })
    this.#emitNft(event, resource, id, nftContents(market, resource, id))
    return this.#execution.takeIds(ADDRESSES.market, resource, [id])
  }

  borrow(resource: string, amount: Decimal): Bucket {
    const { market } = this.#execution
    requireLoanService(market, 'Borrow', resource)
    if (!market.resourceConfig(resource).loan) throw new MarketError(`NotALoanResource: ${resource}`)
    const { bucket, units } = lend(this.#execution, resource, amount)
    const owed = this.loans.get(resource)?.units ?? Decimal.ZERO
    this.loans.set(resource, { units: owed.plus(units), configVersion: market.currentLoanVersion(resource) })
    this.emitAmount('BorrowEvent', resource, amount)
    return bucket
  }

  /** Repays with at most what is owed. @returns the change. */
  repay(payment: Bucket): Bucket {
    if (payment.kind !== 'fungible') throw new MarketError(`LoanNotFound: ${payment.resource}`)
    requireLoanService(this.#execution.market, 'Repay', payment.resource)
    const owed = this.amountOwed(payment.resource).round(this.#execution.divisibility(payment.resource), 'AwayFromZero')
    const accepted = Decimal.min(owed, payment.amount)
    this.settle(payment.resource, accepted)
    this.emitAmount('RepayEvent', payment.resource, accepted)
    return { ...payment, amount: payment.amount.minus(accepted) }
  }

  amountOwed(resource: string): Decimal {
    const loan = this.loans.get(resource)
    if (!loan) throw new MarketError(`LoanNotFound: ${resource}`)
    return this.#execution.market.loanRatio(resource).amountOf(loan.units)
  }

  /** Pays `amount` of a loan into the pool; a loan without units left is gone. */
  settle(resource: string, amount: Decimal): void {
    const loan = this.loans.get(resource)
    if (!loan) throw new MarketError(`LoanNotFound: ${resource}`)
    const settled = repay(this.#execution, { kind: 'fungible', resource, amount }, loan.units)
    const units = loan.units.minus(settled)
    if (units.isZero()) this.loans.delete(resource)
    else this.loans.set(resource, { ...loan, units })
  }

  /** Saves what a liquidation left: recorded configurations stay as they are **(inferred)**. */
  save(): CdpRecord {
    const { market, store, track } = this.#execution
    const cdp: CdpRecord = {
      ...this.#record,
      updatedAtS: market.nowS,
      loans: this.loans,
      collaterals: this.collaterals,
      nftCollaterals: this.nftCollaterals,
    }
    track.set(store.cdps, cdpNumber(this.#id), cdp)
    this.#execution.affected.add(ADDRESSES.market).add(ADDRESSES.cdpResource)
    return cdp
  }

  /** Saves an owner's change: configurations in force are recorded, and the result must be within limits and healthy. */
  saveAsOwner(options: { readonly checkHealth: boolean } = { checkHealth: true }): void {
    const { market } = this.#execution
    recordConfigs(market, this)
    const { maxPositions, maxPositionsWithNft } = market.settings()
    const nfts = [...this.nftCollaterals.values()].reduce((count, { ids }) => count + ids.length, 0)
    const limit = nfts > 0 ? maxPositionsWithNft : maxPositions
    const positions = this.loans.size + this.collaterals.size + nfts
    if (positions > limit) throw new MarketError(`TooManyPositions: ${positions}, at most ${limit}`)
    const cdp = this.save()
    const { healthLtv } = judge(market, cdp)
    if (options.checkHealth && healthLtv.gt(Decimal.ONE)) throw new MarketError(`CDPUnhealthy: health LTV ${healthLtv}`)
  }

  emitAmount(event: string, resource: string, amount: Decimal): void {
    this.#execution.emit('market', amountEvent(event, this.#id, resource, amount))
  }

  #emitNft(event: string, resource: string, id: string, contents: ReadonlyMap<string, Decimal>): void {
    this.#execution.emit('market', nftEvent(event, this.#id, resource, id, contents))
  }
}

/** Burns an empty CDP. */
export function burnCdp(execution: Execution, id: string): void {
  const { market, store, track } = execution
  requireService(market, 'market', 'BurnCDP', 'Global')
  const cdp = findCdp(market, id)
  if (cdp.loans.size + cdp.collaterals.size + cdp.nftCollaterals.size > 0) throw new MarketError(`CDPNotEmpty: ${id}`)
  track.set(store.cdps, cdpNumber(id), undefined)
  track.set(store.cdpOwners, cdpNumber(id), undefined)
  execution.countCdp(0, 1)
  execution.affected.add(ADDRESSES.market)
}

/** Every position records the mode that the loans allow and the version in force. */
function recordConfigs(market: MarketState, draft: CdpDraft): void {
  for (const [resource, loan] of draft.loans)
    draft.loans.set(resource, { ...loan, configVersion: market.currentLoanVersion(resource) })
  const loans = [...draft.loans.keys()]
  for (const [resource, collateral] of draft.collaterals)
    draft.collaterals.set(resource, { ...collateral, config: currentConfig(market, resource, loans) })
  for (const [resource, nfts] of draft.nftCollaterals) {
    const configs = [...nfts.configs.keys()].map((of) => [of, currentConfig(market, of, loans)] as const)
    draft.nftCollaterals.set(resource, { ...nfts, configs: new Map(configs) })
  }
}

export function currentConfig(market: MarketState, resource: string, loans: readonly string[]): RecordedConfig {
  const mode = efficiencyMode(market, resource, loans)
  return { mode, version: market.currentCollateralVersion(resource, mode) }
}

/**
 * The best mode that all loans allow **(inferred)**: every loan is the collateral itself (or a deposit unit's underlying) →
 * identical resource; every loan is in one of the collateral's efficiency groups → that group; else none.
 */
function efficiencyMode(market: MarketState, resource: string, loans: readonly string[]): EfficiencyMode {
  if (loans.length === 0) return { kind: 'none' }
  const type = market.resourceType(resource)
  const same = type.kind === 'deposit-unit' ? type.underlying : resource
  if (loans.every((loan) => loan === same)) return { kind: 'identical' }
  const groups = market.resourceConfig(market.judgedAs(resource)).collateral?.efficiencyGroups ?? []
  for (const group of groups)
    if (loans.every((loan) => market.resourceConfig(loan).loan?.efficiencyGroup === group))
      return { kind: 'group', group }
  return { kind: 'none' }
}
