import { Decimal } from './decimal.ts'
import type { ResourceAddress } from './ids.ts'
import type { MarketSnapshot } from './market.ts'
import { UnjudgeableError } from './unjudgeable.ts'

/**
 * The price in XRD that the market uses for one whole unit of `resource` at `ledgerTimeMs` *(inferred from the configuration's names:
 * correct it here and nowhere else)*. XRD is 1. In debounce mode the cached price holds while it is younger than the debounce time,
 * then the feed's counts, unless that has expired; in hash mode the cache only serves the transaction that wrote it. Where the feed
 * could not be read (mainnet's state is unverified) the cached price stands in for it: the best known, and the ledger's own `get_cdp`
 * still decides before anything is done.
 * @throws {UnjudgeableError} where the market's own call would fail, and where the price that stands in is as old as that.
 * @see docs/on-ledger-data.md, "Which price is in force"
 */
export function priceInForce(market: MarketSnapshot, resource: ResourceAddress, ledgerTimeMs: number): Decimal {
  if (resource === market.xrd) return Decimal.ONE
  const reading = market.prices.get(resource)
  if (!reading) throw new UnjudgeableError(`no price of ${resource}`)
  const { priceCacheMode, priceExpirationPeriodMs } = market.rules
  if (
    priceCacheMode.kind === 'debounce' &&
    reading.cached &&
    ledgerTimeMs - reading.cached.atMs < priceCacheMode.debounceMs
  )
    return reading.cached.value
  const deciding = reading.feed ?? reading.cached
  if (!deciding) throw new UnjudgeableError(`no price of ${resource}`)
  const ageMs = ledgerTimeMs - deciding.atMs
  if (ageMs > priceExpirationPeriodMs) {
    const which = reading.feed ? "the feed's" : 'the cached'
    throw new UnjudgeableError(
      `${which} price of ${resource} is ${ageMs} ms old, beyond the market's ${priceExpirationPeriodMs} ms`,
    )
  }
  return deciding.value
}

/**
 * XRD that one LSU redeems for: the validator's stake over the LSU supply, truncated.
 * @throws {UnjudgeableError} when no validator of the snapshot issues `lsu`, or nothing of it exists.
 */
export function lsuRedemptionPrice(market: MarketSnapshot, lsu: ResourceAddress): Decimal {
  const kind = market.collateralKinds.get(lsu)
  const stake = kind?.kind === 'lsu' ? market.validators.get(kind.validator) : undefined
  if (!stake) throw new UnjudgeableError(`no validator of LSU ${lsu} in the market snapshot`)
  if (!stake.lsuSupply.isPositive()) throw new UnjudgeableError(`LSU ${lsu} has no supply`)
  return stake.stakedXrd.dividedBy(stake.lsuSupply)
}
