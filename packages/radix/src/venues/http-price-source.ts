import type { Clock, QuoteRequest, ResourceAddress, SecondOpinion, SecondPriceSource } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { VenueUnavailableError } from './http-quotes.ts'

export interface HttpPriceSourceOptions {
  readonly name: string
  readonly xrd: ResourceAddress
  /** XRD that the priced trade starts with. */
  readonly sizeXrd: Decimal
  /** What a trade fetches; `undefined` without a route. @throws {VenueUnavailableError} */
  readonly ask: (request: QuoteRequest) => Promise<Decimal | undefined>
  readonly clock: Clock
}

/** An opinion serves so long: prices are read every few seconds in a shock, and the services are other people's. */
const MAX_AGE_MS = 60_000
/** Questions under way at once. */
const MAX_CONCURRENT = 4
/** The least part of the XRD that must come back for buying and selling to have a price between them. */
const LEAST_RETURNED = Decimal.parse('0.9')
const TWO = Decimal.fromInteger(2)

/**
 * Prices from a routing service's quotes. XRD of a stated size buy the asset and what they bought is sold again, so the size never
 * hangs on the price that is in doubt, and the price impact and the fees of both directions bound each other: the price is the middle
 * of the two. Where too little (or too much) XRD comes back there is no price to speak of.
 */
export class HttpPriceSource implements SecondPriceSource {
  readonly name: string
  readonly #options: HttpPriceSourceOptions
  /** Not asked at all before then: it did not answer. */
  #silentUntilMs = 0
  readonly #remembered = new Map<ResourceAddress, { readonly atMs: number; readonly opinion: Promise<SecondOpinion> }>()

  constructor(options: HttpPriceSourceOptions) {
    this.name = options.name
    this.#options = options
  }

  async opinions(assets: readonly ResourceAddress[]): Promise<readonly SecondOpinion[]> {
    const opinions = new Map<ResourceAddress, SecondOpinion>()
    const open = assets.values()
    const worker = async () => {
      for (const asset of open) opinions.set(asset, await this.#opinion(asset))
    }
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, worker))
    return assets.flatMap((asset) => opinions.get(asset) ?? [])
  }

  /** Failures are remembered too: a service that is down is not asked again by every reading of the market. */
  #opinion(asset: ResourceAddress): Promise<SecondOpinion> {
    const nowMs = this.#options.clock.now()
    const known = this.#remembered.get(asset)
    if (known && nowMs - known.atMs < MAX_AGE_MS) return known.opinion
    const opinion = this.#asked(asset, nowMs)
    this.#remembered.set(asset, { atMs: nowMs, opinion })
    return opinion
  }

  async #asked(resource: ResourceAddress, nowMs: number): Promise<SecondOpinion> {
    const { name, xrd, sizeXrd, ask } = this.#options
    const none = (reason: 'no-market' | 'inconclusive' | 'unavailable', why: string): SecondOpinion => ({
      kind: 'none',
      resource,
      reason,
      detail: `${name}: ${why}`,
    })
    if (nowMs < this.#silentUntilMs) return none('unavailable', 'it did not answer before')
    try {
      const bought = await ask({ from: xrd, to: resource, amountIn: sizeXrd })
      if (!bought?.isPositive()) return none('no-market', `${sizeXrd} XRD buy nothing`)
      const returned = await ask({ from: resource, to: xrd, amountIn: bought })
      if (!returned?.isPositive()) return none('no-market', 'it cannot be sold')
      const [less, more] = returned.lt(sizeXrd) ? [returned, sizeXrd] : [sizeXrd, returned]
      if (less.lt(more.times(LEAST_RETURNED)))
        return none('inconclusive', `of ${sizeXrd} XRD that buy it, selling it again returns ${returned}`)
      const priceXrd = sizeXrd.plus(returned).dividedBy(TWO).dividedBy(bought)
      return priceXrd.isPositive()
        ? { kind: 'priced', resource, priceXrd, atMs: nowMs }
        : none('inconclusive', 'its price is below what can be told')
    } catch (error) {
      if (!(error instanceof VenueUnavailableError)) throw error
      if (!error.answered) this.#silentUntilMs = nowMs + MAX_AGE_MS
      return none('unavailable', error.message)
    }
  }
}
