import { committedTransactionEndpoints } from './committed-transaction-endpoints.ts'
import type { Endpoint } from './endpoint.ts'
import { entityEndpoints } from './entity-endpoints.ts'
import { keyValueStoreEndpoints } from './key-value-store-endpoints.ts'
import type { Network } from './network.ts'
import { nonFungibleEndpoints } from './non-fungible-endpoints.ts'
import { previewEndpoint } from './preview-endpoint.ts'
import { statusEndpoints } from './status-endpoints.ts'
import { submissionEndpoints } from './submission-endpoints.ts'

/** Every Gateway endpoint the local ledger answers. */
export function gatewayEndpoints(network: Network): readonly Endpoint[] {
  return [
    ...statusEndpoints(network),
    ...nonFungibleEndpoints(network),
    ...entityEndpoints(network),
    ...keyValueStoreEndpoints(network),
    ...committedTransactionEndpoints(network),
    previewEndpoint(network),
    ...submissionEndpoints(network),
  ]
}
