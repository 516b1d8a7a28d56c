import type { NetworkName, ServiceVariables } from '@weft/domain'
import mainnet from '../../../networks/mainnet.json' with { type: 'json' }
import stokenet from '../../../networks/stokenet.json' with { type: 'json' }
import { type NetworkConfig, NetworkConfigError, parseNetworkConfig } from './network-config.ts'

export interface NetworkChoice {
  readonly network: NetworkName
  /** Replaces the configuration's own Gateways: one URL, or several in the order of preference, separated by commas. */
  readonly gatewayUrl?: string | undefined
  /** JSON text that replaces the shipped configuration; needed for `local`, which nobody ships. */
  readonly configJson?: string | undefined
}

const SHIPPED: Readonly<Partial<Record<NetworkName, { readonly addresses: object }>>> = { mainnet, stokenet }

/** The configuration of a network by name: shipped with the code, or given as JSON text. @throws {NetworkConfigError} */
export function chosenNetwork({ network, gatewayUrl, configJson }: NetworkChoice): NetworkConfig {
  const config =
    configJson === undefined
      ? shipped(network)
      : parseNetworkConfig(parseJson(configJson), 'the given network configuration')
  if (config.name !== network)
    throw new NetworkConfigError(`The given network configuration is for ${config.name}, but ${network} was asked for.`)
  if (gatewayUrl === undefined) return config
  return parseNetworkConfig({ ...config, gatewayUrls: gatewayUrl.split(',') }, 'the given Gateways')
}

/** The network that a service's environment names. @throws {NetworkConfigError} */
export function networkOfService(
  read: Pick<ServiceVariables, 'WEFT_NETWORK' | 'WEFT_GATEWAY_URL' | 'WEFT_NETWORK_CONFIG'>,
): NetworkConfig {
  return chosenNetwork({
    network: read.WEFT_NETWORK,
    gatewayUrl: read.WEFT_GATEWAY_URL,
    configJson: read.WEFT_NETWORK_CONFIG,
  })
}

function shipped(network: NetworkName): NetworkConfig {
  const object = SHIPPED[network]
  if (object === undefined)
    throw new NetworkConfigError(`No configuration is shipped for ${network}; give one as JSON.`)
  if (!('market' in object.addresses))
    throw new NetworkConfigError(
      `networks/${network}.json names no market, for Weft is not known to be deployed on ${network}; give the addresses of market and pool in that file, or a whole network file by --network-file (weft scan) or WEFT_NETWORK_CONFIG (services).`,
    )
  return parseNetworkConfig(object, `networks/${network}.json`)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // Without its cause: the parser quotes the text, and that may be a secret in the wrong variable.
    throw new NetworkConfigError('WEFT_NETWORK_CONFIG is no JSON; give a network configuration as in networks/.')
  }
}
