import type { ComponentAddress, ResourceAddress } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { inChunks } from '../gateway/in-chunks.ts'
import { ManifestText } from '../manifest/manifest-text.ts'
import { address, arrayOf } from '../manifest/manifest-value.ts'
import { mapOf } from '../sbor/composites.ts'
import { attempted } from '../sbor/decode.ts'
import { decimal } from '../sbor/scalars.ts'
import { previewRead } from '../tip/preview.ts'
import { resource } from './decode-configs.ts'

/** What Weft's own backend asks in one call. */
const RESOURCES_PER_CALL = 10

/**
 * The market's own `get_price`, asked by transaction preview at the tip: for feeds that compute a price when they are asked, and those
 * whose state nobody can read. One that the market itself refuses, because its price expired, is absent, and so is what does not decode.
 */
export async function livePrices(
  client: GatewayClient,
  networkId: number,
  market: ComponentAddress,
  resources: readonly ResourceAddress[],
): Promise<ReadonlyMap<ResourceAddress, Decimal>> {
  const together = async (
    some: readonly ResourceAddress[],
    signal: AbortSignal,
  ): Promise<[ResourceAddress, Decimal][]> => {
    const manifest = new ManifestText(networkId)
      .call(market, 'get_price', arrayOf('Address', some.map(address)))
      .build()
    const answer = await previewRead(client, manifest, signal)
    if (answer.kind === 'succeeded') {
      const priced = attempted(mapOf(resource, attempted(decimal)))(answer.outputs[0], '')
      if (priced.kind === 'unreadable') return []
      return [...priced.value].flatMap(([each, price]) => (price.kind === 'decoded' ? [[each, price.value]] : []))
    }
    if (some.length <= 1) return []
    const middle = Math.ceil(some.length / 2)
    return (await Promise.all([together(some.slice(0, middle), signal), together(some.slice(middle), signal)])).flat()
  }
  return new Map((await inChunks(resources, RESOURCES_PER_CALL, together)).flat())
}
