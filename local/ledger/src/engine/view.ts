import { Decimal } from '@weft/domain/decimal'
import type { SborValue } from '../sbor.ts'
import type {
  CommittedTransaction,
  EntityView,
  EntryView,
  KeyView,
  LedgerState,
  LedgerView,
  NativeResource,
  NonFungibleLocationView,
  NonFungibleVaultBalance,
  NonFungibleView,
  VaultBalance,
} from '../view.ts'
import { ADDRESSES, PACKAGES } from './addressbook.ts'
import { isPreallocatedAccount, NETWORK_ID, NETWORK_NAME, XRD } from './addresses.ts'
import type { History } from './history.ts'
import { TOKENS } from './parameters.ts'
import type { NonFungibleRecord, ResourceRecord } from './records.ts'
import {
  dexState,
  lsulpPriceFeedState,
  marketState,
  nftValuatorState,
  poolComponentState,
  priceFeedState,
} from './rendering/components.ts'
import { cdpData, nonFungibleData } from './rendering/market-values.ts'
import { type StoreView, storeViews } from './rendering/stores.ts'
import { nonFungibleKey, type Store, totalSupply, vaultKey } from './store.ts'

/** Reads of the ledger at any state version. */
export class StoreLedgerView implements LedgerView {
  readonly networkId = NETWORK_ID
  readonly networkName = NETWORK_NAME
  readonly #store: Store
  readonly #history: History
  readonly #stores: ReadonlyMap<string, StoreView>

  constructor(store: Store, history: History) {
    this.#store = store
    this.#history = history
    this.#stores = storeViews(store)
  }

  tip(): LedgerState {
    const tip = this.#history.stateAt(this.#history.tipVersion)
    if (!tip) throw new RangeError('The ledger has no genesis.')
    return tip
  }

  stateAt(stateVersion: number): LedgerState | undefined {
    return this.#history.stateAt(stateVersion)
  }

  stateAtTime(unixMs: number): LedgerState | undefined {
    return this.#history.stateAtTime(unixMs)
  }

  stateAtEpoch(epoch: number, round?: number): LedgerState | undefined {
    return this.#history.stateAtEpoch(epoch, round)
  }

  transactionAt(stateVersion: number): CommittedTransaction | undefined {
    return this.#history.at(stateVersion)
  }

  transactionByIntent(intentHash: string): CommittedTransaction | undefined {
    return this.#history.ofIntent(intentHash)
  }

  entity(address: string, at: number): EntityView | undefined {
    const store = this.#store
    const resource = store.resources.at(address, at)
    if (resource) return resourceView(resource, this.#native(address, at))
    if (this.#stores.has(address)) return { kind: 'key-value-store' }
    const vault = store.vaultOfAddress(address)
    if (vault !== undefined) return this.#vaultView(vault, at)
    switch (address) {
      case ADDRESSES.market:
        return this.#component(address, at, PACKAGES.weft, 'LendingMarket', marketState(store, at))
      case ADDRESSES.pool:
        return this.#component(address, at, PACKAGES.weft, 'LendingPool', poolComponentState(store, at))
      case ADDRESSES.priceFeed:
        return this.#component(address, at, PACKAGES.priceFeed, 'PriceFeed', priceFeedState(store, at))
      case ADDRESSES.lsulpPriceFeed:
        return this.#component(
          address,
          at,
          PACKAGES.priceFeed,
          'CaviarLsuPriceFeedProxy',
          lsulpPriceFeedState(store, at),
        )
      case ADDRESSES.nftValuator:
        return this.#component(address, at, PACKAGES.weft, 'NftValuator', nftValuatorState())
      case ADDRESSES.dex:
        return this.#component(address, at, PACKAGES.dex, 'Dex', dexState())
      default:
        return this.#nativeComponent(address, at)
    }
  }

  nonFungibleIds(
    resource: string,
    at: number,
    offset: number,
    limit: number,
  ): { totalMinted: number; ids: readonly string[] } {
    const mints = this.#store.mintsOf(resource)
    const totalMinted = mints.countAt(at)
    return { totalMinted, ids: mints.slice(offset, Math.min(offset + limit, totalMinted)) }
  }

  nonFungible(resource: string, id: string, at: number): NonFungibleView | undefined {
    if (resource === ADDRESSES.cdpResource) {
      const number = cdpNumberOrNone(id)
      if (number === undefined) return undefined
      const version = this.#store.cdps.lastWriteAt(number, at)
      if (version === undefined) return undefined
      const cdp = this.#store.cdps.at(number, at)
      return { id, isBurned: !cdp, lastUpdatedAtStateVersion: version, data: cdp && cdpData(cdp) }
    }
    const key = nonFungibleKey(resource, id)
    const version = this.#store.nonFungibles.lastWriteAt(key, at)
    if (version === undefined) return undefined
    const record: NonFungibleRecord | undefined = this.#store.nonFungibles.at(key, at)
    return { id, isBurned: !record, lastUpdatedAtStateVersion: version, data: record && nonFungibleData(record) }
  }

  nonFungibleLocation(resource: string, id: string, at: number): NonFungibleLocationView | undefined {
    const found = this.nonFungible(resource, id, at)
    if (!found) return undefined
    const moved = this.#owner(resource, id, at)
    if (found.isBurned || !moved)
      return {
        id,
        isBurned: found.isBurned,
        lastUpdatedAtStateVersion: found.lastUpdatedAtStateVersion,
        vault: undefined,
        globalAncestor: undefined,
      }
    return {
      id,
      isBurned: false,
      lastUpdatedAtStateVersion: moved.version,
      vault: this.#store.vaultAddress(vaultKey(moved.value, resource)),
      globalAncestor: moved.value,
    }
  }

  keyValueStoreKeys(
    store: string,
    at: number,
    offset: number,
    limit: number,
  ): { totalCount: number; entries: readonly KeyView[] } {
    const keys = this.#stores.get(store)?.keysAt(at) ?? []
    return { totalCount: keys.length, entries: keys.slice(offset, offset + limit) }
  }

  keyValueStoreEntry(store: string, keyHex: string, at: number): EntryView | undefined {
    return this.#stores.get(store)?.entryAt(keyHex, at)
  }

  #owner(resource: string, id: string, at: number) {
    if (resource !== ADDRESSES.cdpResource)
      return this.#store.nonFungibleOwners.versionedAt(nonFungibleKey(resource, id), at)
    const number = cdpNumberOrNone(id)
    return number === undefined ? undefined : this.#store.cdpOwners.versionedAt(number, at)
  }

  #component(
    address: string,
    at: number,
    packageAddress: string,
    blueprint: string,
    state: SborValue | undefined,
  ): EntityView {
    return {
      kind: 'component',
      packageAddress,
      blueprint,
      state,
      nativeState: undefined,
      fungibles: this.#fungibles(address, at),
      nonFungibles: this.#nonFungibles(address, at),
      metadata: { name: blueprint },
    }
  }

  #nativeComponent(address: string, at: number): EntityView | undefined {
    const validator = this.#store.validators.at(address, at)
    const isAccount = this.#store.vaultsOf.at(address, at) !== undefined || isPreallocatedAccount(address)
    if (!validator && !isAccount) return undefined
    return {
      kind: 'component',
      packageAddress: validator ? PACKAGES.validator : PACKAGES.account,
      blueprint: validator ? 'Validator' : 'Account',
      state: undefined,
      nativeState: validator
        ? {
            is_registered: true,
            accepts_delegated_stake: true,
            validator_fee_factor: '0.02',
            stake_unit_resource_address: validator.lsu,
            claim_token_resource_address: validator.claimNft,
            stake_xrd_vault: this.#vaultEntity(vaultKey(address, XRD, 'stake')),
            pending_xrd_withdraw_vault: this.#vaultEntity(vaultKey(address, XRD, 'pending')),
          }
        : { default_deposit_rule: 'Accept' },
      fungibles: this.#fungibles(address, at),
      nonFungibles: this.#nonFungibles(address, at),
      metadata: validator ? { name: validator.symbol } : {},
    }
  }

  /** What the Gateway says of resources that a validator issues. */
  #native(address: string, at: number): NativeResource | undefined {
    const store = this.#store
    for (const { address: validator, lsu, claimNft } of ADDRESSES.validators) {
      if (address === claimNft) return { kind: 'claim-nft', validator }
      if (address !== lsu) continue
      const staked = store.fungibleVaults.at(vaultKey(validator, XRD, 'stake'), at) ?? Decimal.ZERO
      const record = store.resources.at(lsu, at)
      const supply = record ? totalSupply(record) : Decimal.ZERO
      const amount = supply.isZero() ? undefined : staked.dividedBy(supply).toString()
      return { kind: 'lsu', validator, redemption: { resource: XRD, amount } }
    }
    return undefined
  }

  #vaultEntity(key: string) {
    return {
      is_global: false,
      entity_type: 'InternalFungibleVault',
      entity_address: this.#store.vaultAddress(key),
    }
  }

  #vaultView(key: string, at: number): EntityView | undefined {
    const [, resource = ''] = key.split('|')
    const amount = this.#store.fungibleVaults.at(key, at)
    if (amount) return { kind: 'fungible-vault', resource, amount: amount.toString() }
    const ids = this.#store.nonFungibleVaults.at(key, at)
    return ids && { kind: 'non-fungible-vault', resource, count: ids.length }
  }

  #fungibles(owner: string, at: number): VaultBalance[] {
    return (this.#store.vaultsOf.at(owner, at) ?? []).flatMap((key) => {
      const balance = this.#store.fungibleVaults.versionedAt(key, at)
      if (!balance) return []
      const [, resource = ''] = key.split('|')
      return [
        {
          vault: this.#store.vaultAddress(key),
          resource,
          amount: balance.value.toString(),
          lastUpdatedAtStateVersion: balance.version,
        },
      ]
    })
  }

  #nonFungibles(owner: string, at: number): NonFungibleVaultBalance[] {
    return (this.#store.vaultsOf.at(owner, at) ?? []).flatMap((key) => {
      const held = this.#store.nonFungibleVaults.versionedAt(key, at)
      if (!held) return []
      const [, resource = ''] = key.split('|')
      return [
        {
          vault: this.#store.vaultAddress(key),
          resource,
          ids: held.value,
          lastUpdatedAtStateVersion: held.version,
        },
      ]
    })
  }
}

function resourceView(resource: ResourceRecord, native: NativeResource | undefined): EntityView {
  const supply = {
    totalSupply: totalSupply(resource).toString(),
    totalMinted: resource.minted.toString(),
    totalBurned: resource.burned.toString(),
    native,
    metadata: { name: NAMES.get(resource.symbol) ?? resource.symbol, symbol: resource.symbol },
  }
  return resource.kind === 'fungible'
    ? { kind: 'fungible-resource', divisibility: resource.divisibility, ...supply }
    : { kind: 'non-fungible-resource', idType: resource.idType, ...supply }
}

const NAMES = new Map(TOKENS.map(({ symbol, name }) => [symbol, name]))

function cdpNumberOrNone(id: string): number | undefined {
  const match = /^#(0|[1-9]\d{0,14})#$/.exec(id)
  return match ? Number(match[1]) : undefined
}
