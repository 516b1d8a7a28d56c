import type { Clock, ResourceAddress, SecondOpinion, SecondPriceSource } from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import { VenueUnavailableError } from './http-quotes.ts'

/** What a list says of one asset. */
export type ListedPrice =
  | { readonly kind: 'listed'; readonly priceXrd: Decimal; readonly atMs: number }
  | { readonly kind: 'no-vote'; readonly reason: 'unavailable' | 'stale' | 'not-independent'; readonly why: string }

export interface PriceListOptions {
  readonly name: string
  /** Older prices have no vote. */
  readonly maxPriceAgeMs: number
  readonly clock: Clock
  /** The list as the service gives it now. @throws {VenueUnavailableError} */
  readonly read: (assets: readonly ResourceAddress[]) => Promise<ReadonlyMap<ResourceAddress, ListedPrice>>
}

/** A list serves so long, and so does its absence: prices are read every few seconds in a shock. */
const SERVES_MS = 60_000
/** Clocks differ; a price from further ahead is none. */
const MAX_AHEAD_MS = 60_000

interface Reading {
  readonly atMs: number
  readonly asked: ReadonlySet<ResourceAddress>
  /** Or why there is none. */
  readonly list: Promise<ReadonlyMap<ResourceAddress, ListedPrice> | string>
}

/** Prices that a service lists, all in one answer. One asset's row that is of no use takes nothing else down. */
export class PriceListSource implements SecondPriceSource {
  readonly name: string
  readonly #options: PriceListOptions
  #last: Reading | undefined

  constructor(options: PriceListOptions) {
    this.name = options.name
    this.#options = options
  }

  async opinions(assets: readonly ResourceAddress[]): Promise<readonly SecondOpinion[]> {
    const nowMs = this.#options.clock.now()
    const list = await this.#listFor(assets, nowMs)
    return assets.map((resource) => this.#opinion(resource, list, nowMs))
  }

  #opinion(
    resource: ResourceAddress,
    list: ReadonlyMap<ResourceAddress, ListedPrice> | string,
    nowMs: number,
  ): SecondOpinion {
    const none = (reason: 'no-market' | 'unavailable' | 'stale' | 'not-independent', why: string): SecondOpinion => ({
      kind: 'none',
      resource,
      reason,
      detail: `${this.name}: ${why}`,
    })
    if (typeof list === 'string') return none('unavailable', list)
    const row = list.get(resource)
    if (!row) return none('no-market', 'it does not list it')
    if (row.kind === 'no-vote') return none(row.reason, row.why)
    const ageMs = nowMs - row.atMs
    if (ageMs > this.#options.maxPriceAgeMs) return none('stale', `its price is ${Math.round(ageMs / 1000)} s old`)
    if (ageMs < -MAX_AHEAD_MS) return none('stale', 'its price is from the future')
    if (!row.priceXrd.isPositive()) return none('unavailable', 'its price is not above 0')
    return { kind: 'priced', resource, priceXrd: row.priceXrd, atMs: row.atMs }
  }

  #listFor(assets: readonly ResourceAddress[], nowMs: number): Reading['list'] {
    const last = this.#last
    if (last && nowMs - last.atMs < SERVES_MS && assets.every((asset) => last.asked.has(asset))) return last.list
    const list = this.#read(assets)
    this.#last = { atMs: nowMs, asked: new Set(assets), list }
    return list
  }

  async #read(assets: readonly ResourceAddress[]): Promise<ReadonlyMap<ResourceAddress, ListedPrice> | string> {
    try {
      return await this.#options.read(assets)
    } catch (error) {
      if (!(error instanceof VenueUnavailableError)) throw error
      return error.message
    }
  }
}
