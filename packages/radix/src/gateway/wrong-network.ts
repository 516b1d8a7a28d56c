export interface ExpectedNetwork {
  readonly name: string
  readonly networkId: number
}

/** The Gateway serves another network than the configuration names: nothing may be read from it or sent to it. */
export class WrongNetworkError extends Error {
  override readonly name = 'WrongNetworkError'

  constructor(host: string, found: string, network: ExpectedNetwork) {
    super(
      `${host} serves ${found}, but the configuration is for ${network.name} (network id ${network.networkId}); check the Gateway URL and the network.`,
    )
  }
}
