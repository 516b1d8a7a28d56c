import { networkEnding } from './network-address.ts'
import { type RequestSchemas, requestSchemas } from './requests.ts'

/** What endpoints need to know of the network they serve. */
export interface Network {
  readonly id: number
  readonly name: string
  readonly schemas: RequestSchemas
}

export function networkOf(ledger: { readonly networkId: number; readonly networkName: string }): Network {
  return {
    id: ledger.networkId,
    name: ledger.networkName,
    schemas: requestSchemas(networkEnding(ledger.networkId)),
  }
}
