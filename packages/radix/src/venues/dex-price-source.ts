import type { Clock, ComponentAddress, ResourceAddress, SecondOpinion, SecondPriceSource } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig } from '../network-config.ts'
import { type DexPool, DexUnavailableError, readDexPools } from './dex-pools.ts'

/** Spot prices of the local ledger's exchange. */
export class DexPriceSource implements SecondPriceSource {
  readonly name: string
  readonly #client: GatewayClient
  readonly #networkId: number
  readonly #component: ComponentAddress
  readonly #clock: Clock

  constructor(
    client: GatewayClient,
    network: NetworkConfig,
    exchange: { name: string; component: ComponentAddress },
    clock: Clock,
  ) {
    this.#clock = clock
    this.name = exchange.name
    this.#client = client
    this.#networkId = network.networkId
    this.#component = exchange.component
  }

  /** @throws what {@link GatewayClient} throws: a Gateway that does not answer is no matter of this source alone. */
  async opinions(assets: readonly ResourceAddress[]): Promise<readonly SecondOpinion[]> {
    const none = (resource: ResourceAddress, reason: 'no-market' | 'unavailable', why: string): SecondOpinion => ({
      kind: 'none',
      resource,
      reason,
      detail: `${this.name}: ${why}`,
    })
    let pools: ReadonlyMap<ResourceAddress, DexPool>
    try {
      pools = await readDexPools(this.#client, this.#networkId, this.#component)
    } catch (error) {
      if (!(error instanceof DexUnavailableError)) throw error
      return assets.map((resource) => none(resource, 'unavailable', error.message))
    }
    return assets.map((resource) => {
      const pool = pools.get(resource)
      if (!pool?.tokenReserve.isPositive() || !pool.xrdReserve.isPositive())
        return none(resource, 'no-market', 'no pool')
      return {
        kind: 'priced',
        resource,
        priceXrd: pool.xrdReserve.dividedBy(pool.tokenReserve),
        atMs: this.#clock.now(),
      }
    })
  }
}
