import * as z from 'zod'
import { Decimal } from '../decimal.ts'
import { ResourceAddress } from '../ids.ts'
import { decimalText, mapOf } from '../wire.ts'

/** How far an asset can move: `atOnce` for any two readings, `perHour` more for each hour between them, at most `atMost`. Fractions. */
export const PriceBand = z.strictObject({ atOnce: decimalText, perHour: decimalText, atMost: decimalText })
export type PriceBand = z.infer<typeof PriceBand>

/** Two assets whose ratio is known: LSULP to XRD, one bridged dollar to another. */
export const PricePeg = z.strictObject({
  asset: ResourceAddress,
  against: ResourceAddress,
  /** Units of `against` that one `asset` is worth, lowest and highest that are plausible. */
  lowest: decimalText,
  highest: decimalText,
})
export type PricePeg = z.infer<typeof PricePeg>

/** What makes a price believable; rates are fractions (0.1 is ten per cent). */
export const PlausibilityPolicy = z.strictObject({
  defaultBand: PriceBand,
  bands: mapOf(ResourceAddress, PriceBand),
  /** A gap to the second source up to this is agreement. */
  maxSecondSourceGap: decimalText,
  /** Prices that stand for "switched off", such as 0.0000000001 XRD. */
  floors: z.array(decimalText),
  frozenAfterMs: z.int().positive(),
  /** How far the second source must have moved before an unchanged price counts as frozen. */
  frozenSecondSourceMove: decimalText,
  pegs: z.array(PricePeg),
  /** Readings in a row without a reason after which a price is believed again. */
  agreeingReadings: z.int().positive(),
})
export type PlausibilityPolicy = z.infer<typeof PlausibilityPolicy>

/**
 * Bands wide enough for the worst honest hour of a volatile asset (the stress list of the incidents page has −60 % in ten minutes,
 * which passes only when a second source agrees) and far too narrow for an error of a decimal place. The gap to the second source is
 * as wide as the band: in a crash the exchange leads the feed by minutes, and holding back then makes bad debt.
 */
export const DEFAULT_PLAUSIBILITY: PlausibilityPolicy = {
  defaultBand: { atOnce: Decimal.parse('0.25'), perHour: Decimal.parse('0.25'), atMost: Decimal.parse('3') },
  bands: new Map(),
  maxSecondSourceGap: Decimal.parse('0.2'),
  floors: [Decimal.parse('0.0000000001')],
  frozenAfterMs: 6 * 3_600_000,
  frozenSecondSourceMove: Decimal.parse('0.05'),
  pegs: [],
  agreeingReadings: 3,
}
