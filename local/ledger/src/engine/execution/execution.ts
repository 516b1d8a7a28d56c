import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../../sbor.ts'
import type { FungibleBalanceChange, LedgerEvent, NonFungibleBalanceChange } from '../../view.ts'
import { ADDRESSES, PACKAGES } from '../addressbook.ts'
import { XRD } from '../addresses.ts'
import { MarketError, type MarketState } from '../market/state.ts'
import type { NonFungibleRecord } from '../records.ts'
import { nonFungibleKey, type Store, vaultKey } from '../store.ts'
import type { Track } from '../table.ts'
import { AuthZone } from './auth-zone.ts'

/** Resources on their way between vaults. Nothing else holds any while a manifest runs. */
export type Bucket =
  | { readonly kind: 'fungible'; readonly resource: string; readonly amount: Decimal }
  | { readonly kind: 'non-fungible'; readonly resource: string; readonly ids: readonly string[] }

export interface VaultChange {
  readonly instruction: number
  readonly resource: string
  readonly entity: string
  readonly vaultKey: string
  /** Signed; a non-fungible vault's change counts ids. */
  readonly amount: Decimal
}

/** What one owner gained or lost of one resource. */
export interface AmountChange {
  readonly entity: string
  readonly resource: string
  readonly change: Decimal
}

/** The manifest cannot go on; the text is the receipt's error message. */
export class ExecutionError extends Error {
  override readonly name = 'ExecutionError'
}

/** One transaction in progress: what it sees, what it holds, and what it did. */
export class Execution {
  readonly market: MarketState
  readonly epoch: number
  /** Hex of the intent hash; the price cache names it. */
  readonly transactionHash: string
  readonly events: LedgerEvent[] = []
  readonly vaultChanges: VaultChange[] = []
  readonly fungibleChanges = new Map<string, AmountChange>()
  readonly feeChanges: FungibleBalanceChange[] = []
  readonly nonFungibleChanges = new Map<string, NonFungibleBalanceChange>()
  readonly affected = new Set<string>()
  readonly authZone = new AuthZone()
  /** Amounts still owed under each flash loan's term NFT. */
  readonly flashLoans = new Map<string, ReadonlyMap<string, Decimal>>()
  instruction = 0
  readonly #signers: ReadonlySet<string> | 'everyone'
  #nonFungiblesMade = 0

  constructor(context: {
    readonly market: MarketState
    readonly epoch: number
    readonly transactionHash: string
    readonly signers: ReadonlySet<string> | 'everyone'
  }) {
    this.market = context.market
    this.epoch = context.epoch
    this.transactionHash = context.transactionHash
    this.#signers = context.signers
  }

  get store(): Store {
    return this.market.store
  }

  get track(): Track {
    return this.market.track
  }

  /** @throws {ExecutionError} unless the account's owner signed. */
  requireOwner(account: string): void {
    if (this.#signers !== 'everyone' && !this.#signers.has(account))
      throw new ExecutionError(`AuthError(Unauthorized): the owner of ${account} has not signed`)
  }

  /** @param event its type name is the event's name */
  emit(component: 'market' | 'pool' | 'dex', event: SborValue): void {
    const [packageAddress, blueprint, emitter] = EMITTERS[component]
    if (event.typeName === undefined) throw new TypeError('An event without a name.')
    this.events.push({ name: event.typeName, packageAddress, blueprint, emitter, payload: event })
  }

  balance(owner: string, resource: string, role = ''): Decimal {
    return this.track.get(this.store.fungibleVaults, vaultKey(owner, resource, role)) ?? Decimal.ZERO
  }

  /** @throws {ExecutionError} when the vault holds less. */
  takeAmount(owner: string, resource: string, amount: Decimal, role = ''): Bucket {
    this.requireAmount(resource, amount)
    const balance = this.balance(owner, resource, role)
    if (amount.gt(balance))
      throw new ExecutionError(`VaultError(InsufficientBalance): ${owner} has ${balance} of ${resource}, not ${amount}`)
    this.#setBalance(owner, resource, balance.minus(amount), amount.negated(), role)
    return { kind: 'fungible', resource, amount }
  }

  takeIds(owner: string, resource: string, ids: readonly string[]): Bucket {
    const key = vaultKey(owner, resource)
    const held = this.track.get(this.store.nonFungibleVaults, key) ?? []
    for (const id of ids)
      if (!held.includes(id))
        throw new ExecutionError(`VaultError(MissingId): ${owner} does not hold ${id} of ${resource}`)
    this.track.set(
      this.store.nonFungibleVaults,
      key,
      held.filter((id) => !ids.includes(id)),
    )
    this.#recordIds(owner, resource, [], ids)
    return { kind: 'non-fungible', resource, ids }
  }

  put(owner: string, bucket: Bucket, role = ''): void {
    if (bucket.kind === 'fungible') {
      if (bucket.amount.isZero()) return
      this.#openVault(owner, vaultKey(owner, bucket.resource, role))
      this.#setBalance(
        owner,
        bucket.resource,
        this.balance(owner, bucket.resource, role).plus(bucket.amount),
        bucket.amount,
        role,
      )
      return
    }
    if (bucket.ids.length === 0) return
    const key = vaultKey(owner, bucket.resource)
    this.#openVault(owner, key)
    const held = this.track.get(this.store.nonFungibleVaults, key) ?? []
    this.track.set(this.store.nonFungibleVaults, key, [...held, ...bucket.ids])
    for (const id of bucket.ids) this.#setOwner(bucket.resource, id, owner)
    this.#recordIds(owner, bucket.resource, bucket.ids, [])
  }

  /** Sets XRD aside for the fee; {@link settleFee} gives back what was not needed. */
  lockFee(account: string, amount: Decimal): void {
    this.requireAmount(XRD, amount)
    const key = vaultKey(account, XRD)
    const balance = this.balance(account, XRD)
    if (amount.gt(balance))
      throw new ExecutionError(`VaultError(LockFeeInsufficientBalance): ${account} has ${balance} XRD, not ${amount}`)
    this.track.set(this.store.fungibleVaults, key, balance.minus(amount))
    this.vaultChanges.push({
      instruction: this.instruction,
      resource: XRD,
      entity: account,
      vaultKey: key,
      amount: amount.negated(),
    })
  }

  /** Burns `paid` of an account's XRD and returns `locked` to it; fees are no part of the ordinary balance changes. */
  settleFee(account: string, locked: Decimal, paid: Decimal): void {
    this.track.set(
      this.store.fungibleVaults,
      vaultKey(account, XRD),
      this.balance(account, XRD).plus(locked).minus(paid),
    )
    this.affected.add(account)
    this.#changeSupply(XRD, Decimal.ZERO, paid)
    this.affected.delete(XRD)
    this.feeChanges.push({ entity: account, resource: XRD, change: paid.negated().toString() })
  }

  mint(resource: string, amount: Decimal): Bucket {
    this.#changeSupply(resource, amount, Decimal.ZERO)
    return { kind: 'fungible', resource, amount }
  }

  mintNonFungible(resource: string, record: NonFungibleRecord): Bucket {
    const hex = `${this.transactionHash}${(this.#nonFungiblesMade++).toString(16).padStart(8, '0')}`.slice(-64)
    const id = `{${[0, 16, 32, 48].map((start) => hex.slice(start, start + 16)).join('-')}}`
    this.track.set(this.store.nonFungibles, nonFungibleKey(resource, id), record)
    this.#changeCount(resource, 1, 0)
    return { kind: 'non-fungible', resource, ids: [id] }
  }

  /** A CDP's id is the next integer. */
  countCdp(minted: number, burned: number): void {
    this.#changeCount(ADDRESSES.cdpResource, minted, burned)
  }

  burn(bucket: Bucket): void {
    if (bucket.kind === 'fungible') {
      this.#changeSupply(bucket.resource, Decimal.ZERO, bucket.amount)
      return
    }
    for (const id of bucket.ids) {
      this.track.set(this.store.nonFungibles, nonFungibleKey(bucket.resource, id), undefined)
      this.track.set(this.store.nonFungibleOwners, nonFungibleKey(bucket.resource, id), undefined)
    }
    this.#changeCount(bucket.resource, 0, bucket.ids.length)
  }

  /** @throws {ExecutionError} for negative amounts and more digits than the resource has. */
  requireAmount(resource: string, amount: Decimal): void {
    const places = this.divisibility(resource)
    if (amount.isNegative() || !amount.round(places, 'ToZero').eq(amount))
      throw new ExecutionError(`ResourceError(InvalidAmount): ${amount} of ${resource}, which has ${places} digits`)
  }

  divisibility(resource: string): number {
    const record = this.track.get(this.store.resources, resource)
    if (record?.kind !== 'fungible') throw new ExecutionError(`ResourceNotFound: ${resource} is no fungible resource`)
    return record.divisibility
  }

  isNonFungible(resource: string): boolean {
    const record = this.track.get(this.store.resources, resource)
    if (!record) throw new ExecutionError(`ResourceNotFound: ${resource}`)
    return record.kind === 'non-fungible'
  }

  #setOwner(resource: string, id: string, owner: string): void {
    if (resource === ADDRESSES.cdpResource) this.track.set(this.store.cdpOwners, cdpNumber(id), owner)
    else this.track.set(this.store.nonFungibleOwners, nonFungibleKey(resource, id), owner)
  }

  #openVault(owner: string, key: string): void {
    const vaults = this.track.get(this.store.vaultsOf, owner) ?? []
    if (!vaults.includes(key)) this.track.set(this.store.vaultsOf, owner, [...vaults, key])
  }

  #setBalance(owner: string, resource: string, balance: Decimal, change: Decimal, role: string): void {
    const key = vaultKey(owner, resource, role)
    this.track.set(this.store.fungibleVaults, key, balance)
    this.affected.add(owner)
    if (change.isZero()) return
    this.vaultChanges.push({ instruction: this.instruction, resource, entity: owner, vaultKey: key, amount: change })
    const total = `${owner}|${resource}`
    const before = this.fungibleChanges.get(total)?.change ?? Decimal.ZERO
    this.fungibleChanges.set(total, { entity: owner, resource, change: before.plus(change) })
  }

  #recordIds(owner: string, resource: string, added: readonly string[], removed: readonly string[]): void {
    const key = vaultKey(owner, resource)
    this.affected.add(owner)
    this.vaultChanges.push({
      instruction: this.instruction,
      resource,
      entity: owner,
      vaultKey: key,
      amount: Decimal.fromInteger(added.length - removed.length),
    })
    const before = this.nonFungibleChanges.get(key)
    this.nonFungibleChanges.set(key, {
      entity: owner,
      resource,
      added: [...(before?.added ?? []).filter((id) => !removed.includes(id)), ...added],
      removed: [
        ...(before?.removed ?? []).filter((id) => !added.includes(id)),
        ...removed.filter((id) => !before?.added.includes(id)),
      ],
    })
  }

  #changeSupply(resource: string, minted: Decimal, burned: Decimal): void {
    const record = this.track.get(this.store.resources, resource)
    if (record?.kind !== 'fungible') throw new ExecutionError(`ResourceNotFound: ${resource} is no fungible resource`)
    this.affected.add(resource)
    this.track.set(this.store.resources, resource, {
      ...record,
      minted: record.minted.plus(minted),
      burned: record.burned.plus(burned),
    })
  }

  #changeCount(resource: string, minted: number, burned: number): void {
    const record = this.track.get(this.store.resources, resource)
    if (record?.kind !== 'non-fungible') throw new ExecutionError(`ResourceNotFound: ${resource} is no NFT`)
    this.affected.add(resource)
    this.track.set(this.store.resources, resource, {
      ...record,
      minted: record.minted + minted,
      burned: record.burned + burned,
    })
  }
}

const EMITTERS = {
  market: [PACKAGES.weft, 'LendingMarket', ADDRESSES.market],
  pool: [PACKAGES.weft, 'LendingPool', ADDRESSES.pool],
  dex: [PACKAGES.dex, 'Dex', ADDRESSES.dex],
} as const

/** `#12#` → 12. @throws {MarketError} for anything else. */
export function cdpNumber(id: string): number {
  const match = /^#(\d{1,15})#$/.exec(id)
  if (!match) throw new MarketError(`CDPNotFound: ${id}`)
  return Number(match[1])
}
