import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'

/**
 * What an independent source says of one asset: a price in XRD for one whole unit, or why it has none. It only ever casts doubt on
 * the market's own price or takes doubt away; it never replaces it, and is never made up.
 */
export type SecondOpinion =
  | {
      readonly kind: 'priced'
      readonly resource: ResourceAddress
      readonly priceXrd: Decimal
      /** Unix ms as of which the source says so; for a quote, when it was asked. */
      readonly atMs: number
    }
  | NoSecondOpinion

export interface NoSecondOpinion {
  readonly kind: 'none'
  readonly resource: ResourceAddress
  /**
   * - `no-market`: the source does not trade the asset;
   * - `inconclusive`: buying and selling back differ too much to call anything between a price;
   * - `unavailable`: the source did not answer, or not in a known shape;
   * - `stale`: what it says is too old, or it does not say how old it is;
   * - `not-independent`: it repeats the market's own price, so it would confirm any error;
   * - `contradictory`: sources that have a price differ from each other by more than {@link MAX_CONTRADICTION}.
   */
  readonly reason: 'no-market' | 'inconclusive' | 'unavailable' | 'stale' | 'not-independent' | 'contradictory'
  /** Names the source; for people. */
  readonly detail: string
}

/** A second, independent source of prices. It is read at the tip and cannot be pinned to a state version. */
export interface SecondPriceSource {
  readonly name: string
  /** One opinion per asset, in that order. A source that does not answer is an opinion of kind `none`, not an error. */
  opinions(assets: readonly ResourceAddress[]): Promise<readonly SecondOpinion[]>
}

/** Fraction by which two sources may differ and still have a vote together: half of what either may differ from the market. */
export const MAX_CONTRADICTION = Decimal.parse('0.1')

/**
 * Asks all sources, at the same time: one that is wrong must not have the word alone only because it stands first.
 * @returns one opinion per asset, in that order: the price of the first source that has one, unless another source contradicts it.
 * Where none has a vote, the reason of the first that failed, else of the first, with every source's detail.
 */
export async function secondOpinions(
  sources: readonly SecondPriceSource[],
  assets: readonly ResourceAddress[],
): Promise<readonly SecondOpinion[]> {
  const answers = await Promise.all(
    sources.map(async (source) => {
      const opinions = await source.opinions(assets)
      return { name: source.name, of: new Map(opinions.map((opinion) => [opinion.resource, opinion])) }
    }),
  )
  return assets.map((resource) => {
    const given = answers.flatMap(({ name, of }) => {
      const opinion = of.get(resource)
      return opinion ? [{ name, opinion }] : []
    })
    return together(resource, given)
  })
}

interface Given {
  readonly name: string
  readonly opinion: SecondOpinion
}

function together(resource: ResourceAddress, given: readonly Given[]): SecondOpinion {
  const priced = given.flatMap(({ name, opinion }) => (opinion.kind === 'priced' ? [{ name, opinion }] : []))
  const [first] = priced
  if (first) {
    const isNear = priced.every(({ opinion }) => !contradict(first.opinion.priceXrd, opinion.priceXrd))
    if (isNear) return first.opinion
    const detail = priced.map(({ name, opinion }) => `${name}: ${opinion.priceXrd} XRD`).join('; ')
    return { kind: 'none', resource, reason: 'contradictory', detail }
  }
  const without = given.flatMap(({ opinion }) => (opinion.kind === 'none' ? [opinion] : []))
  const telling = without.find(({ reason }) => reason === 'unavailable') ?? without[0]
  if (!telling) return { kind: 'none', resource, reason: 'no-market', detail: 'no second source is configured' }
  return { ...telling, detail: without.map(({ detail }) => detail).join('; ') }
}

function contradict(one: Decimal, other: Decimal): boolean {
  const [less, more] = one.lt(other) ? [one, other] : [other, one]
  return more.gt(less.times(Decimal.ONE.plus(MAX_CONTRADICTION)))
}
