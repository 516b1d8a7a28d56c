import { Decimal } from './decimal.ts'
import type { ResourceAddress } from './ids.ts'
import type { MarketSnapshot } from './market.ts'
import { marketNowMs } from './market-clock.ts'
import { UnjudgeableError } from './unjudgeable.ts'
import { whyUnreadable } from './unreadable.ts'

/** How long an answer of the market itself is taken for the price in force: a run's worth. */
const ASKED_COUNTS_MS = 300_000

/**
 * The price in XRD that the market uses for one whole unit of `resource` at `ledgerTimeMs` *(inferred from the configuration's names:
 * correct it here and nowhere else)*. XRD is 1. In debounce mode the cached price holds while it is younger than the debounce time,
 * then the feed's counts, unless that has expired; in hash mode the cache only serves the transaction that wrote it. Where these do
 * not tell, the market was asked, and its answer holds for the moment; where it was not, the cached price stands in: the best known, and the
 * ledger's own `get_cdp` still decides before anything is done. An age of exactly the period counts as expired: the side that asks the ledger.
 * @throws {UnjudgeableError} where the market's own call would fail, where the price that stands in is as old as that, and where the
 * value that decides did not decode.
 * @see docs/on-ledger-data.md, "Which price is in force"
 */
export function priceInForce(market: MarketSnapshot, resource: ResourceAddress, ledgerTimeMs: number): Decimal {
  if (resource === market.xrd) return Decimal.ONE
  const { priceCacheMode: mode, priceExpirationPeriodMs: periodMs } = market.rules
  const reading = market.prices.get(resource)
  const nowMs = marketNowMs(ledgerTimeMs)
  if (reading?.asked && nowMs - reading.asked.atMs < ASKED_COUNTS_MS) return reading.asked.value
  if (mode.kind === 'unknown') throw new UnjudgeableError(`price cache mode: ${mode.why}`)
  if (mode.kind === 'debounce') {
    refuseUnreadable(market, 'price_cache', resource)
    if (reading?.cached && nowMs - reading.cached.atMs < mode.debounceMs) return reading.cached.value
  }
  refuseUnreadable(market, 'price_feed', resource)
  const deciding = reading?.feed ?? reading?.cached
  if (!deciding)
    throw new UnjudgeableError(whyUnreadable(market, 'resource_configs', resource) ?? `no price of ${resource}`)
  if (periodMs === null)
    throw new UnjudgeableError(
      whyUnreadable(market, 'market', 'price_expiration_period') ?? 'the market has no price expiration period',
    )
  const ageMs = nowMs - deciding.atMs
  if (ageMs >= periodMs) {
    const which = reading?.feed ? "the feed's" : 'the cached'
    throw new UnjudgeableError(
      `${which} price of ${resource} is ${ageMs} ms old, as old as the market's ${periodMs} ms or older`,
    )
  }
  return deciding.value
}

function refuseUnreadable(market: MarketSnapshot, table: string, resource: ResourceAddress): void {
  const why = whyUnreadable(market, table, resource)
  if (why !== undefined) throw new UnjudgeableError(why)
}

/**
 * XRD that one LSU redeems for: the validator's stake over the LSU supply, truncated.
 * @throws {UnjudgeableError} when no validator of the snapshot issues `lsu`, or nothing of it exists.
 */
export function lsuRedemptionPrice(market: MarketSnapshot, lsu: ResourceAddress): Decimal {
  const kind = market.collateralKinds.get(lsu)
  const stake = kind?.kind === 'lsu' ? market.validators.get(kind.validator) : undefined
  if (!stake)
    throw new UnjudgeableError(
      whyUnreadable(market, 'validators', lsu) ?? `no validator of LSU ${lsu} in the market snapshot`,
    )
  if (!stake.redemptionXrd?.isPositive()) throw new UnjudgeableError(`LSU ${lsu} has no supply`)
  return stake.redemptionXrd
}
