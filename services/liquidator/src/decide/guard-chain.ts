import type { LiquidatorDeps } from '../deps.ts'
import { type GuardVerdict, heldByIntent, heldByWorker, type LiquidationOutcome } from '../outcome/outcome.ts'
import { isLive } from '../outcome/record-outcome.ts'
import { readAtTip } from '../reading/tip-reading.ts'
import { type Facts, type Finding, knows, type Subject } from './facts.ts'
import { governors } from './guards/governors.ts'
import { killSwitch } from './guards/kill-switch.ts'
import { ledgerFresh } from './guards/ledger-fresh.ts'
import { pricesPlausible } from './guards/prices-plausible.ts'
import { walletFloor } from './guards/wallet-floor.ts'
import { judge, stale, unread } from './judge.ts'
import { rehearse } from './rehearse.ts'
import { isSuperseded } from './superseded.ts'

export interface Guard {
  readonly name: string
  /** @returns `undefined` when the guards before it learned too little to ask it. */
  ask(subject: Subject, facts: Partial<Facts>, deps: LiquidatorDeps): Promise<Finding | undefined>
}

/**
 * All that can stop a candidate, in order; each has an outcome of its own. An operator's word comes first, then what costs nothing to
 * ask. `liquidate` ends at the first stop, `explain` asks all: there is no other place where either could learn what stops a CDP.
 */
export const BEFORE_CLAIM: readonly Guard[] = [
  guard('not-paused', [], async (_, __, deps) => {
    const verdict = await killSwitch(deps.mode)
    return verdict.kind === 'pass'
      ? { learned: { mode: verdict.value } }
      : { stop: verdict.outcome, learned: { mode: 'paused' } }
  }),
  guard('ledger-fresh', [], async (_, __, deps) => {
    const verdict = await ledgerFresh(deps.ledger, deps.past, deps.clock, deps.limits.freshness)
    return found(verdict, (tip) => ({ tip }))
  }),
  // Asked of the journal before anything is asked of the ledger: in a shock, scans queue a CDP again while it is being worked off.
  guard('not-superseded', ['tip'], async (subject, { tip }, deps) => {
    const standing = await deps.journal.standingOf(subject.cdpId)
    const [latest] = standing.attempts
    const superseded = !(latest && isLive(latest)) && isSuperseded(subject, standing.attempts, deps)
    return { ...(superseded ? { stop: stale(subject, 'superseded', tip) } : {}), learned: { standing } }
  }),
  // The claim would say the same once the ledger had been asked in vain.
  guard('unclaimed', ['standing'], async (_, { standing: { holder } }, { clock }) =>
    holder && holder.leaseUntilMs > clock.now() ? { stop: heldByWorker(holder) } : {},
  ),
  guard('prices-plausible', ['tip', 'standing'], async (subject, { tip }, deps) => {
    const look = await readAtTip(subject.cdpId, tip, 'recent', deps)
    if (look.kind !== 'read') return { learned: { look } }
    const verdict = await pricesPlausible(subject, look.reading, deps)
    return { ...found(verdict, () => ({})), learned: { look, reading: verdict.value ?? look.reading } }
  }),
  // Before the CDP is judged: our own commit is what makes it healthy, and its record must not stay open.
  guard('nothing-open', ['standing'], async (_, { standing: { attempts } }) =>
    attempts[0] && isLive(attempts[0]) ? { stop: heldByIntent(attempts[0]) } : {},
  ),
  guard('readable', ['look', 'tip'], async (subject, { look, tip }) =>
    look.kind === 'read' ? {} : { stop: unread(subject, look, tip) },
  ),
  guard('still-liquidatable', ['reading'], async (subject, { reading }, deps) =>
    found(await judge(subject, reading, deps), (judged) => judged),
  ),
]

/** What only who holds the claim may count on. */
export const UNDER_CLAIM: readonly Guard[] = [
  guard('governors', ['standing'], async (_, { standing: { attempts } }, { spending, limits, clock }) => {
    const spent = { attemptsOfCdp: attempts, spendingOfDay: await spending.within() }
    return found(governors(spent, limits.spend, clock.now()), (learned) => learned)
  }),
  guard('wallet-floor', ['reading'], async (_, { reading }, { signer, policy, ledger }) =>
    found(await walletFloor(signer.account, reading.market.xrd, policy, ledger), (balances) => ({ balances })),
  ),
  guard('does-what-is-planned', ['reading', 'health', 'balances', 'lossesTodayXrd'], rehearse),
]

/** Stopped by the first guard that stops it. */
export interface Stopped {
  readonly guard: string
  readonly outcome: LiquidationOutcome
}

/**
 * Asks the guards in their order. @param onStop whether to go on past a stop. @returns what was learned, and who stopped it.
 * @throws whatever a port throws: an unanswered question stops nothing and lets nothing pass.
 */
export async function askGuards(
  guards: readonly Guard[],
  subject: Subject,
  before: Partial<Facts>,
  deps: LiquidatorDeps,
  onStop: 'end' | 'go-on',
): Promise<{ readonly facts: Partial<Facts>; readonly stops: readonly Stopped[] }> {
  let facts = before
  const stops: Stopped[] = []
  for (const { name, ask } of guards) {
    const finding = await ask(subject, facts, deps)
    facts = { ...facts, ...finding?.learned }
    if (!finding?.stop) continue
    stops.push({ guard: name, outcome: finding.stop })
    if (onStop === 'end') break
    // Another look could only undo what stopped it here.
    subject.looks.end()
  }
  return { facts, stops }
}

function found<Learned>(verdict: GuardVerdict<Learned>, learn: (value: Learned) => Partial<Facts>): Finding {
  const learned = verdict.value === undefined ? {} : { learned: learn(verdict.value) }
  return verdict.kind === 'stop' ? { stop: verdict.outcome, ...learned } : learned
}

function guard<Need extends keyof Facts>(
  name: string,
  needs: readonly Need[],
  ask: (subject: Subject, facts: Pick<Facts, Need>, deps: LiquidatorDeps) => Promise<Finding>,
): Guard {
  return {
    name,
    ask: async (subject, facts, deps) => (knows(facts, needs) ? ask(subject, facts, deps) : undefined),
  }
}
