import type { CdpId, ComponentAddress, ConfirmedHealth, HealthOracle } from '@weft/domain'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { inChunks } from '../gateway/in-chunks.ts'
import { ManifestText } from '../manifest/manifest-text.ts'
import { arrayOf, localId } from '../manifest/manifest-value.ts'
import type { NetworkConfig } from '../network-config.ts'
import { mapOf, positional } from '../sbor/composites.ts'
import { attempted, decodeSbor, ignored } from '../sbor/decode.ts'
import { decimal, nonFungibleLocalId } from '../sbor/scalars.ts'
import { previewRead } from '../tip/preview.ts'

/** What Weft's own backend asks in one call; the execution limit of a preview bounds it. */
const IDS_PER_CALL = 10

/** Beginning of `CDPHealthChecker`, by position: preview output carries no names. */
const healthChecker = positional({
  totalLoanValue: decimal,
  totalAdjustedLoanValue: ignored,
  totalCollateralValue: decimal,
  totalHealthCollateralValue: ignored,
  totalLiquidationCollateralValue: ignored,
  collateralIsolationGroups: ignored,
  loanExcludedIsolationGroups: ignored,
  healthLtv: decimal,
  liquidationLtv: decimal,
})

/** The market's own `get_cdp`, asked by transaction preview at the tip. */
export class GatewayHealthOracle implements HealthOracle {
  readonly #client: GatewayClient
  readonly #networkId: number
  readonly #market: ComponentAddress

  constructor(client: GatewayClient, network: NetworkConfig) {
    this.#client = client
    this.#networkId = network.networkId
    this.#market = network.addresses.market
  }

  /** @throws {LedgerDataError} when a whole answer is no map of CDPs; a CDP's own that does not decode is that one's refusal. */
  async confirm(ids: readonly CdpId[]): Promise<readonly ConfirmedHealth[]> {
    const chunks = await inChunks(ids, IDS_PER_CALL, (chunk, signal) => this.#confirmTogether(chunk, signal))
    return chunks.flat()
  }

  /** One bad id fails the whole call, so a failing batch is halved until the bad one stands alone. */
  async #confirmTogether(ids: readonly CdpId[], signal: AbortSignal): Promise<readonly ConfirmedHealth[]> {
    const answer = await previewRead(this.#client, this.#manifest(ids), signal)
    if (answer.kind === 'succeeded') return healthsIn(answer.outputs, ids)
    const [only] = ids
    if (only !== undefined && ids.length === 1) return [{ kind: 'refused', cdpId: only, error: answer.error }]
    const middle = Math.ceil(ids.length / 2)
    const halves = [ids.slice(0, middle), ids.slice(middle)]
    return (await Promise.all(halves.map((half) => this.#confirmTogether(half, signal)))).flat()
  }

  #manifest(ids: readonly CdpId[]): string {
    const wanted = arrayOf('NonFungibleLocalId', ids.map(localId))
    return new ManifestText(this.#networkId).call(this.#market, 'get_cdp', wanted).build()
  }
}

function healthsIn(outputs: readonly unknown[], ids: readonly CdpId[]): readonly ConfirmedHealth[] {
  const where = `get_cdp(${ids.join(', ')})`
  const found = decodeSbor(mapOf(nonFungibleLocalId, attempted(healthChecker)), outputs[0], where)
  const byId = new Map<string, typeof found extends Map<unknown, infer H> ? H : never>(found)
  return ids.map((cdpId): ConfirmedHealth => {
    const answer = byId.get(cdpId)
    if (answer === undefined) return { kind: 'refused', cdpId, error: `the answer to ${where} lacks it` }
    if (answer.kind === 'unreadable')
      return { kind: 'refused', cdpId, error: `the answer to ${where} is of no shape we know: ${answer.why}` }
    const { value: health } = answer
    return {
      kind: 'confirmed',
      cdpId,
      liquidationLtv: health.liquidationLtv,
      healthLtv: health.healthLtv,
      totalLoanValueXrd: health.totalLoanValue,
      totalCollateralValueXrd: health.totalCollateralValue,
    }
  })
}
