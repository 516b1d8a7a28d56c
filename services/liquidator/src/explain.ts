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
import { governors } from './decide/guards/governors.ts'
import { doubts } from './decide/guards/prices-plausible.ts'
import { walletFloor } from './decide/guards/wallet-floor.ts'
import { planAndPreview } from './decide/plan-and-preview.ts'
import type { LiquidatorDeps } from './deps.ts'
import { type GuardVerdict, heldByIntent, heldByWorker, type LiquidationOutcome } from './outcome/outcome.ts'
import { isLive } from './outcome/record-outcome.ts'
import { readAtTip } from './reading/tip-reading.ts'

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

  const { assets, untouchable } = await doubts(reading, deps)
  const { attempts, holder } = await deps.journal.standingOf(cdpId)
  const [latest] = attempts
  const nowMs = deps.clock.now()
  const governed = governors(
    { attemptsOfCdp: attempts, spendingOfDay: await deps.spending.within() },
    deps.limits.spend,
    nowMs,
  )
  const wallet = await walletFloor(deps.signer.account, reading.market.xrd, deps.policy, deps.ledger)
  const balances = wallet.kind === 'pass' ? wallet.value : await deps.ledger.balances(deps.signer.account)
  const lossesTodayXrd = governed.kind === 'pass' ? governed.value.lossesTodayXrd : Decimal.ZERO
  const rehearsed = await planAndPreview(
    { ...reading, doubted: untouchable },
    judged.health,
    balances,
    lossesTodayXrd,
    deps,
  )
  const { manifest, preview } = rehearsed.kind === 'previewed' ? rehearsed : {}
  const stops: LiquidationOutcome[] = [
    ...(assets.length > 0 ? [{ kind: 'quarantined', assets } as const] : []),
    ...(holder && holder.leaseUntilMs > nowMs ? [heldByWorker(holder)] : []),
    ...(latest && isLive(latest) ? [heldByIntent(latest)] : []),
    ...stopOf(governed),
    ...stopOf(wallet),
    ...(rehearsed.kind === 'previewed' ? stopOf(rehearsed.matched) : []),
  ]
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

function stopOf(verdict: GuardVerdict<unknown>): readonly LiquidationOutcome[] {
  return verdict.kind === 'stop' ? [verdict.outcome] : []
}
