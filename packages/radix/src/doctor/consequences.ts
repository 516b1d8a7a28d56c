import { type Freshness, judgeFreshness, type LedgerMoment, type MarketSnapshot, priceInForce } from '@weft/domain'
import { disagreementsOf } from './agreement.ts'
import type { Examination } from './examination.ts'
import { exitCapabilities } from './exits.ts'
import { planningCapabilities } from './planning.ts'

/** Something that the backend does, whether it would do it on this network now, and why. */
export interface Capability {
  readonly id: string
  readonly name: string
  readonly works: boolean
  /** Of one that works: for what it does not. */
  readonly why: readonly string[]
}

/** The dispatcher's own defaults: beyond these it starts no run. */
const FRESHNESS = { maxAgeMs: 120_000, haltedAfterMs: 900_000, maxAheadMs: 60_000 } as const

/** What works and what does not, from what was read: detection, planning of each kind of collateral, each way out. */
export function consequencesOf(
  seen: Examination,
  nowMs: number,
  earlier: LedgerMoment | undefined,
): readonly Capability[] {
  const detection = detectionOf(seen, judgeFreshness(seen.at, nowMs, FRESHNESS, earlier))
  const market = seen.market.kind === 'done' ? seen.market.value : undefined
  if (market === undefined) {
    const why = [seen.market.kind === 'failed' ? seen.market.why : '']
    return [detection, { id: 'planning', name: 'planning', works: false, why }]
  }
  return [
    detection,
    ...planningCapabilities(market, whyNothingIsPlanned(seen)),
    ...exitCapabilities(market, seen.venues),
  ]
}

/**
 * Whether liquidation would work: CDPs are found, and each kind of collateral can be seized and turned into something or kept. Of the ways
 * out one is always there, since what is seized can be kept.
 */
export function wouldWork(capabilities: readonly Capability[]): boolean {
  const needed = capabilities.filter(({ id }) => id === 'detection' || id.startsWith('planning'))
  return needed.length > 1 && needed.every(({ works }) => works)
}

function detectionOf(seen: Examination, freshness: Freshness): Capability {
  const stops: string[] = []
  if (freshness.kind !== 'fresh') stops.push(inWords(freshness))
  const { cdps, confirmed, market } = seen
  if (cdps.kind === 'failed') stops.push(`CDPs cannot be read: ${cdps.why}`)
  if (market.kind === 'failed') stops.push(`the market cannot be read: ${market.why}`)
  if (confirmed.kind === 'failed') stops.push(`get_cdp does not answer: ${confirmed.why}`)
  else if (confirmed.value.length > 0 && confirmed.value.every((each) => each.kind === 'refused'))
    stops.push('get_cdp refuses every CDP that it was asked')
  const unjudged = seen.verdicts.filter((verdict) => verdict.kind === 'unjudged')
  const exceptions = [
    ...(unjudged.length > 0
      ? [
          `${unjudged.length} of ${seen.verdicts.length} CDPs are not judged by us and put to get_cdp: ${unjudged[0]?.why}`,
        ]
      : []),
    ...(market.kind === 'done' ? pricesUnknown(market.value) : []),
  ]
  return {
    id: 'detection',
    name: 'detection of CDPs that may be liquidated',
    works: stops.length === 0,
    why: [...stops, ...exceptions],
  }
}

function inWords(freshness: Exclude<Freshness, { kind: 'fresh' }>): string {
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`
  switch (freshness.kind) {
    case 'stale':
      return `the ledger is ${seconds(freshness.ageMs)} old, a run needs it younger than ${seconds(freshness.limitMs)}`
    case 'halted':
      return `the ledger has stood still for ${seconds(freshness.ageMs)}`
    case 'epoch-stalled':
      return `epoch ${freshness.epoch} has not ended for ${seconds(freshness.standsForMs)}`
    case 'ahead':
      return `the ledger is ${seconds(freshness.aheadMs)} ahead of this machine's clock`
  }
}

function pricesUnknown(market: MarketSnapshot): readonly string[] {
  const why = [...market.resources.keys()].flatMap((asset) => {
    try {
      priceInForce(market, asset, market.syncPoint.ledgerTimeMs)
      return []
    } catch (error) {
      return [`${asset}: ${error instanceof Error ? error.message : String(error)}`]
    }
  })
  return why.length === 0 ? [] : [`${why.length} of ${market.resources.size} assets have no price in force: ${why[0]}`]
}

/** The liquidator plans only where the market judges a CDP as we do. */
function whyNothingIsPlanned({ verdicts, confirmed }: Examination): string | undefined {
  if (confirmed.kind === 'failed') return `get_cdp does not answer: ${confirmed.why}`
  const compared = confirmed.value.filter((each) => each.kind === 'confirmed')
  const judged = new Set(verdicts.flatMap((each) => (each.kind === 'judged' ? [each.health.cdpId] : [])))
  if (compared.length === 0 || compared.every(({ cdpId }) => !judged.has(cdpId)))
    return 'of the CDPs that were read, none with a loan is judged by us and by the market'
  const differing = disagreementsOf(verdicts, confirmed.value)
  return differing.length === 0
    ? undefined
    : `the market judges ${differing.length} of ${compared.length} CDPs otherwise than we do; look again, for a price may have moved meanwhile`
}
