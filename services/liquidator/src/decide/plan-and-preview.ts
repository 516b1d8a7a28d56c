import type { CdpHealth, Decimal, LiquidationPlan, PlanVerdict, PreviewOutcome, ResourceAddress } from '@weft/domain'
import type { LiquidatorDeps } from '../deps.ts'
import type { GuardVerdict } from '../outcome/outcome.ts'
import type { TipReading } from '../reading/tip-reading.ts'
import { previewMatches } from './guards/preview-matches.ts'
import { planLiquidation } from './plan-liquidation.ts'

type Planned = Extract<PlanVerdict, { kind: 'planned' }>

export type PlanAndPreview =
  | { readonly kind: 'unplanned'; readonly verdict: Exclude<PlanVerdict, Planned> }
  | {
      readonly kind: 'previewed'
      readonly verdict: Planned
      readonly manifest: string
      readonly preview: PreviewOutcome
      /** Whether the dry run did what was planned; its fee in XRD. */
      readonly matched: GuardVerdict<Decimal>
    }

/**
 * Plans and has the ledger run it dry. That the market takes several calls of `liquidate` in one transaction is *unverified*: when such a
 * dry run fails, one call is planned at once on the same reading.
 */
export async function planAndPreview(
  reading: TipReading,
  health: CdpHealth,
  balances: ReadonlyMap<ResourceAddress, Decimal>,
  lossesTodayXrd: Decimal,
  deps: LiquidatorDeps,
): Promise<PlanAndPreview> {
  const verdict = await planLiquidation(reading, health, balances, lossesTodayXrd, deps)
  if (verdict.kind !== 'planned') return { kind: 'unplanned', verdict }
  const manifest = deps.writeManifest(verdict.plan.steps)
  const preview = await deps.ledger.preview(manifest)
  const calls = callsOf(verdict.plan)
  if (preview.kind === 'failed' && calls > 1) {
    deps.log.emit({ event: 'liquidator.several_calls_refused', calls, why: preview.error })
    return planAndPreview(reading, health, balances, lossesTodayXrd, withSingleCalls(deps))
  }
  const matched = previewMatches(verdict.plan, preview, deps.signer.account, deps.limits.previewTolerance)
  return { kind: 'previewed', verdict, manifest, preview, matched }
}

export function withSingleCalls(deps: LiquidatorDeps): LiquidatorDeps {
  return { ...deps, policy: { ...deps.policy, maxCallsPerTransaction: 1 } }
}

function callsOf({ steps }: LiquidationPlan): number {
  return steps.filter(({ kind }) => kind === 'liquidate').length
}
