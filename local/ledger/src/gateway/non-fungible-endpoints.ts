import type { LedgerView, NonFungibleView } from '../view.ts'
import { encodePageCursor, pageOffset } from './cursor.ts'
import type { Endpoint } from './endpoint.ts'
import { entityNotFound, invalidEntity } from './errors.ts'
import { renderLedgerState, stateFor } from './ledger-state.ts'
import type { Network } from './network.ts'
import { parseRequest } from './requests.ts'
import { renderStateValue } from './state-values.ts'

/** `/state/non-fungible/*`: ids, data and whereabouts of the non-fungibles of a resource. */
export function nonFungibleEndpoints({ name, schemas }: Network): readonly Endpoint[] {
  return [
    {
      path: '/state/non-fungible/ids',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.nonFungibleIds, body)
        const offset = pageOffset(request)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        nonFungibleIdType(ledger, request.resource_address, state.stateVersion)
        const { totalMinted, ids } = ledger.nonFungibleIds(
          request.resource_address,
          state.stateVersion,
          offset,
          request.limit_per_page,
        )
        const next = offset + ids.length
        return {
          ledger_state: renderLedgerState(state, name),
          resource_address: request.resource_address,
          non_fungible_ids: {
            // Counts the minted ones, burned included, but only where the page shows any.
            total_count: ids.length === 0 ? 0 : totalMinted,
            next_cursor: next < totalMinted && ids.length > 0 ? encodePageCursor(state.stateVersion, next) : undefined,
            items: ids,
          },
        }
      },
    },
    {
      path: '/state/non-fungible/data',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.nonFungibleData, body)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        const idType = nonFungibleIdType(ledger, request.resource_address, state.stateVersion)
        const found: NonFungibleView[] = []
        for (const id of new Set(request.non_fungible_ids)) {
          const item = ledger.nonFungible(request.resource_address, id, state.stateVersion)
          if (item !== undefined) found.push(item)
        }
        return {
          ledger_state: renderLedgerState(state, name),
          resource_address: request.resource_address,
          non_fungible_id_type: idType,
          non_fungible_ids: found.sort(newestMintFirst).map((item) => ({
            non_fungible_id: item.id,
            is_burned: item.isBurned,
            last_updated_at_state_version: item.lastUpdatedAtStateVersion,
            data: item.data === undefined ? undefined : renderStateValue(item.data),
          })),
        }
      },
    },
    {
      path: '/state/non-fungible/location',
      handle({ body, ledger, lag }) {
        const request = parseRequest(schemas.nonFungibleLocation, body)
        const state = stateFor(request.at_ledger_state, ledger, lag)
        nonFungibleIdType(ledger, request.resource_address, state.stateVersion)
        return {
          ledger_state: renderLedgerState(state, name),
          resource_address: request.resource_address,
          non_fungible_ids: request.non_fungible_ids.flatMap((id) => {
            const location = ledger.nonFungibleLocation(request.resource_address, id, state.stateVersion)
            if (location === undefined) return []
            return {
              non_fungible_id: location.id,
              is_burned: location.isBurned,
              last_updated_at_state_version: location.lastUpdatedAtStateVersion,
              owning_vault_address: location.vault,
              owning_vault_parent_ancestor_address: location.globalAncestor,
              owning_vault_global_ancestor_address: location.globalAncestor,
            }
          }),
        }
      },
    },
  ]
}

/** @throws {GatewayError} 404 when nothing is at `resource` at that state, 400 when it is no non-fungible resource. */
function nonFungibleIdType(ledger: LedgerView, resource: string, stateVersion: number): string {
  const entity = ledger.entity(resource, stateVersion)
  if (entity === undefined) throw entityNotFound(resource)
  if (entity.kind !== 'non-fungible-resource') throw invalidEntity(resource)
  return entity.idType
}

/** Never the order of the request. Integer ids are minted in ascending order; other kinds have no order to tell, so any will do. */
function newestMintFirst(a: NonFungibleView, b: NonFungibleView): number {
  const byLength = b.id.length - a.id.length
  return byLength !== 0 ? byLength : a.id < b.id ? 1 : -1
}
