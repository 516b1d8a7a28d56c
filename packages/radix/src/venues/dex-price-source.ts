import type { ComponentAddress, ResourceAddress } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig } from '../network-config.ts'
import { readDexPools } from './dex-pools.ts'

/**
 * A second, independent source of prices: what an exchange's pools say. It is read at the tip and so cannot be pinned; it only ever
 * casts doubt on a price and never replaces one.
 */
export interface SecondPriceSource {
  /** XRD per whole unit; resources without a market are absent. */
  prices(): Promise<ReadonlyMap<ResourceAddress, Decimal>>
}

/** Spot prices of the local ledger's exchange. */
export class DexPriceSource implements SecondPriceSource {
  readonly #client: GatewayClient
  readonly #networkId: number
  readonly #component: ComponentAddress

  constructor(client: GatewayClient, network: NetworkConfig, component: ComponentAddress) {
    this.#client = client
    this.#networkId = network.networkId
    this.#component = component
  }

  /** @throws {DexUnavailableError} and what {@link GatewayClient} throws. */
  async prices(): Promise<ReadonlyMap<ResourceAddress, Decimal>> {
    const pools = await readDexPools(this.#client, this.#networkId, this.#component)
    const quoted = [...pools].filter(([, pool]) => pool.tokenReserve.isPositive() && pool.xrdReserve.isPositive())
    return new Map(quoted.map(([token, pool]) => [token, pool.xrdReserve.dividedBy(pool.tokenReserve)]))
  }
}
