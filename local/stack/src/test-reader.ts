import type { Ledger } from '@weft/ledger'
import { GatewayClient, GatewayLedger, parseNetworkConfig } from '@weft/radix'

export function clientOf(gatewayUrl: string): GatewayClient {
  return new GatewayClient({ gatewayUrl, policy: { maxRequestsPerSecond: 10_000 } })
}

/** Reads a local ledger at `gatewayUrl` as the services do. */
export function readerOf(
  { addresses, networkId }: Ledger,
  gatewayUrl: string,
  client = clientOf(gatewayUrl),
): GatewayLedger {
  const { xrd, market, pool, cdpResource, priceFeed, loanTermResource } = addresses
  const network = parseNetworkConfig(
    {
      name: 'local',
      networkId,
      gatewayUrl,
      addresses: { xrd, market, pool, cdpResource, priceFeed, loanTermResource },
      venues: [],
    },
    'the local ledger',
  )
  return new GatewayLedger(client, network)
}
