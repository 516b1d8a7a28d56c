import {
  type CandidateMessage,
  type Claim,
  Decimal,
  type ExecutionRecord,
  ManifestRefusedError,
  type OperatingMode,
  type SyncPoint,
} from '@weft/domain'
import { commitOnce } from './commit/commit-once.ts'
import { finish } from './commit/finish.ts'
import { abandon } from './commit/settle.ts'
import { storedPlan } from './commit/stored-plan.ts'
import { type UnderClaim, underClaim } from './commit/under-claim.ts'
import { governors } from './decide/guards/governors.ts'
import { killSwitch } from './decide/guards/kill-switch.ts'
import { ledgerFresh } from './decide/guards/ledger-fresh.ts'
import { pricesPlausible } from './decide/guards/prices-plausible.ts'
import { walletFloor } from './decide/guards/wallet-floor.ts'
import { type Judged, judge, stale, unread } from './decide/judge.ts'
import { rehearse } from './decide/rehearse.ts'
import { unitValuesXrd } from './decide/unit-values.ts'
import type { LiquidatorDeps } from './deps.ts'
import { heldByWorker, type LiquidationOutcome } from './outcome/outcome.ts'
import { isLive, outcomeOf } from './outcome/record-outcome.ts'
import { reportOutcome } from './outcome/report-outcome.ts'
import { readAtTip } from './reading/tip-reading.ts'

type ActiveMode = Exclude<OperatingMode, 'paused'>

/**
 * One candidate to one outcome. The guards run in a fixed order, each with an outcome of its own; what an earlier worker began is
 * brought to its end before anything new is thought of.
 * @returns any outcome acknowledges the message.
 * @throws any fault returns the message: it is delivered again, or reaches the dead-letter queue.
 */
export async function liquidate(candidate: CandidateMessage, deps: LiquidatorDeps): Promise<LiquidationOutcome> {
  const log = deps.log.along({ runId: candidate.runId, cdpId: candidate.cdpId })
  const outcome = await decide(candidate, { ...deps, log })
  reportOutcome(candidate, outcome, { ...deps, log })
  return outcome
}

async function decide(candidate: CandidateMessage, deps: LiquidatorDeps): Promise<LiquidationOutcome> {
  const mode = await killSwitch(deps.mode)
  if (mode.kind === 'stop') return mode.outcome
  const fresh = await ledgerFresh(deps.ledger, deps.past, deps.clock, deps.limits.freshness)
  if (fresh.kind === 'stop') return fresh.outcome
  const tip = fresh.value

  const { attempts, holder } = await deps.journal.standingOf(candidate.cdpId)
  const live = attempts[0] && isLive(attempts[0])
  // Asked of the journal before anything is asked of the ledger: in a shock, scans queue a CDP again while it is being worked off.
  if (!live && isSuperseded(candidate, attempts)) return stale(candidate, 'superseded', tip)
  // The claim would say the same once the ledger had been asked in vain.
  if (holder && holder.leaseUntilMs > deps.clock.now()) return heldByWorker(holder)

  const look = await readAtTip(candidate.cdpId, tip, 'recent', deps)
  const plausible = look.kind === 'read' ? await pricesPlausible(candidate, look.reading, deps) : undefined
  if (plausible?.kind === 'stop') {
    const ended = live ? await endOfSent(candidate, tip, deps) : undefined
    return ended ?? plausible.outcome
  }
  // Before the CDP is judged: our own commit is what makes it healthy, and its record must not stay open.
  // What was signed before a price was doubted may count on that price: it is not sent again.
  const isDoubtful = plausible !== undefined && plausible.value.doubted.size > 0
  if (live) return pickUp(candidate, isDoubtful ? 'dry-run' : mode.value, tip, deps)
  if (look.kind !== 'read') return unread(candidate, look, tip)
  const judged = await judge(candidate, plausible?.value ?? look.reading, deps)
  if (judged.kind === 'stop') return judged.outcome

  return claimOutcome(
    await underClaim(
      candidate.cdpId,
      deps,
      async (claim, latest) => {
        // Somebody was faster between the look and the claim.
        if (latest && isLive(latest)) return finish(claim, latest, mode.value, deps)
        if (latest && isSuperseded(candidate, [latest])) return stale(candidate, 'superseded', tip)
        return execute(candidate, claim, latest, { mode: mode.value, judged: judged.value, attempts }, deps)
      },
      isFruitless,
    ),
  )
}

/** On prices that are doubted nothing is sent again, but what was sent before is looked at: its record must not stay open. */
async function endOfSent(
  candidate: CandidateMessage,
  tip: SyncPoint,
  deps: LiquidatorDeps,
): Promise<LiquidationOutcome | undefined> {
  const outcome = await pickUp(candidate, 'dry-run', tip, deps)
  return outcome.kind === 'held' || outcome.kind === 'stale' ? undefined : outcome
}

async function pickUp(
  candidate: CandidateMessage,
  mode: ActiveMode,
  tip: SyncPoint,
  deps: LiquidatorDeps,
): Promise<LiquidationOutcome> {
  return claimOutcome(
    await underClaim(candidate.cdpId, deps, async (claim, latest) =>
      // Concluded and reported by another worker meanwhile: this candidate is no evidence for anything new.
      latest && isLive(latest) ? finish(claim, latest, mode, deps) : stale(candidate, 'superseded', tip),
    ),
  )
}

/** What the guards before the claim have learned. */
interface Prospect {
  readonly mode: ActiveMode
  readonly judged: Judged
  readonly attempts: readonly ExecutionRecord[]
}

/** From governors to the committed receipt; the CDP is claimed and no intent of it is live. */
async function execute(
  candidate: CandidateMessage,
  claim: Claim,
  latest: ExecutionRecord | undefined,
  { mode, judged, attempts }: Prospect,
  deps: LiquidatorDeps,
): Promise<LiquidationOutcome> {
  if (latest?.state === 'planned') await abandon(claim, latest, deps)
  const spent = { attemptsOfCdp: attempts, spendingOfDay: await deps.spending.within() }
  const governed = governors(spent, deps.limits.spend, deps.clock.now())
  if (governed.kind === 'stop') return governed.outcome
  const wallet = await walletFloor(deps.signer.account, judged.reading.market.xrd, deps.policy, deps.ledger)
  if (wallet.kind === 'stop') return wallet.outcome
  deps.metrics.count('WalletXrd', (wallet.value.get(judged.reading.market.xrd) ?? Decimal.ZERO).toApproxNumber())

  const rehearsed = await rehearse(candidate, judged, wallet.value, governed.value.lossesTodayXrd, deps)
  if (rehearsed.kind === 'stop') return rehearsed.outcome
  const { plan, alternatives, manifest, feeXrd, market, tip } = rehearsed.value
  if (mode === 'dry-run') return { kind: 'dry-run', plan, alternatives, manifest, previewFeeXrd: feeXrd }
  // Planning takes seconds, and an operator's word counts until the signature.
  if ((await deps.mode.mode()) !== 'live') return { kind: 'paused' }

  const values = unitValuesXrd(plan.expectedChanges.keys(), market, market.syncPoint.ledgerTimeMs)
  const stored = storedPlan(plan, alternatives, values)
  try {
    const attempt = (latest?.attempt ?? 0) + 1
    return outcomeOf(await commitOnce(claim, candidate, attempt, stored, manifest, tip.epoch, deps))
  } catch (error) {
    if (error instanceof ManifestRefusedError) return { kind: 'outflow-refused', why: error.message }
    throw error
  }
}

/** Found before our own last liquidation of this CDP committed: whatever it saw, that liquidation has answered it. */
function isSuperseded(candidate: CandidateMessage, attempts: readonly ExecutionRecord[]): boolean {
  return attempts.some(
    ({ state, realised }) =>
      state === 'committed' && realised !== null && realised.committedStateVersion >= candidate.stateVersion,
  )
}

function claimOutcome(result: UnderClaim<LiquidationOutcome>): LiquidationOutcome {
  return result.kind === 'done' ? result.value : heldByWorker(result)
}

/** Nothing can be gained from it until the market has moved. */
function isFruitless({ kind }: LiquidationOutcome): boolean {
  return kind === 'unprofitable' || kind === 'impossible'
}
