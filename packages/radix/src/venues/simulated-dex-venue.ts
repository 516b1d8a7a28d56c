import type { ComponentAddress, ExitQuote, ExitVenue, QuoteRequest, ResourceAddress } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { type DexPool, readDexPools } from './dex-pools.ts'

export interface SimulatedDexOptions {
  readonly name: string
  readonly component: ComponentAddress
  readonly networkId: number
  readonly xrd: ResourceAddress
  /** Fractional digits of a resource; what is bought is rounded down to them. */
  readonly divisibilityOf: (resource: ResourceAddress) => number
}

/**
 * The local ledger's exchange: constant-product pools of one token against XRD each; token to token goes through XRD. Quotes are
 * computed from the pools' reserves, read once per round of questions, with the exchange's own rounding.
 */
export class SimulatedDexVenue implements ExitVenue {
  readonly name: string
  readonly #client: GatewayClient
  readonly #options: SimulatedDexOptions

  constructor(client: GatewayClient, options: SimulatedDexOptions) {
    this.name = options.name
    this.#client = client
    this.#options = options
  }

  /** @throws {DexUnavailableError} and what {@link GatewayClient} throws: no answer is not the same as no route. */
  async quotes(requests: readonly QuoteRequest[]): Promise<readonly (ExitQuote | undefined)[]> {
    if (requests.length === 0) return []
    const { component, networkId } = this.#options
    const pools = await readDexPools(this.#client, networkId, component)
    return requests.map((request) => {
      const amountOut = constantProductOutput(request, pools, this.#options)
      return amountOut?.isPositive() ? { ...request, venue: this.name, component, amountOut } : undefined
    })
  }
}

/** What a swap fetches, price impact and fees included; `undefined` where a pool is missing. */
export function constantProductOutput(
  { from, to, amountIn }: QuoteRequest,
  pools: ReadonlyMap<ResourceAddress, DexPool>,
  { xrd, divisibilityOf }: Pick<SimulatedDexOptions, 'xrd' | 'divisibilityOf'>,
): Decimal | undefined {
  if (from === to) return amountIn
  if (from !== xrd && to !== xrd) {
    const inXrd = constantProductOutput({ from, to: xrd, amountIn }, pools, { xrd, divisibilityOf })
    return inXrd && constantProductOutput({ from: xrd, to, amountIn: inXrd }, pools, { xrd, divisibilityOf })
  }
  const pool = pools.get(from === xrd ? to : from)
  if (pool === undefined) return undefined
  const [reserveIn, reserveOut] =
    from === xrd ? [pool.xrdReserve, pool.tokenReserve] : [pool.tokenReserve, pool.xrdReserve]
  const afterFee = amountIn.times(Decimal.ONE.minus(pool.feeRate))
  if (!afterFee.isPositive()) return Decimal.ZERO
  return reserveOut.times(afterFee).dividedBy(reserveIn.plus(afterFee)).round(divisibilityOf(to), 'ToZero')
}
