import type { LedgerState } from '../view.ts'
import { encodePageCursor, pageOffset } from './cursor.ts'
import type { Endpoint } from './endpoint.ts'
import { fungibleVaultItem, renderEntity } from './entity-item.ts'
import { entityNotFound, invalidEntity } from './errors.ts'
import { renderLedgerState, stateFor } from './ledger-state.ts'
import type { Network } from './network.ts'
import { parseRequest } from './requests.ts'

/** `/state/entity/*`: components, accounts, resources, vaults; and the follow-up pages of their holdings. */
export function entityEndpoints({ name, schemas }: Network): readonly Endpoint[] {
  return [
    {
      path: '/state/entity/details',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.entityDetails, body)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const options = {
          byVault: request.aggregation_level === 'Vault',
          withIds: request.opt_ins?.non_fungible_include_nfids === true,
          explicitMetadata: request.opt_ins?.explicit_metadata,
          withNativeDetails: request.opt_ins?.native_resource_details === true,
        }
        return {
          ledger_state: renderLedgerState(state, name),
          // Newest address first stands for "not in the order of the request"; unknown addresses are left out.
          items: [...new Set(request.addresses)].reverse().flatMap((address) => {
            const entity = ledger.entity(address, state.stateVersion)
            return entity === undefined ? [] : renderEntity(address, entity, state, options)
          }),
        }
      },
    },
    {
      path: '/state/entity/page/fungible-vaults',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.fungibleVaults, body)
        const offset = pageOffset(request)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const entity = ledger.entity(request.address, state.stateVersion)
        if (entity === undefined) throw entityNotFound(request.address)
        if (entity.kind !== 'component') throw invalidEntity(request.address)
        const vaults = entity.fungibles.filter((vault) => vault.resource === request.resource_address)
        return {
          ledger_state: renderLedgerState(state, name),
          address: request.address,
          resource_address: request.resource_address,
          ...page(vaults.map(fungibleVaultItem), state, offset, request.limit_per_page),
        }
      },
    },
    {
      path: '/state/entity/page/non-fungible-vault/ids',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.nonFungibleVaultIds, body)
        const offset = pageOffset(request)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const entity = ledger.entity(request.address, state.stateVersion)
        if (entity === undefined) throw entityNotFound(request.address)
        if (entity.kind !== 'component') throw invalidEntity(request.address)
        const vault = entity.nonFungibles.find((held) => held.vault === request.vault_address)
        if (vault === undefined) throw entityNotFound(request.vault_address)
        return {
          ledger_state: renderLedgerState(state, name),
          address: request.address,
          resource_address: request.resource_address,
          ...page(vault.ids, state, offset, request.limit_per_page),
        }
      },
    },
  ]
}

function page<Item>(all: readonly Item[], state: LedgerState, offset: number, limit: number) {
  const next = offset + limit
  return {
    total_count: all.length,
    next_cursor: next < all.length ? encodePageCursor(state.stateVersion, next) : undefined,
    items: all.slice(offset, next),
  }
}
