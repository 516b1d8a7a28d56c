import type { Ledger } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { GatewayClient, GatewayLedger, parseNetworkConfig } from '@weft/radix'

export function clientOf(gatewayUrl: string): GatewayClient {
  return new GatewayClient({ gatewayUrls: [gatewayUrl], policy: { maxRequestsPerSecond: 10_000 } })
}

/** Reads a local ledger at `gatewayUrl` as the services do. */
export function readerOf(ledger: Ledger, gatewayUrl: string, client = clientOf(gatewayUrl)): GatewayLedger {
  const network = parseNetworkConfig(networkFileOf(ledger.addresses, gatewayUrl), 'the local ledger')
  return new GatewayLedger(client, network)
}
