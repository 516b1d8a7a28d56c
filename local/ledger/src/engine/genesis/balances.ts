import { Decimal } from '@weft/domain/decimal'
import { ADDRESSES } from '../addressbook.ts'
import type { ResourceRecord } from '../records.ts'
import { nonFungibleKey, type Store, type VaultKey, vaultKey } from '../store.ts'

/** Who owns what at genesis; written to the store at the end, when every supply is known. */
export class GenesisBalances {
  readonly #amounts = new Map<VaultKey, Decimal>()
  readonly #ids = new Map<VaultKey, string[]>()
  readonly #vaults = new Map<string, VaultKey[]>()
  readonly #minted = new Map<string, Decimal>()

  credit(owner: string, resource: string, amount: Decimal, role = ''): void {
    const key = vaultKey(owner, resource, role)
    const before = this.#amounts.get(key)
    if (before === undefined) this.#open(owner, key)
    this.#amounts.set(key, (before ?? Decimal.ZERO).plus(amount))
    this.#minted.set(resource, this.minted(resource).plus(amount))
  }

  creditId(owner: string, resource: string, id: string): void {
    const key = vaultKey(owner, resource)
    const held = this.#ids.get(key)
    if (held) held.push(id)
    else {
      this.#open(owner, key)
      this.#ids.set(key, [id])
    }
  }

  minted(resource: string): Decimal {
    return this.#minted.get(resource) ?? Decimal.ZERO
  }

  write(store: Store, version: number): void {
    for (const [key, amount] of this.#amounts) store.fungibleVaults.write(key, amount, version)
    for (const [key, ids] of this.#ids) {
      store.nonFungibleVaults.write(key, ids, version)
      const [owner = '', resource = ''] = key.split('|')
      // Owners of CDPs have a table of their own.
      if (resource === ADDRESSES.cdpResource) continue
      for (const id of ids) store.nonFungibleOwners.write(nonFungibleKey(resource, id), owner, version)
    }
    for (const [owner, keys] of this.#vaults) store.vaultsOf.write(owner, keys, version)
    for (const [resource, minted] of this.#minted) {
      const record: ResourceRecord | undefined = store.resources.latest(resource)
      if (record?.kind === 'fungible') store.resources.write(resource, { ...record, minted }, version)
    }
  }

  #open(owner: string, key: VaultKey): void {
    const keys = this.#vaults.get(owner)
    if (keys) keys.push(key)
    else this.#vaults.set(owner, [key])
  }
}
