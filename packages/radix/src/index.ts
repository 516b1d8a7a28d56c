export { GatewayClient, type GatewayClientOptions } from './gateway/gateway-client.ts'
export { DEFAULT_GATEWAY_POLICY, type GatewayPolicy } from './gateway/policy.ts'
export type { BreakerState } from './gateway/resilience.ts'
export {
  isAddressOf,
  loadNetworkConfig,
  NetworkConfig,
  NetworkConfigError,
  parseNetworkConfig,
  type VenueConfig,
} from './network-config.ts'
