import type { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig, VenueConfig } from '../network-config.ts'
import { readDexPools } from '../venues/dex-pools.ts'
import type { VenueAnswer } from './examination.ts'

/** Whether each configured venue can be asked for quotes. Those over HTTP are no part of the ledger, and are not asked here. */
export async function venueAnswers(network: NetworkConfig, client: GatewayClient): Promise<readonly VenueAnswer[]> {
  return Promise.all(
    network.venues.map(async (venue) => ({ name: venue.name, answer: await answerOf(venue, network, client) })),
  )
}

async function answerOf(
  { kind, component, apiUrl }: VenueConfig,
  { networkId }: NetworkConfig,
  client: GatewayClient,
): Promise<VenueAnswer['answer']> {
  switch (kind) {
    case 'simulated-dex':
      try {
        const pools = await readDexPools(client, networkId, component)
        return { kind: 'done', value: `${pools.size} pools` }
      } catch (error) {
        return { kind: 'failed', why: error instanceof Error ? error.message : String(error) }
      }
    case 'sample-dex':
      return { kind: 'failed', why: 'it gives no quotes' }
    case 'astrolescent':
    case 'ociswap':
      return apiUrl === undefined
        ? { kind: 'failed', why: 'it has no apiUrl' }
        : { kind: 'done', value: 'configured; its quotes are not part of the ledger' }
  }
}
