import type { Clock, SecondPriceSource } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import type { NetworkConfig, SecondPriceConfig } from '../network-config.ts'
import { readAstrolescentPrices } from './astrolescent-prices.ts'
import { askAstrolescent } from './astrolescent-venue.ts'
import { DexPriceSource } from './dex-price-source.ts'
import { HttpPriceSource } from './http-price-source.ts'
import { askOciswap } from './ociswap-venue.ts'
import { PriceListSource } from './price-list-source.ts'
import { readWeftApiPrices } from './weft-api-prices.ts'

/** A network's second price sources in the configured order; where none is configured, the local ledger's exchange if it has one. */
export function secondPriceSources(
  network: NetworkConfig,
  client: GatewayClient,
  clock: Clock = Date,
): readonly SecondPriceSource[] {
  const byDefault = network.venues.filter((venue) => venue.kind === 'simulated-dex')
  const configured: readonly SecondPriceConfig[] =
    network.secondPrices ?? byDefault.map(({ name, component }) => ({ kind: 'simulated-dex', name, component }))
  return configured.map((config) => sourceFor(config, network, client, clock))
}

function sourceFor(
  config: SecondPriceConfig,
  network: NetworkConfig,
  client: GatewayClient,
  clock: Clock,
): SecondPriceSource {
  const { name } = config
  const { xrd } = network.addresses
  switch (config.kind) {
    case 'simulated-dex':
      return new DexPriceSource(client, network, config, clock)
    case 'ociswap':
      return new HttpPriceSource({
        name,
        xrd,
        sizeXrd: Decimal.fromInteger(config.sizeXrd),
        clock,
        ask: (request) => askOciswap(config, request),
      })
    case 'astrolescent':
      return new HttpPriceSource({
        name,
        xrd,
        sizeXrd: Decimal.fromInteger(config.sizeXrd),
        clock,
        ask: (request) => askAstrolescent(config, request),
      })
    case 'astrolescent-prices':
      return new PriceListSource({
        name,
        maxPriceAgeMs: config.maxPriceAgeMs,
        clock,
        read: () => readAstrolescentPrices(config),
      })
    case 'weft-api':
      // Its prices have no vote, so nor has their age.
      return new PriceListSource({
        name,
        maxPriceAgeMs: 0,
        clock,
        read: (assets) => readWeftApiPrices(config, assets),
      })
  }
}
