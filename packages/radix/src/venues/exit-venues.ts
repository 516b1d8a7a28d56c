import type { AccountAddress, ExitVenue, ResourceAddress } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { type NetworkConfig, NetworkConfigError, type VenueConfig } from '../network-config.ts'
import { AstrolescentVenue } from './astrolescent-venue.ts'
import { OciswapVenue } from './ociswap-venue.ts'
import { SimulatedDexVenue } from './simulated-dex-venue.ts'

export interface ExitVenueNeeds {
  readonly client: GatewayClient
  readonly account: AccountAddress
  /** Fractional digits of a resource, from the market snapshot. */
  readonly divisibilityOf: (resource: ResourceAddress) => number
}

/** The venues of a network's configuration that answer quotes, in its order. @throws {NetworkConfigError} */
export function exitVenues(network: NetworkConfig, needs: ExitVenueNeeds): readonly ExitVenue[] {
  return network.venues.flatMap((venue) => venueFor(venue, network, needs) ?? [])
}

function venueFor(venue: VenueConfig, network: NetworkConfig, needs: ExitVenueNeeds): ExitVenue | undefined {
  const { name, component } = venue
  const { client, account, divisibilityOf } = needs
  switch (venue.kind) {
    case 'simulated-dex': {
      const { networkId, addresses } = network
      return new SimulatedDexVenue(client, { name, component, networkId, xrd: addresses.xrd, divisibilityOf })
    }
    case 'ociswap':
      return new OciswapVenue({ name, component, apiUrl: apiUrlOf(venue) })
    case 'astrolescent':
      return new AstrolescentVenue({ name, component, account, apiUrl: apiUrlOf(venue) })
    case 'sample-dex':
      // Takes swaps but gives no quotes.
      return undefined
  }
}

function apiUrlOf({ name, apiUrl }: VenueConfig): string {
  if (apiUrl === undefined) throw new NetworkConfigError(`Venue ${name} needs an apiUrl in the network configuration.`)
  return apiUrl
}
