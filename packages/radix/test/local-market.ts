import { createLedger, type Ledger, type LedgerOptions, type LedgerServer, startLedgerServer } from '@weft/ledger'
import { networkFileOf } from '@weft/ledger/network-file'
import { GatewayClient, type GatewayClientOptions } from '../src/gateway/gateway-client.ts'
import { type NetworkConfig, parseNetworkConfig } from '../src/network-config.ts'
import { GatewayLedger } from '../src/weft/gateway-ledger.ts'

export interface LocalMarket {
  readonly ledger: Ledger
  readonly server: LedgerServer
  readonly network: NetworkConfig
  readonly client: GatewayClient
  readonly reader: GatewayLedger
  close(): Promise<void>
}

/** A local ledger behind its Gateway, and this package's reader of it. Rounds are made by hand unless `options` say otherwise. */
export async function startLocalMarket(
  options: Partial<LedgerOptions> = {},
  clientOptions: Partial<GatewayClientOptions> = {},
): Promise<LocalMarket> {
  const ledger = await createLedger({ seed: 1, cdps: 40, roundMs: 0, ...options })
  const server = await startLedgerServer(ledger)
  const network = parseNetworkConfig(networkFileOf(ledger.addresses, server.url), 'local ledger')
  const policy = { firstWaitMs: 1, longestWaitMs: 5, maxRequestsPerSecond: 10_000, ...clientOptions.policy }
  const client = new GatewayClient({ gatewayUrls: [server.url], network, ...clientOptions, policy })
  return {
    ledger,
    server,
    network,
    client,
    reader: new GatewayLedger(client, network),
    close: async () => {
      await server.close()
      ledger.close()
    },
  }
}
