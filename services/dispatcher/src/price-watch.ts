import {
  confirmedAssets,
  DEFAULT_BREAKER,
  describeDistrust,
  judgePrices,
  type LiquidatableCensus,
  type MarketSnapshot,
  massLiquidationHolds,
  type PlausibilityPolicy,
  type PriceTrustState,
  pricesAtOnce,
  rememberedUnits,
  type VersionedStore,
} from '@weft/domain'
import type { EventLog } from '@weft/telemetry'
import type { DispatcherEvent } from './events.ts'

/** Another run wrote the trust in prices at the same time, again and again; the scheduler repeats this run. */
export class PriceTrustContendedError extends Error {
  override readonly name = 'PriceTrustContendedError'
}

const ATTEMPTS = 5

/**
 * Judges a run's prices against the memory of earlier runs and remembers the verdict; each loss and return of trust is an event.
 * @param census what the run before found liquidatable, for the mass-liquidation breaker
 * @throws {PriceTrustContendedError}
 */
export async function watchPrices(
  market: MarketSnapshot,
  store: VersionedStore<PriceTrustState>,
  policy: PlausibilityPolicy,
  log: EventLog<DispatcherEvent>,
  census?: LiquidatableCensus,
): Promise<void> {
  const reading = pricesAtOnce(market)
  const holds = census ? massLiquidationHolds(census, confirmedAssets(reading, policy), DEFAULT_BREAKER) : []
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const previous = await store.read()
    // An operator or a newer run wrote meanwhile: an older reading must not undo what came later.
    if (previous && previous.value.atMs > reading.atMs) return
    const { state: judged, changes } = judgePrices(previous?.value, reading, policy, holds)
    const state = { ...judged, units: new Map(rememberedUnits(previous?.value, market)) }
    // A repeated run reads the same prices again: it may raise doubt, but must not count as one more reading that agrees.
    const isRepeated = previous?.value.atMs === reading.atMs
    if (isRepeated && !changes.some(({ change }) => change === 'distrusted')) return
    if (!(await store.replace(state, previous?.version ?? 0))) continue
    for (const { resource, priceXrd, change, reasons } of changes) {
      const price = { resource, priceXrd: priceXrd?.toString() ?? null }
      if (change === 'distrusted')
        log.emit({ event: 'dispatcher.price_untrusted', ...price, reasons: reasons.map(describeDistrust) })
      else log.emit({ event: 'dispatcher.price_trusted_again', ...price })
    }
    return
  }
  throw new PriceTrustContendedError(`The trust in prices was written by others ${ATTEMPTS} times in a row.`)
}
