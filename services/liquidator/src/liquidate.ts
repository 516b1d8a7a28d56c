import {
  type CandidateMessage,
  type CdpHealth,
  type CdpStanding,
  type Claim,
  type ConsideredAlternative,
  Decimal,
  type ExecutionRecord,
  type LiquidationPlan,
  ManifestRefusedError,
  type MarketSnapshot,
  type OperatingMode,
  type ResourceAddress,
  type SyncPoint,
} from '@weft/domain'
import { commitOnce } from './commit-once.ts'
import type { LiquidatorDeps } from './deps.ts'
import { finish } from './finish.ts'
import { governors } from './guards/governors.ts'
import { killSwitch } from './guards/kill-switch.ts'
import { ledgerFresh } from './guards/ledger-fresh.ts'
import { pricesPlausible } from './guards/prices-plausible.ts'
import { stillLiquidatable } from './guards/still-liquidatable.ts'
import { walletFloor } from './guards/wallet-floor.ts'
import {
  type GuardVerdict,
  type HeldOutcome,
  type LiquidationOutcome,
  pass,
  type StaleOutcome,
  stop,
} from './outcome.ts'
import { planAndPreview, withSingleCalls } from './plan-and-preview.ts'
import { isLive, outcomeOf } from './record-outcome.ts'
import { reportOutcome } from './report-outcome.ts'
import { abandon } from './settle.ts'
import { storedPlan } from './stored-plan.ts'
import { readAtTip, type TipLook, type TipReading } from './tip-reading.ts'
import { type UnderClaim, underClaim } from './under-claim.ts'
import { unitValuesXrd } from './unit-values.ts'

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
  if (holder && holder.leaseUntilMs > deps.clock.now()) return held(holder)

  const look = await readAtTip(candidate.cdpId, tip, 'recent', deps)
  if (look.kind === 'read') {
    const plausible = await pricesPlausible(candidate, look.reading, deps)
    if (plausible.kind === 'stop') {
      const ended = live ? await endOfSent(candidate, tip, deps) : undefined
      return ended ?? plausible.outcome
    }
  }
  // Before the CDP is judged: our own commit is what makes it healthy, and its record must not stay open.
  if (live) return pickUp(candidate, mode.value, tip, deps)
  if (look.kind !== 'read') return unread(candidate, look, tip)
  const judged = await judge(candidate, look.reading, deps)
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

/**
 * Judges the CDP. A contradiction with the ledger is looked at again, with what moves read at the tip and at last with everything, and so
 * is what cannot be judged: the market may have gained a resource or a configuration since it was last read as a whole.
 */
async function judge(
  candidate: CandidateMessage,
  reading: TipReading,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Judged>> {
  let verdict = await judgeOn(candidate, reading, deps)
  // What moves is what has moved most often; all of it is fifteen requests.
  for (const market of ['fresh', 'exact'] as const) {
    if (verdict.kind === 'pass' || !isInDoubt(verdict.outcome)) return verdict
    const again = await lookAgain(candidate, market, deps)
    if (again.kind === 'stop') return again
    verdict = await judgeOn(candidate, again.value, deps)
  }
  return verdict
}

/** Another look, on a fresher market, whose prices must be plausible as those of the first: what is new may be what is wrong. */
async function lookAgain(
  candidate: CandidateMessage,
  market: 'fresh' | 'exact',
  deps: LiquidatorDeps,
): Promise<GuardVerdict<TipReading>> {
  const tip = await deps.ledger.syncPoint()
  const look = await readAtTip(candidate.cdpId, tip, market, deps)
  if (look.kind !== 'read') return stop(unread(candidate, look, tip))
  const plausible = await pricesPlausible(candidate, look.reading, deps)
  return plausible.kind === 'stop' ? plausible : pass(look.reading)
}

async function judgeOn(
  candidate: CandidateMessage,
  reading: TipReading,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Judged>> {
  const verdict = await stillLiquidatable(candidate, reading, deps.oracle, deps.limits.ltvTolerance)
  return verdict.kind === 'pass' ? pass({ reading, health: verdict.value }) : verdict
}

/** Whether another reading of the market may tell otherwise. */
function isInDoubt({ kind }: LiquidationOutcome): boolean {
  return kind === 'health-disagreement' || kind === 'unjudged'
}

interface Judged {
  readonly reading: TipReading
  readonly health: CdpHealth
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

interface Rehearsed {
  readonly plan: LiquidationPlan
  readonly alternatives: readonly ConsideredAlternative[]
  readonly manifest: string
  readonly feeXrd: Decimal
  /** The market that the plan was made on. */
  readonly market: MarketSnapshot
  /** Where the ledger stood when the CDP was read. */
  readonly tip: SyncPoint
}

/** Dry runs of one candidate; in a shock each moves the exchange that the next one counts on. */
const MAX_REHEARSALS = 3

/**
 * Plan and dry run. When the ledger's dry run does not do what was planned, the world has moved: everything is looked at again,
 * and a CDP that a competitor took meanwhile is stale rather than a mismatch.
 */
async function rehearse(
  candidate: CandidateMessage,
  first: Judged,
  balances: ReadonlyMap<ResourceAddress, Decimal>,
  lossesTodayXrd: Decimal,
  deps: LiquidatorDeps,
): Promise<GuardVerdict<Rehearsed>> {
  let { reading, health } = first
  for (let rehearsal = 1; ; rehearsal += 1) {
    // A dry run that keeps doing something else may be due to several calls, which nobody has seen the market take.
    const rehearsedWith = rehearsal < MAX_REHEARSALS ? deps : withSingleCalls(deps)
    const rehearsed = await planAndPreview(reading, health, balances, lossesTodayXrd, rehearsedWith)
    if (rehearsed.kind === 'unplanned') return stop(rehearsed.verdict)
    const { manifest, matched } = rehearsed
    const { plan, alternatives } = rehearsed.verdict
    if (matched.kind === 'pass')
      return pass({ plan, alternatives, manifest, feeXrd: matched.value, market: reading.market, tip: reading.tip })
    if (rehearsal === MAX_REHEARSALS) return matched
    const again = await lookAgain(candidate, rehearsal === 1 ? 'fresh' : 'exact', deps)
    if (again.kind === 'stop') return again
    const judged = await judge(candidate, again.value, deps)
    if (judged.kind === 'stop') return judged
    ;({ reading, health } = judged.value)
  }
}

/** Found before our own last liquidation of this CDP committed: whatever it saw, that liquidation has answered it. */
function isSuperseded(candidate: CandidateMessage, attempts: readonly ExecutionRecord[]): boolean {
  return attempts.some(
    ({ state, realised }) =>
      state === 'committed' && realised !== null && realised.committedStateVersion >= candidate.stateVersion,
  )
}

function stale(candidate: CandidateMessage, reason: StaleOutcome['reason'], tip: SyncPoint): StaleOutcome {
  return {
    kind: 'stale',
    reason,
    candidateStateVersion: candidate.stateVersion,
    atStateVersion: tip.stateVersion,
  }
}

function unread(
  candidate: CandidateMessage,
  look: Exclude<TipLook, { kind: 'read' }>,
  tip: SyncPoint,
): LiquidationOutcome {
  return look.kind === 'burned' ? stale(candidate, 'burned', tip) : { kind: 'unjudged', why: look.why }
}

function claimOutcome(result: UnderClaim<LiquidationOutcome>): LiquidationOutcome {
  return result.kind === 'done' ? result.value : held(result)
}

function held({ owner, leaseUntilMs }: NonNullable<CdpStanding['holder']>): HeldOutcome {
  return { kind: 'held', by: 'worker', detail: `claimed by ${owner} until ${new Date(leaseUntilMs).toISOString()}` }
}

/** Nothing can be gained from it until the market has moved. */
function isFruitless({ kind }: LiquidationOutcome): boolean {
  return kind === 'unprofitable' || kind === 'impossible'
}
