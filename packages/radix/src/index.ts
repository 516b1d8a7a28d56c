export { chosenNetwork, type NetworkChoice, networkOfService } from './chosen-network.ts'
export { type GatewayState, isFailing } from './gateway/gateway.ts'
export { GatewayClient, type GatewayClientOptions } from './gateway/gateway-client.ts'
export { DEFAULT_GATEWAY_POLICY, type GatewayPolicy } from './gateway/policy.ts'
export { type ExpectedNetwork, WrongNetworkError } from './gateway/wrong-network.ts'
export {
  isAddressOf,
  loadNetworkConfig,
  NetworkConfig,
  NetworkConfigError,
  parseNetworkConfig,
  plausibilityOf,
  type SecondPriceConfig,
  type VenueConfig,
} from './network-config.ts'
export { GatewayPast } from './tip/gateway-past.ts'
export { GatewayTip } from './tip/gateway-tip.ts'
export { type AstrolescentOptions, AstrolescentVenue } from './venues/astrolescent-venue.ts'
export { type DexPool, DexUnavailableError, readDexPools } from './venues/dex-pools.ts'
export { type ExitVenueNeeds, exitVenues } from './venues/exit-venues.ts'
export { secondPriceSources } from './venues/second-price-sources.ts'
export { type SimulatedDexOptions, SimulatedDexVenue } from './venues/simulated-dex-venue.ts'
export { GatewayHealthOracle } from './weft/gateway-health-oracle.ts'
export { GatewayLedger, type GatewayLedgerOptions } from './weft/gateway-ledger.ts'
