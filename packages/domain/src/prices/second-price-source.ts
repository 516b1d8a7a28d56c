import type { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'

/**
 * What an independent source says of one asset: a price in XRD for one whole unit, or why it has none. It only ever casts doubt on
 * the market's own price or takes doubt away; it never replaces it, and is never made up.
 */
export type SecondOpinion =
  | { readonly kind: 'priced'; readonly resource: ResourceAddress; readonly priceXrd: Decimal }
  | NoSecondOpinion

export interface NoSecondOpinion {
  readonly kind: 'none'
  readonly resource: ResourceAddress
  /**
   * - `no-market`: the source does not trade the asset;
   * - `inconclusive`: buying and selling back differ too much to call anything between a price;
   * - `unavailable`: the source did not answer, or not in a known shape.
   */
  readonly reason: 'no-market' | 'inconclusive' | 'unavailable'
  /** Names the source; for people. */
  readonly detail: string
}

/** A second, independent source of prices. It is read at the tip and cannot be pinned to a state version. */
export interface SecondPriceSource {
  readonly name: string
  /** One opinion per asset, in that order. A source that does not answer is an opinion of kind `none`, not an error. */
  opinions(assets: readonly ResourceAddress[]): Promise<readonly SecondOpinion[]>
}

/**
 * Asks the sources in their order; the next one only for what the earlier ones have no price of.
 * @returns one opinion per asset, in that order. Where no source has one: the reason of the last that failed, else of the last asked,
 * with every source's detail.
 */
export async function secondOpinions(
  sources: readonly SecondPriceSource[],
  assets: readonly ResourceAddress[],
): Promise<readonly SecondOpinion[]> {
  const priced = new Map<ResourceAddress, SecondOpinion>()
  const without = new Map<ResourceAddress, NoSecondOpinion>()
  for (const source of sources) {
    const open = assets.filter((asset) => !priced.has(asset))
    if (open.length === 0) break
    for (const opinion of await source.opinions(open)) {
      if (opinion.kind === 'priced') priced.set(opinion.resource, opinion)
      else without.set(opinion.resource, joined(without.get(opinion.resource), opinion))
    }
  }
  return assets.map((resource) => priced.get(resource) ?? without.get(resource) ?? unasked(resource))
}

function joined(earlier: NoSecondOpinion | undefined, later: NoSecondOpinion): NoSecondOpinion {
  if (!earlier) return later
  const reason = earlier.reason === 'unavailable' ? earlier.reason : later.reason
  return { ...later, reason, detail: `${earlier.detail}; ${later.detail}` }
}

function unasked(resource: ResourceAddress): NoSecondOpinion {
  return { kind: 'none', resource, reason: 'no-market', detail: 'no second source is configured' }
}
