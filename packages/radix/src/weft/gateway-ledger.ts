import {
  type CdpId,
  type CdpReading,
  cdpIdOf,
  type MarketSnapshot,
  type NftContents,
  type NonFungibleLocalId,
  type NoSecondOpinion,
  type PinnedLedger,
  type RefreshableMarket,
  type ResourceAddress,
  type SecondPriceSource,
  type SyncPoint,
  secondOpinions,
} from '@weft/domain'
import type { Decimal } from '@weft/domain/decimal'
import type { GatewayClient } from '../gateway/gateway-client.ts'
import { type Footprint, PinnedReads } from '../gateway/pinned-reads.ts'
import type { NetworkConfig } from '../network-config.ts'
import { decodeSbor } from '../sbor/decode.ts'
import { secondPriceSources } from '../venues/second-price-sources.ts'
import { marketCounter } from './decode-components.ts'
import { livePrices } from './live-prices.ts'
import { readMarket } from './market-reader.ts'
import { readMarketAgain } from './moving-market.ts'
import { readCdps, readNftContents } from './position-reader.ts'

export interface GatewayLedgerOptions {
  /** Fill the market snapshot's second-source prices, all of them asked. Default: those of the network's configuration. */
  readonly secondPrices?: readonly SecondPriceSource[]
  /** Assets on which no source has a vote, though one should: it did not answer, is out of date, or another one contradicts it. */
  readonly onSecondPricesMissing?: (missing: readonly NoSecondOpinion[]) => void
}

/**
 * How old, in ledger time, the configurations of a refreshed market may be. Stale ones cannot do harm: a plan is made only where our
 * health and the ledger's own `get_cdp` agree, and signed only when a dry run does what was planned; either failing, the market is
 * read as a whole. The bound ends what neither would notice, such as a pool that is new.
 */
const MAX_CONFIG_AGE_MS = 600_000

/** Reasons for which somebody should look: the other ones are of the asset or the source by their nature. */
const TELLING: readonly NoSecondOpinion['reason'][] = ['unavailable', 'stale', 'contradictory']

/** How a market was read. */
interface Origin {
  readonly footprint: Footprint
  /** Ledger time at which all of it was read. */
  readonly wholeAtMs: number
}

/**
 * The Weft market read through a Gateway, pinned to a state version throughout. Every method throws what {@link GatewayClient} throws,
 * and {@link LedgerDataError} when the ledger's answer is not of the promised shape.
 */
export class GatewayLedger implements PinnedLedger, RefreshableMarket {
  readonly #client: GatewayClient
  readonly #network: NetworkConfig
  readonly #secondPrices: readonly SecondPriceSource[]
  readonly #onSecondPricesMissing: GatewayLedgerOptions['onSecondPricesMissing']
  #cdpResource: ResourceAddress | undefined
  /** Of every market read here, for as long as somebody holds it. */
  readonly #origins = new WeakMap<MarketSnapshot, Origin>()

  constructor(client: GatewayClient, network: NetworkConfig, options: GatewayLedgerOptions = {}) {
    this.#client = client
    this.#network = network
    this.#secondPrices = options.secondPrices ?? secondPriceSources(network, client)
    this.#onSecondPricesMissing = options.onSecondPricesMissing
    this.#cdpResource = network.addresses.cdpResource
  }

  /** @throws {WrongNetworkError} when every Gateway serves another network than the client was told. */
  async syncPoint(): Promise<SyncPoint> {
    const { ledger_state: tip } = await this.#client.gatewayStatus()
    return {
      network: this.#network.name,
      stateVersion: tip.state_version,
      epoch: tip.epoch,
      round: tip.round,
      ledgerTimeMs: Date.parse(tip.proposer_round_timestamp),
    }
  }

  async marketSnapshot(at: SyncPoint): Promise<MarketSnapshot> {
    const { market, footprint } = await readMarket(this.#network.addresses, this.#readsAt(at), this.#ask, at)
    const secondSourcePrices = await this.#secondSourcePrices(market)
    return this.#remembered({ ...market, secondSourcePrices }, footprint, at.ledgerTimeMs)
  }

  /**
   * `previous`, with what moves read again at `at` in a quarter of the requests: prices, lending pools, stakes, counters, and the service
   * switches that were known. The rest stays, at most {@link MAX_CONFIG_AGE_MS}; a market that is older, of a later state, or was not
   * read by this reader is read as a whole.
   */
  async refreshMarket(previous: MarketSnapshot, at: SyncPoint): Promise<MarketSnapshot> {
    const origin = this.#origins.get(previous)
    const isAhead = previous.syncPoint.stateVersion > at.stateVersion
    if (!origin || isAhead || at.ledgerTimeMs - origin.wholeAtMs > MAX_CONFIG_AGE_MS) return this.marketSnapshot(at)
    const reads = new PinnedReads(this.#client, at.stateVersion, origin.footprint)
    const [{ market, footprint }, secondSourcePrices] = await Promise.all([
      readMarketAgain(previous, this.#network.addresses, reads, this.#ask, at),
      this.#secondSourcePrices(previous),
    ])
    return this.#remembered({ ...market, secondSourcePrices }, footprint, origin.wholeAtMs)
  }

  async cdps(fromId: number, toId: number, at: SyncPoint): Promise<readonly CdpReading[]> {
    const ids = Array.from({ length: Math.max(0, toId - fromId + 1) }, (_, index) => cdpIdOf(fromId + index))
    return readCdps(this.#readsAt(at), await this.#cdpResourceAt(at), ids)
  }

  async findCdp(id: CdpId, at: SyncPoint): Promise<CdpReading> {
    const [reading] = await readCdps(this.#readsAt(at), await this.#cdpResourceAt(at), [id])
    return reading ?? { kind: 'missing', id }
  }

  async nftContents(
    wanted: ReadonlyMap<ResourceAddress, readonly NonFungibleLocalId[]>,
    at: SyncPoint,
  ): Promise<NftContents> {
    return readNftContents(this.#readsAt(at), this.#network.addresses.xrd, wanted)
  }

  /** Without its second source a run goes on: that one can only add doubt. The caller is told. */
  async #secondSourcePrices({
    prices,
    xrd,
  }: Pick<MarketSnapshot, 'prices' | 'xrd'>): Promise<Map<ResourceAddress, Decimal>> {
    if (this.#secondPrices.length === 0) return new Map()
    const assets = [...prices.keys()].filter((resource) => resource !== xrd)
    const opinions = await secondOpinions(this.#secondPrices, assets)
    const missing = opinions.filter((opinion) => opinion.kind === 'none')
    const unanswered = missing.filter(({ reason }) => TELLING.includes(reason))
    if (unanswered.length > 0) this.#onSecondPricesMissing?.(unanswered)
    return new Map(
      opinions.flatMap((opinion) => (opinion.kind === 'priced' ? [[opinion.resource, opinion.priceXrd]] : [])),
    )
  }

  /** Configured, or as the market's state names it. */
  async #cdpResourceAt(at: SyncPoint): Promise<ResourceAddress> {
    if (this.#cdpResource === undefined) {
      const { market } = this.#network.addresses
      const state = await this.#readsAt(at).componentState(market)
      this.#cdpResource = decodeSbor(marketCounter, state, `market ${market}`).cdp_res_manager
    }
    return this.#cdpResource
  }

  #remembered(market: MarketSnapshot, footprint: Footprint, wholeAtMs: number): MarketSnapshot {
    this.#origins.set(market, { footprint, wholeAtMs })
    return market
  }

  readonly #ask = (resources: readonly ResourceAddress[]) =>
    livePrices(this.#client, this.#network.networkId, this.#network.addresses.market, resources)

  #readsAt(at: SyncPoint): PinnedReads {
    return new PinnedReads(this.#client, at.stateVersion)
  }
}
