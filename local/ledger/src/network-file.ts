import { NETWORK_ID } from './engine/addresses.ts'
import type { LedgerAddresses } from './engine/control.ts'

type Named = Pick<LedgerAddresses, 'xrd' | 'market' | 'pool' | 'cdpResource' | 'dex'>

/** What a client has to know of a ledger with these addresses, in the form of `networks/*.json`. @param gatewayUrl where it is served @param epochMs absent: as on the live ledger */
export function networkFileOf(addresses: Named, gatewayUrl: string, epochMs?: number) {
  const { xrd, market, pool, cdpResource, dex } = addresses
  return {
    name: 'local',
    networkId: NETWORK_ID,
    gatewayUrls: [gatewayUrl],
    ...(epochMs === undefined ? {} : { epochMs }),
    addresses: { xrd, market, pool, cdpResource },
    venues: [{ name: 'local-dex', kind: 'simulated-dex', component: dex }],
  } as const
}
