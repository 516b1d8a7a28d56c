import type { SyncPoint } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig } from '../network-config.ts'

/** The Gateway serves another network than the configuration names: nothing may be read from it or sent to it. */
export class WrongNetworkError extends Error {
  override readonly name = 'WrongNetworkError'

  constructor(host: string, found: string, network: NetworkConfig) {
    super(
      `${host} serves ${found}, but the configuration is for ${network.name} (network id ${network.networkId}); check the Gateway URL and the network.`,
    )
  }
}

/** The ledger's tip, after having asked the Gateway once which network it serves. */
export class NetworkGuard {
  readonly #client: GatewayClient
  readonly #network: NetworkConfig
  #verified: Promise<void> | undefined

  constructor(client: GatewayClient, network: NetworkConfig) {
    this.#client = client
    this.#network = network
  }

  /** @throws {WrongNetworkError} */
  async syncPoint(): Promise<SyncPoint> {
    await this.#verify()
    const { ledger_state: tip } = await this.#client.gatewayStatus()
    return {
      network: this.#network.name,
      stateVersion: tip.state_version,
      epoch: tip.epoch,
      round: tip.round,
      ledgerTimeMs: Date.parse(tip.proposer_round_timestamp),
    }
  }

  async #verify(): Promise<void> {
    this.#verified ??= this.#askNetwork()
    try {
      await this.#verified
    } catch (error) {
      // Ask again next time: the Gateway may only have been unavailable.
      this.#verified = undefined
      throw error
    }
  }

  async #askNetwork(): Promise<void> {
    const { network_id: id, network_name: name } = await this.#client.networkConfiguration()
    if (id !== this.#network.networkId)
      throw new WrongNetworkError(this.#client.host, `${name} (network id ${id})`, this.#network)
  }
}
