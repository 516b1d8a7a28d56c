import type { ComponentAddress, ResourceAddress } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { ManifestText } from '../manifest/manifest-text.ts'
import { mapOf, positional } from '../sbor/composites.ts'
import { decodeSbor } from '../sbor/decode.ts'
import { decimal } from '../sbor/scalars.ts'
import { previewRead } from '../tip/preview.ts'
import { resource } from '../weft/decode-configs.ts'

/** One constant-product pool of the local ledger's exchange: a token against XRD. */
export interface DexPool {
  readonly tokenReserve: Decimal
  readonly xrdReserve: Decimal
  /** Fraction of the input that stays in the pool. */
  readonly feeRate: Decimal
}

const pools = mapOf(resource, positional({ tokenReserve: decimal, xrdReserve: decimal, feeRate: decimal }))

/** The exchange's `get_pools()` refused to answer. */
export class DexUnavailableError extends Error {
  override readonly name = 'DexUnavailableError'
}

/** All pools of the exchange at the ledger's tip, by token. @throws {DexUnavailableError} @throws {LedgerDataError} */
export async function readDexPools(
  client: GatewayClient,
  networkId: number,
  component: ComponentAddress,
): Promise<ReadonlyMap<ResourceAddress, DexPool>> {
  const answer = await previewRead(client, new ManifestText(networkId).call(component, 'get_pools').build())
  if (answer.kind === 'failed') throw new DexUnavailableError(`get_pools of ${component} failed: ${answer.error}`)
  return decodeSbor(pools, answer.outputs[0], `get_pools of ${component}`)
}
