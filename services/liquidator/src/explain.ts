import {
  type CdpHealth,
  type CdpId,
  type ConfirmedHealth,
  Decimal,
  type Freshness,
  judgeFreshness,
  judgeHealth,
  type OperatingMode,
  type PlanVerdict,
  type PreviewOutcome,
  type SyncPoint,
} from '@weft/domain'
import type { LiquidatorDeps } from './deps.ts'
import { untrustedAssets } from './guards/prices-plausible.ts'
import type { LiquidationOutcome } from './outcome.ts'
import { planAndPreview } from './plan-and-preview.ts'
import { readAtTip } from './tip-reading.ts'

/** What an operator wants to see of one CDP: how it stands, what could be done, and what the ledger would make of it. */
export type Explanation =
  | { readonly kind: 'burned'; readonly cdpId: CdpId; readonly tip: SyncPoint }
  | {
      readonly kind: 'unjudged'
      readonly cdpId: CdpId
      readonly tip: SyncPoint
      readonly why: string
      readonly confirmed: ConfirmedHealth | undefined
    }
  | {
      readonly kind: 'explained'
      readonly cdpId: CdpId
      readonly tip: SyncPoint
      readonly mode: OperatingMode
      readonly freshness: Freshness
      readonly health: CdpHealth
      /** The ledger's own word. */
      readonly confirmed: ConfirmedHealth | undefined
      /** Guards that would stop a candidate of this CDP now, in their order. */
      readonly stops: readonly LiquidationOutcome[]
      readonly verdict: PlanVerdict
      /** Absent when there is no plan. */
      readonly manifest: string | undefined
      readonly preview: PreviewOutcome | undefined
    }

/**
 * Everything that `liquidate` would look at and decide for one CDP, without claiming, signing or submitting. It goes on past what
 * would stop a candidate, so that all of it can be seen at once; a healthy CDP has a plan too, which its preview shows to fail.
 * @throws {LedgerUnavailableError} @throws {LedgerDataError}
 */
export async function explain(cdpId: CdpId, deps: LiquidatorDeps): Promise<Explanation> {
  const tip = await deps.ledger.syncPoint()
  const look = await readAtTip(cdpId, tip, 'exact', deps)
  if (look.kind === 'burned') return { kind: 'burned', cdpId, tip }
  const [confirmed] = await deps.oracle.confirm([cdpId])
  if (look.kind === 'unreadable') return { kind: 'unjudged', cdpId, tip, why: look.why, confirmed }
  const { reading } = look
  const judged = judgeHealth(reading.cdp, reading.market, reading.nfts, tip.ledgerTimeMs)
  if (judged.kind === 'unjudged') return { kind: 'unjudged', cdpId, tip, why: judged.why, confirmed }

  const stops: LiquidationOutcome[] = []
  const assets = await untrustedAssets(reading.cdp, reading.market, reading.nfts, deps.prices)
  if (assets.length > 0) stops.push({ kind: 'quarantined', assets })
  const balances = await deps.ledger.balances(deps.signer.account)
  const rehearsed = await planAndPreview(reading, judged.health, balances, Decimal.ZERO, deps)
  const { manifest, preview } = rehearsed.kind === 'previewed' ? rehearsed : {}
  if (rehearsed.kind === 'previewed' && rehearsed.matched.kind === 'stop') stops.push(rehearsed.matched.outcome)
  return {
    kind: 'explained',
    cdpId,
    tip,
    mode: await deps.mode.mode(),
    freshness: judgeFreshness(tip, deps.clock.now(), deps.limits.freshness),
    health: judged.health,
    confirmed,
    stops,
    verdict: rehearsed.verdict,
    manifest,
    preview,
  }
}
