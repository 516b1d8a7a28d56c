import {
  type CandidateMessage,
  type CdpId,
  type Claim,
  Decimal,
  EpochRefusedError,
  type ExecutionRecord,
  ManifestRefusedError,
  type OperatingMode,
  type SyncPoint,
  WithdrawalCapError,
} from '@weft/domain'
import { commitOnce } from './commit/commit-once.ts'
import { finish } from './commit/finish.ts'
import { abandon } from './commit/settle.ts'
import { storedPlan } from './commit/stored-plan.ts'
import { type UnderClaim, underClaim } from './commit/under-claim.ts'
import { type Facts, known, type Subject } from './decide/facts.ts'
import { askGuards, BEFORE_CLAIM, UNDER_CLAIM } from './decide/guard-chain.ts'
import { stale } from './decide/judge.ts'
import { Looks } from './decide/looks.ts'
import { isSuperseded } from './decide/superseded.ts'
import { unitValuesXrd } from './decide/unit-values.ts'
import type { LiquidatorDeps } from './deps.ts'
import { heldByIntent, heldByWorker, type LiquidationOutcome } from './outcome/outcome.ts'
import { isLive, outcomeOf } from './outcome/record-outcome.ts'
import { reportOutcome } from './outcome/report-outcome.ts'

/**
 * One candidate to one outcome: the first guard of the chain that stops it, or the end of its transaction. What an earlier worker began is
 * brought to its end before anything new is thought of.
 * @returns any outcome acknowledges the message.
 * @throws any fault returns the message: it is delivered again, or reaches the dead-letter queue.
 */
export async function liquidate(candidate: CandidateMessage, deps: LiquidatorDeps): Promise<LiquidationOutcome> {
  const log = deps.log.along({ runId: candidate.runId, cdpId: candidate.cdpId })
  const outcome = await decide(candidate, { ...deps, log })
  await reportOutcome(candidate, outcome, { ...deps, log })
  if (outcome.kind === 'stale' && outcome.reason === 'superseded') await reportLatest(candidate.cdpId, { ...deps, log })
  return outcome
}

/** Who committed what superseded this candidate may have died before saying so. */
async function reportLatest(cdpId: CdpId, deps: LiquidatorDeps): Promise<void> {
  const [latest] = (await deps.journal.standingOf(cdpId)).attempts
  if (latest?.state !== 'committed') return
  await reportOutcome(latest, outcomeOf(latest), { ...deps, log: deps.log.along({ runId: latest.runId }) })
}

async function decide(candidate: CandidateMessage, deps: LiquidatorDeps): Promise<LiquidationOutcome> {
  const subject: Subject = {
    cdpId: candidate.cdpId,
    stateVersion: candidate.stateVersion,
    detectedAtMs: candidate.detectedAtMs,
    holdBack: (assets, entry) => deps.quarantine.hold(candidate, [...assets], deps.clock.now(), entry),
    looks: new Looks(),
  }
  const before = await askGuards(BEFORE_CLAIM, subject, {}, deps, 'end')
  const [stopped] = before.stops
  if (stopped) return (await endOfSent(candidate, stopped.outcome, before.facts, deps)) ?? stopped.outcome
  const { tip, mode } = known(before.facts, ['tip', 'mode'])

  return claimOutcome(
    await underClaim(
      candidate.cdpId,
      deps,
      async (claim, latest) => {
        // Somebody was faster between the look and the claim.
        if (latest && isLive(latest)) return finish(claim, latest, mode, deps)
        if (latest && isSuperseded(candidate, [latest], deps)) return stale(candidate, 'superseded', tip)
        return execute(candidate, subject, claim, latest, before.facts, deps)
      },
      isFruitless,
    ),
  )
}

/**
 * What was sent before is brought to its end whatever stops something new: its record must not stay open. On prices that are doubted it
 * is only looked at, and nothing is sent again.
 * @returns `undefined` when nothing came to an end.
 */
async function endOfSent(
  candidate: CandidateMessage,
  stopped: LiquidationOutcome,
  { standing, mode, tip, reading }: Partial<Facts>,
  deps: LiquidatorDeps,
): Promise<LiquidationOutcome | undefined> {
  const latest = standing?.attempts[0]
  if (!mode || !tip || !latest || !isLive(latest)) return undefined
  const isDoubtful = (reading?.doubted?.size ?? 0) > 0
  // What was signed before a price was doubted may count on that price: it is not sent again.
  if (stopped.kind === 'held' && stopped.by === 'intent')
    return pickUp(candidate, isDoubtful ? 'dry-run' : mode, tip, deps)
  if (stopped.kind !== 'quarantined') return undefined
  const outcome = await pickUp(candidate, 'dry-run', tip, deps)
  return outcome.kind === 'held' || outcome.kind === 'stale' ? undefined : outcome
}

async function pickUp(
  candidate: CandidateMessage,
  mode: OperatingMode,
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

/** From governors to the committed receipt; the CDP is claimed and no intent of it is live. */
async function execute(
  candidate: CandidateMessage,
  subject: Subject,
  claim: Claim,
  latest: ExecutionRecord | undefined,
  before: Partial<Facts>,
  deps: LiquidatorDeps,
): Promise<LiquidationOutcome> {
  if (latest?.state === 'planned') await abandon(claim, latest, deps)
  const { facts, stops } = await askGuards(UNDER_CLAIM, subject, before, deps, 'end')
  reportWallet(facts, deps)
  const [stopped] = stops
  if (stopped) return stopped.outcome
  const { mode, rehearsed } = known(facts, ['mode', 'rehearsed'])
  const { plan, alternatives, manifest, feeXrd, market, tip } = rehearsed
  if (mode === 'dry-run') return { kind: 'dry-run', plan, alternatives, manifest, previewFeeXrd: feeXrd }
  // Planning takes seconds, and an operator's word counts until the signature.
  if ((await deps.mode.mode()) !== 'live') return { kind: 'paused' }

  const values = unitValuesXrd(plan.expectedChanges.keys(), market, market.syncPoint.ledgerTimeMs)
  const stored = storedPlan(plan, alternatives, values)
  try {
    const attempt = (latest?.attempt ?? 0) + 1
    const record = await commitOnce(claim, candidate, attempt, stored, manifest, tip.epoch, deps)
    return isLive(record) ? heldByIntent(record) : outcomeOf(record)
  } catch (error) {
    if (error instanceof WithdrawalCapError)
      return { kind: 'governed', governor: 'own-funds-per-hour', used: error.usedXrd, limit: error.limitXrd }
    if (error instanceof EpochRefusedError) return { kind: 'epoch-refused', why: error.message }
    if (error instanceof ManifestRefusedError) return { kind: 'outflow-refused', why: error.message }
    throw error
  }
}

/** Also of a wallet that is low or empty: an alarm must not fall silent just then. */
function reportWallet({ balances, reading }: Partial<Facts>, { metrics }: LiquidatorDeps): void {
  if (balances && reading)
    metrics.count('WalletXrd', (balances.get(reading.market.xrd) ?? Decimal.ZERO).toApproxNumber())
}

function claimOutcome(result: UnderClaim<LiquidationOutcome>): LiquidationOutcome {
  return result.kind === 'done' ? result.value : heldByWorker(result)
}

/** Nothing can be gained from it until the market has moved. */
function isFruitless({ kind }: LiquidationOutcome): boolean {
  return kind === 'unprofitable' || kind === 'impossible'
}
