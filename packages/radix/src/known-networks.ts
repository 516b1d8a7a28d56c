import type { NetworkName } from '@weft/domain'
import mainnet from '../../../networks/mainnet.json' with { type: 'json' }
import stokenet from '../../../networks/stokenet.json' with { type: 'json' }
import { type NetworkConfig, NetworkConfigError, parseNetworkConfig } from './network-config.ts'

const SHIPPED: Readonly<Partial<Record<NetworkName, unknown>>> = { mainnet, stokenet }

export interface NetworkChoice {
  readonly network: NetworkName
  /** Replaces the configured Gateway. */
  readonly gatewayUrl?: string | undefined
  /** A whole configuration as JSON text, for networks that are not shipped, e.g. the local ledger's. */
  readonly configJson?: string | undefined
}

/**
 * The configuration a process works with: the one given, else the shipped one of that name.
 * @throws {NetworkConfigError} when it is not valid, or when the network is not shipped and none was given.
 */
export function chosenNetwork(choice: NetworkChoice): NetworkConfig {
  const object = choice.configJson === undefined ? SHIPPED[choice.network] : parseJson(choice.configJson)
  if (object === undefined)
    throw new NetworkConfigError(
      `No configuration is shipped for network ${choice.network}; give one as WEFT_NETWORK_CONFIG.`,
    )
  const config = parseNetworkConfig(
    object,
    choice.configJson === undefined ? `networks/${choice.network}.json` : 'WEFT_NETWORK_CONFIG',
  )
  if (config.name !== choice.network)
    throw new NetworkConfigError(
      `WEFT_NETWORK is ${choice.network}, but the configuration given is for ${config.name}.`,
    )
  return choice.gatewayUrl === undefined ? config : { ...config, gatewayUrl: choice.gatewayUrl }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new NetworkConfigError('WEFT_NETWORK_CONFIG is no JSON.', { cause })
  }
}
