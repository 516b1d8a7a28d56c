import type { Endpoint } from './endpoint.ts'
import { renderLedgerState, tipWithinLag } from './ledger-state.ts'
import type { Network } from './network.ts'
import { wellKnownAddresses } from './well-known-addresses.ts'

/** The Gateway version whose behaviour the local ledger follows. */
const OPEN_API_SCHEMA_VERSION = 'v1.10.6'

/** `/status/*` and `/transaction/construction`: what stands at the tip. */
export function statusEndpoints(network: Network): readonly Endpoint[] {
  const wellKnown = wellKnownAddresses(network.id)
  return [
    {
      path: '/status/gateway-status',
      // Never fails on lag: it is how a client finds out about one.
      handle: ({ ledger }) => ({
        ledger_state: renderLedgerState(ledger.tip(), network.name),
        release_info: {
          release_version: 'local-ledger',
          open_api_schema_version: OPEN_API_SCHEMA_VERSION,
          image_tag: 'local-ledger',
        },
      }),
    },
    {
      path: '/status/network-configuration',
      handle: () => ({ network_id: network.id, network_name: network.name, well_known_addresses: wellKnown }),
    },
    {
      path: '/transaction/construction',
      handle: ({ ledger, lag }) => ({
        ledger_state: renderLedgerState(tipWithinLag(ledger, lag, 'Construction'), network.name),
      }),
    },
  ]
}
