import type { ComponentAddress, PreciseDecimal, ResourceAddress } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { ManifestText } from '../manifest/manifest-text.ts'
import { address, arrayOf } from '../manifest/manifest-value.ts'
import { mapOf, option } from '../sbor/composites.ts'
import { decodeSbor } from '../sbor/decode.ts'
import { preciseDecimal } from '../sbor/scalars.ts'
import { previewRead } from '../tip/preview.ts'
import { resource } from '../weft/decode-configs.ts'

/** Deposit unit ratios by underlying; `null` where the pool says that it has none. */
export type PoolRatios = ReadonlyMap<ResourceAddress, PreciseDecimal | null>

/**
 * The pool's own `get_deposit_unit_ratio`, asked by preview. Only the doctor asks it: beside the stored ratio it shows whether a getter
 * counts interest that is due.
 * @throws {LedgerDataError} when the answer is of another shape, and {@link Error} with the engine's text when the call fails.
 */
export async function depositUnitRatios(
  client: GatewayClient,
  networkId: number,
  pool: ComponentAddress,
  underlyings: readonly ResourceAddress[],
): Promise<PoolRatios> {
  const wanted = arrayOf('Address', underlyings.map(address))
  const manifest = new ManifestText(networkId).call(pool, 'get_deposit_unit_ratio', wanted).build()
  const answer = await previewRead(client, manifest)
  if (answer.kind === 'failed') throw new Error(answer.error)
  return decodeSbor(mapOf(resource, option(preciseDecimal)), answer.outputs[0], 'get_deposit_unit_ratio')
}
