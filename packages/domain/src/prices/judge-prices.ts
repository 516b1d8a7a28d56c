import { Decimal } from '../decimal.ts'
import type { ResourceAddress } from '../ids.ts'
import type { BreakerHold } from './mass-liquidation-breaker.ts'
import type { PlausibilityPolicy, PricePeg } from './plausibility-policy.ts'
import { plausibleRange } from './plausible-range.ts'
import { bandOf, moveSince, ratioBetween } from './price-band.ts'
import { isOtherOrigin, type PriceOrigin } from './price-origin.ts'
import {
  type AssetTrust,
  type DistrustReason,
  describeDistrust,
  isTrusted,
  type PriceSource,
  type PriceTrustState,
} from './price-trust.ts'
import type { Doubts } from './weigh-doubts.ts'

/** Every price the market would use at one moment, in XRD, and what an independent source says of the same assets. */
export interface PricesAtOnce {
  /** The unit of account, worth 1; it has no price of its own, but others are pegged to it. */
  readonly unit?: ResourceAddress
  readonly atMs: number
  readonly prices: ReadonlyMap<ResourceAddress, PriceAtOnce>
  /** Absent assets have no second source. */
  readonly secondSource: ReadonlyMap<ResourceAddress, Decimal>
}

export interface PriceAtOnce {
  readonly priceXrd: Decimal
  readonly source: PriceSource
  /** Absent when the reading does not say; then a change cannot be seen. */
  readonly origin?: PriceOrigin
  /** The feed's newer value, which the next transaction may put into force; judged as strictly as the price itself. */
  readonly pendingXrd?: Decimal
}

/** A price lost or regained trust with this reading. */
export interface TrustChange {
  readonly resource: ResourceAddress
  readonly priceXrd: Decimal | undefined
  readonly change: 'distrusted' | 'trusted-again'
  readonly reasons: readonly DistrustReason[]
}

export interface PriceJudgement {
  readonly state: PriceTrustState
  readonly changes: readonly TrustChange[]
}

/**
 * Holds one reading of all prices against the memory of earlier ones. A price is suspect until it is plausible: it must lie within
 * its band of the last *accepted* price (so that an error that stays for days is never got used to) or be confirmed by a second
 * source, keep its pegs and its source, and not stand at a floor or frozen. Trust returns after enough readings in a row without a reason.
 * @param holds what the mass-liquidation breaker found in the run before; it stays a reason until a second source agrees.
 * @param previous memory of the last run, `undefined` before the first: then a price with nothing against it is taken as the start.
 */
export function judgePrices(
  previous: PriceTrustState | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
  holds: readonly BreakerHold[] = [],
): PriceJudgement {
  const assets = new Map<ResourceAddress, AssetTrust>()
  const changes: TrustChange[] = []
  for (const resource of new Set([...(previous?.assets.keys() ?? []), ...reading.prices.keys()])) {
    const before = previous?.assets.get(resource)
    const reasons = reasonsNow(resource, before, reading, policy, holds)
    const after = trustAfter(before, reading, resource, reasons, policy)
    assets.set(resource, after)
    const wasTrusted = before === undefined || isTrusted(before)
    if (wasTrusted !== isTrusted(after))
      changes.push({
        resource,
        priceXrd: reading.prices.get(resource)?.priceXrd,
        change: wasTrusted ? 'distrusted' : 'trusted-again',
        reasons: after.reasons,
      })
  }
  return { state: { schemaVersion: 1, atMs: reading.atMs, assets }, changes }
}

function reasonsNow(
  resource: ResourceAddress,
  before: AssetTrust | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
  holds: readonly BreakerHold[],
): readonly DistrustReason[] {
  const current = reading.prices.get(resource)
  if (isReleasedReading(before, current, reading.atMs)) return heldByOperator(before)
  const reasons = [
    ...reasonsAgainst(resource, before, reading, policy),
    ...massReasons(resource, before, reading, policy, holds),
  ]
  return isNearRelease(resource, before, current, reading.atMs, policy)
    ? reasons.filter(({ kind }) => BEYOND_A_RELEASE.has(kind))
    : reasons
}

/** What an operator's word for one price does not cover at another, however near. */
const BEYOND_A_RELEASE: ReadonlySet<DistrustReason['kind']> = new Set([
  'held-by-operator',
  'at-floor',
  'source-changed',
])

/**
 * Resources not to be believed at this moment, with the reasons: those distrusted by the runs so far, and those that this very
 * reading makes implausible. Remembers nothing.
 */
export function distrustedNow(
  state: PriceTrustState | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
): ReadonlyMap<ResourceAddress, readonly DistrustReason[]> {
  const { state: after } = judgePrices(state, reading, policy)
  return new Map(
    [...after.assets].flatMap(([resource, trust]) => (isTrusted(trust) ? [] : [[resource, trust.reasons] as const])),
  )
}

/** As {@link distrustedNow}, with what each of these prices may honestly be. */
export function doubtsNow(
  state: PriceTrustState | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
): Doubts {
  return new Map(
    [...distrustedNow(state, reading, policy)].map(([resource, reasons]) => [
      resource,
      { why: reasons.map(describeDistrust).join('; '), ...plausibleRange(resource, state, reading, policy) },
    ]),
  )
}

/** A day: long enough for a weekend's watch to hand over, short enough that a forgotten word does not outlive the next feed error. */
export const RELEASE_COUNTS_MS = 86_400_000

/**
 * An operator's word for the latest reading, which he has seen: the price in force, and the feed's newer value that still waits behind
 * the market's cache, so that the word counts at once and not only when that value comes into force. Exactly these values are believed
 * whatever speaks against them; others within their band but for a floor and another source, also while a second source disagrees.
 * Everything ends after {@link RELEASE_COUNTS_MS}, or earlier when the second source agrees.
 */
export function releaseAsset(state: PriceTrustState, resource: ResourceAddress, atMs: number): PriceTrustState {
  const trust = state.assets.get(resource)
  if (!trust?.latest) return state
  const { priceXrd, pendingXrd = null } = trust.latest
  const released: AssetTrust = {
    ...trust,
    accepted: { priceXrd, atMs, byOperator: true },
    released: { priceXrd, pendingXrd, untilMs: atMs + RELEASE_COUNTS_MS },
    reasons: [],
    agreeingReadings: 0,
    distrustedSinceMs: null,
  }
  return { ...state, assets: new Map([...state.assets, [resource, released]]) }
}

/** An operator's word the other way: not to be believed until released. */
export function holdAsset(
  state: PriceTrustState,
  resource: ResourceAddress,
  note: string,
  atMs: number,
): PriceTrustState {
  const { released: _, ...trust } = state.assets.get(resource) ?? UNKNOWN_ASSET
  const reasons = [...trust.reasons.filter((reason) => reason.kind !== 'held-by-operator')]
  const held: AssetTrust = {
    ...trust,
    reasons: [...reasons, { kind: 'held-by-operator', note }],
    agreeingReadings: 0,
    distrustedSinceMs: trust.distrustedSinceMs ?? atMs,
  }
  return { ...state, assets: new Map([...state.assets, [resource, held]]) }
}

const UNKNOWN_ASSET: AssetTrust = {
  accepted: null,
  latest: null,
  unchangedSinceMs: 0,
  secondWhenUnchanged: null,
  reasons: [],
  agreeingReadings: 0,
  distrustedSinceMs: null,
}

/** The operator's word, while it counts. */
function releaseInForce(trust: AssetTrust | undefined, atMs: number): AssetTrust['released'] {
  return trust?.released && atMs < trust.released.untilMs ? trust.released : undefined
}

/** Nothing but what the operator saw: in force, or still to come. */
function isReleasedReading(trust: AssetTrust | undefined, price: PriceAtOnce | undefined, atMs: number): boolean {
  const released = releaseInForce(trust, atMs)
  if (!released || !price) return false
  const wasSeen = (value: Decimal) => value.eq(released.priceXrd) || released.pendingXrd?.eq(value) === true
  return wasSeen(price.priceXrd) && (price.pendingXrd === undefined || wasSeen(price.pendingXrd))
}

/** Within the band of what the operator saw: prices move on, and a word that the next reading ends is none. */
function isNearRelease(
  resource: ResourceAddress,
  trust: AssetTrust | undefined,
  price: PriceAtOnce | undefined,
  atMs: number,
  policy: PlausibilityPolicy,
): boolean {
  const released = releaseInForce(trust, atMs)
  if (!released || !price) return false
  const seen = [released.priceXrd, released.pendingXrd ?? released.priceXrd]
  const isNear = (value: Decimal) =>
    seen.some((priceXrd) => {
      const sinceMs = released.untilMs - RELEASE_COUNTS_MS
      const { ratio, allowed } = moveSince({ priceXrd, atMs: sinceMs }, value, atMs, bandOf(resource, policy))
      return ratio.lte(allowed)
    })
  return isNear(price.priceXrd) && isNear(price.pendingXrd ?? price.priceXrd)
}

function heldByOperator(trust: AssetTrust | undefined): readonly DistrustReason[] {
  return trust?.reasons.filter((reason) => reason.kind === 'held-by-operator') ?? []
}

function reasonsAgainst(
  resource: ResourceAddress,
  before: AssetTrust | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
): readonly DistrustReason[] {
  const current = reading.prices.get(resource)
  const reasons: DistrustReason[] = [...heldByOperator(before)]
  if (current === undefined) return [...reasons, { kind: 'missing' }]
  const price = current.priceXrd
  const floor = policy.floors.find((each) => price.lte(each))
  if (floor) return [...reasons, { kind: 'at-floor', floor }]

  const second = reading.secondSource.get(resource)
  const pending = current.pendingXrd
  reasons.push(...leapReasons(resource, before, price, second, reading.atMs, policy))
  if (pending && reasons.length === 0)
    reasons.push(...leapReasons(resource, before, pending, second, reading.atMs, policy))
  reasons.push(...sourceReason(before, current, second, policy))
  const frozen = frozenReason(before, price, second, reading.atMs, policy)
  if (frozen) reasons.push(frozen)
  // A second source that says the same has seen the peg break: what is true must not hold back those who have to pay for it.
  if (!isConfirmed(current, second, policy))
    for (const peg of policy.pegs) if (peg.asset === resource) reasons.push(...pegReason(peg, price, reading))
  return reasons
}

/** Too far from the second source, or too far from the last accepted price with no second source that agrees. */
function leapReasons(
  resource: ResourceAddress,
  before: AssetTrust | undefined,
  price: Decimal,
  second: Decimal | undefined,
  atMs: number,
  policy: PlausibilityPolicy,
): readonly DistrustReason[] {
  const gap = gapToSecond(price, second)
  const allowedGap = Decimal.ONE.plus(policy.maxSecondSourceGap)
  if (gap?.lte(allowedGap)) return []
  const reasons: DistrustReason[] = []
  const released = releaseInForce(before, atMs)
  if (gap && !released) reasons.push({ kind: 'second-source-disagrees', ratio: gap, allowed: allowedGap })
  const moveFrom = (accepted: { readonly priceXrd: Decimal; readonly atMs: number }) =>
    moveSince(accepted, price, atMs, bandOf(resource, policy))
  const move = before?.accepted ? moveFrom(before.accepted) : undefined
  if (released?.pendingXrd) {
    const sinceWord = moveFrom({ priceXrd: released.pendingXrd, atMs: released.untilMs - RELEASE_COUNTS_MS })
    if (sinceWord.ratio.lte(sinceWord.allowed)) return reasons
  }
  if (move?.ratio.gt(move.allowed)) reasons.push({ kind: 'moved-too-far', ...move })
  return reasons
}

/**
 * The reading at which a price comes from elsewhere than at the one before: another source can be wrong and still within the band, or
 * stay there only until it has been accepted. The price in force and the one to come must both be confirmed.
 */
function sourceReason(
  before: AssetTrust | undefined,
  current: PriceAtOnce,
  second: Decimal | undefined,
  policy: PlausibilityPolicy,
): readonly DistrustReason[] {
  const from = before?.latest?.origin
  const to = current.origin
  if (!from || !to || !isOtherOrigin(from, to) || isConfirmed(current, second, policy)) return []
  return [{ kind: 'source-changed', from, to }]
}

function massReasons(
  resource: ResourceAddress,
  before: AssetTrust | undefined,
  reading: PricesAtOnce,
  policy: PlausibilityPolicy,
  holds: readonly BreakerHold[],
): readonly DistrustReason[] {
  if (confirmedAssets(reading, policy).has(resource)) return []
  const held = holds.find((hold) => hold.resource === resource)
  if (held) return [{ kind: 'mass-liquidation', cdps: held.cdps, share: held.share }]
  return before?.reasons.filter((reason) => reason.kind === 'mass-liquidation') ?? []
}

/** Assets whose price a second source agrees with. */
export function confirmedAssets(reading: PricesAtOnce, policy: PlausibilityPolicy): ReadonlySet<ResourceAddress> {
  const allowed = Decimal.ONE.plus(policy.maxSecondSourceGap)
  const agrees = ([resource, { priceXrd }]: readonly [ResourceAddress, PriceAtOnce]) => {
    const second = reading.secondSource.get(resource)
    return second?.isPositive() === true && ratioBetween(priceXrd, second).lte(allowed)
  }
  return new Set([...reading.prices].filter(agrees).map(([resource]) => resource))
}

function trustAfter(
  before: AssetTrust | undefined,
  reading: PricesAtOnce,
  resource: ResourceAddress,
  reasons: readonly DistrustReason[],
  policy: PlausibilityPolicy,
): AssetTrust {
  const known = before ?? UNKNOWN_ASSET
  const current = reading.prices.get(resource)
  const released = releaseInForce(before, reading.atMs)
  const unchanged = current !== undefined && known.latest?.priceXrd.eq(current.priceXrd) === true
  const seen = {
    latest: current ? latestOf(current, reading.atMs, known.latest) : known.latest,
    ...(released ? { released } : {}),
    unchangedSinceMs: unchanged ? known.unchangedSinceMs : reading.atMs,
    secondWhenUnchanged: unchanged ? known.secondWhenUnchanged : (reading.secondSource.get(resource) ?? null),
  }
  if (reasons.length > 0)
    return {
      ...seen,
      accepted: known.accepted,
      reasons: [...reasons],
      agreeingReadings: 0,
      distrustedSinceMs: known.distrustedSinceMs ?? reading.atMs,
    }
  const agreeingReadings = known.agreeingReadings + 1
  if (known.distrustedSinceMs !== null && agreeingReadings < policy.agreeingReadings)
    return {
      ...seen,
      accepted: known.accepted,
      reasons: known.reasons,
      agreeingReadings,
      distrustedSinceMs: known.distrustedSinceMs,
    }
  const { released: word, ...unreleased } = seen
  return {
    ...unreleased,
    // Once the second source agrees the word has done its work.
    ...(word && current && !isConfirmed(current, reading.secondSource.get(resource), policy) ? { released: word } : {}),
    accepted: current ? acceptedAfter(known, current.priceXrd, reading, resource, policy) : known.accepted,
    reasons: [],
    agreeingReadings: 0,
    distrustedSinceMs: null,
  }
}

function latestOf(
  { priceXrd, source, origin, pendingXrd }: PriceAtOnce,
  atMs: number,
  former: AssetTrust['latest'],
): AssetTrust['latest'] {
  // What a reading does not say stays known, or a change could pass behind one that was silent.
  const known = origin ? { ...former?.origin, ...origin } : former?.origin
  return { priceXrd, source, ...(known ? { origin: known } : {}), atMs, ...(pendingXrd ? { pendingXrd } : {}) }
}

/** What an operator released stays the measure while the second source disagrees: nobody else vouches for a drift away from it. */
function acceptedAfter(
  trust: AssetTrust,
  priceXrd: Decimal,
  { atMs, secondSource }: PricesAtOnce,
  resource: ResourceAddress,
  policy: PlausibilityPolicy,
): AssetTrust['accepted'] {
  const { accepted } = trust
  const gap = gapToSecond(priceXrd, secondSource.get(resource))
  const isDisputed = gap?.gt(Decimal.ONE.plus(policy.maxSecondSourceGap)) === true
  return accepted?.byOperator && releaseInForce(trust, atMs) && isDisputed ? accepted : { priceXrd, atMs }
}

/** A second source agrees with the price in force and with the one to come. */
function isConfirmed({ priceXrd, pendingXrd }: PriceAtOnce, second: Decimal | undefined, policy: PlausibilityPolicy) {
  const allowed = Decimal.ONE.plus(policy.maxSecondSourceGap)
  return [priceXrd, pendingXrd ?? priceXrd].every((price) => gapToSecond(price, second)?.lte(allowed) === true)
}

function gapToSecond(price: Decimal, second: Decimal | undefined): Decimal | undefined {
  return second?.isPositive() ? ratioBetween(price, second) : undefined
}

function frozenReason(
  before: AssetTrust | undefined,
  price: Decimal,
  second: Decimal | undefined,
  atMs: number,
  policy: PlausibilityPolicy,
): DistrustReason | undefined {
  if (!before?.latest?.priceXrd.eq(price) || !second || !before.secondWhenUnchanged) return undefined
  const unchangedForMs = atMs - before.unchangedSinceMs
  const secondMoved = ratioBetween(second, before.secondWhenUnchanged).minus(Decimal.ONE)
  return unchangedForMs > policy.frozenAfterMs && secondMoved.gt(policy.frozenSecondSourceMove)
    ? { kind: 'frozen', unchangedForMs }
    : undefined
}

function pegReason(peg: PricePeg, price: Decimal, reading: PricesAtOnce): readonly DistrustReason[] {
  const anchor = peg.against === reading.unit ? Decimal.ONE : reading.prices.get(peg.against)?.priceXrd
  if (!anchor?.isPositive()) return []
  const ratio = price.dividedBy(anchor)
  if (ratio.gte(peg.lowest) && ratio.lte(peg.highest)) return []
  return [{ kind: 'off-peg', against: peg.against, ratio, allowed: ratio.lt(peg.lowest) ? peg.lowest : peg.highest }]
}
