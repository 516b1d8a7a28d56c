import {
  type CdpHealth,
  type CdpId,
  type ConfirmedHealth,
  type Freshness,
  judgeFreshness,
  type OperatingMode,
  type PlanVerdict,
  type PreviewOutcome,
  type SyncPoint,
} from '@weft/domain'
import { type Facts, known, knows } from './decide/facts.ts'
import { askGuards, BEFORE_CLAIM, UNDER_CLAIM } from './decide/guard-chain.ts'
import { Looks } from './decide/looks.ts'
import type { LiquidatorDeps } from './deps.ts'
import type { LiquidationOutcome } from './outcome/outcome.ts'

interface Explained {
  readonly cdpId: CdpId
  readonly tip: SyncPoint
  readonly mode: OperatingMode
  /** What would stop a candidate of this CDP now, in order: the first is what `liquidate` would answer. */
  readonly stops: readonly LiquidationOutcome[]
}

/** What an operator wants to see of one CDP: how it stands, what could be done, and what the ledger would make of it. */
export type Explanation =
  | (Explained & { readonly kind: 'burned' })
  | (Explained & {
      readonly kind: 'unjudged'
      readonly why: string
      readonly confirmed: ConfirmedHealth | undefined
    })
  | (Explained & {
      readonly kind: 'explained'
      readonly freshness: Freshness
      readonly health: CdpHealth
      /** The ledger's own word. */
      readonly confirmed: ConfirmedHealth | undefined
      readonly verdict: PlanVerdict
      /** Absent when there is no plan. */
      readonly manifest: string | undefined
      readonly preview: PreviewOutcome | undefined
    })

/**
 * Everything that `liquidate` would look at and decide for one CDP, without claiming, signing or submitting. It asks the same guards and
 * goes on past what would stop a candidate, so that all of it can be seen at once; a healthy CDP has a plan too, which its preview shows
 * to fail.
 * @throws {LedgerUnavailableError} @throws {LedgerDataError}
 */
export async function explain(cdpId: CdpId, deps: LiquidatorDeps): Promise<Explanation> {
  const { stateVersion } = await deps.ledger.syncPoint()
  const subject = {
    cdpId,
    stateVersion,
    detectedAtMs: deps.clock.now(),
    looks: new Looks(),
    holdBack: async () => undefined,
  }
  const asked = await askGuards([...BEFORE_CLAIM, ...UNDER_CLAIM], subject, {}, deps, 'go-on')
  const { facts } = asked
  const { tip, mode, look } = known(facts, ['tip', 'mode', 'look'])
  const stops = asked.stops.map(({ outcome }) => outcome)
  const explained: Explained = { cdpId, tip, mode, stops }
  if (look.kind === 'burned') return { kind: 'burned', ...explained }
  const [confirmed] = await deps.oracle.confirm([cdpId])
  if (!knows(facts, ['health', 'tried'])) return { kind: 'unjudged', ...explained, why: whyUnjudged(stops), confirmed }
  return {
    kind: 'explained',
    ...explained,
    freshness: judgeFreshness(tip, deps.clock.now(), deps.limits.freshness),
    health: facts.health,
    confirmed,
    ...triedOf(facts),
  }
}

function whyUnjudged(stops: readonly LiquidationOutcome[]): string {
  return stops.flatMap((stop) => (stop.kind === 'unjudged' ? stop.why : [])).join('; ')
}

function triedOf({ tried }: Pick<Facts, 'tried'>) {
  const { manifest, preview } = tried.kind === 'previewed' ? tried : {}
  return { verdict: tried.verdict, manifest, preview }
}
