import * as z from 'zod'
import { ResourceAddress } from '../ids.ts'
import { decimalText, mapOf } from '../wire.ts'
import { describeOrigin, PriceOrigin } from './price-origin.ts'

/** Where a price in force came from; a fallback that switches the source made the feed error of August 2026. */
export const PriceSource = z.enum(['cache', 'feed'])
export type PriceSource = z.infer<typeof PriceSource>

/** Why a price is not believed; each is one row of `docs/operations.md`. */
export const DistrustReason = z.discriminatedUnion('kind', [
  /** Moved further than its band allows since the last accepted price, and no second source agrees. */
  z.object({ kind: z.literal('moved-too-far'), ratio: decimalText, allowed: decimalText }),
  z.object({ kind: z.literal('second-source-disagrees'), ratio: decimalText, allowed: decimalText }),
  /** Equal to a constant that operators set to switch an asset off. */
  z.object({ kind: z.literal('at-floor'), floor: decimalText }),
  /** Comes from another feed, or goes by another id in it, than at the reading before, and no second source agrees. */
  z.object({ kind: z.literal('source-changed'), from: PriceOrigin, to: PriceOrigin }),
  /** Has not changed for so long while the second source did. */
  z.object({ kind: z.literal('frozen'), unchangedForMs: z.int().nonnegative() }),
  z.object({ kind: z.literal('off-peg'), against: ResourceAddress, ratio: decimalText, allowed: decimalText }),
  /** The run before had this asset's price and this one has none. */
  z.object({ kind: z.literal('missing') }),
  /** Its move alone made more of the market liquidatable than is plausible, and no second source agrees. */
  z.object({ kind: z.literal('mass-liquidation'), cdps: z.int().positive(), share: decimalText }),
  /** An operator said so. */
  z.object({ kind: z.literal('held-by-operator'), note: z.string() }),
])
export type DistrustReason = z.infer<typeof DistrustReason>

/** What is remembered of one asset between runs. */
export const AssetTrust = z.object({
  /** The last price that was believed: every later one is held against it. `null` when none ever was. */
  accepted: z
    .object({
      priceXrd: decimalText,
      atMs: z.int().nonnegative(),
      /** Released by an operator who knew what the second source says: only a further leap speaks against it, until that expires. */
      byOperator: z.literal(true).optional(),
    })
    .nullable(),
  latest: z
    .object({
      priceXrd: decimalText,
      source: PriceSource,
      /** Absent as long as no reading said it. */
      origin: PriceOrigin.optional(),
      atMs: z.int().nonnegative(),
      /** The feed's newer value behind the market's cache, if there was one. */
      pendingXrd: decimalText.optional(),
    })
    .nullable(),
  /** An operator's word for the reading that he saw: exactly these values, whatever else speaks against them, until it expires. */
  released: z
    .object({ priceXrd: decimalText, pendingXrd: decimalText.nullable(), untilMs: z.int().nonnegative() })
    .optional(),
  /** Since when the latest price has had this very value, and what the second source said then. */
  unchangedSinceMs: z.int().nonnegative(),
  secondWhenUnchanged: decimalText.nullable(),
  /** Empty: trusted. */
  reasons: z.array(DistrustReason),
  /** Readings in a row without a reason, while distrusted. */
  agreeingReadings: z.int().nonnegative(),
  distrustedSinceMs: z.int().nonnegative().nullable(),
})
export type AssetTrust = z.infer<typeof AssetTrust>

/** What one deposit unit or liquid stake unit stands for: `perUnit` of `of`. */
export const UnitWorth = z.object({ of: ResourceAddress, perUnit: decimalText })
export type UnitWorth = z.infer<typeof UnitWorth>

/** The trust in every price, carried from run to run; deleting it costs the memory of the last accepted prices, nothing else. */
export const PriceTrustState = z.object({
  schemaVersion: z.literal(1),
  atMs: z.int().nonnegative(),
  assets: mapOf(ResourceAddress, AssetTrust),
  /** Of resources that have no price of their own. Absent in what an earlier release wrote. */
  units: mapOf(ResourceAddress, UnitWorth).optional(),
})
export type PriceTrustState = z.infer<typeof PriceTrustState>

export function isTrusted(trust: AssetTrust): boolean {
  return trust.distrustedSinceMs === null
}

/** One line for a person, e.g. in an alarm. */
export function describeDistrust(reason: DistrustReason): string {
  switch (reason.kind) {
    case 'moved-too-far':
      return `moved by a factor of ${reason.ratio}, ${reason.allowed} is plausible`
    case 'second-source-disagrees':
      return `a factor of ${reason.ratio} away from the second source, ${reason.allowed} is plausible`
    case 'at-floor':
      return `stands at the floor of ${reason.floor} XRD`
    case 'source-changed':
      return `comes from ${describeOrigin(reason.to)}, the reading before from ${describeOrigin(reason.from)}`
    case 'frozen':
      return `unchanged for ${Math.round(reason.unchangedForMs / 60_000)} minutes while the second source moved`
    case 'off-peg':
      return `a factor of ${reason.ratio} off its peg to ${reason.against}, ${reason.allowed} is plausible`
    case 'missing':
      return 'has no price any more'
    case 'mass-liquidation':
      return `made ${reason.cdps} CDPs liquidatable at once, a share of ${reason.share}, and no second source agrees`
    case 'held-by-operator':
      return `held by an operator: ${reason.note}`
  }
}
