import type { Expectation } from '../scenarios/scenario.ts'
import type { StackReport } from './report.ts'

/** Liquidatable for longer than this many cadences without a stated reason is a failure. */
export const GRACE_CADENCES = 2

/**
 * Whether the run was right: nothing liquidatable is left without a reason, no message is lost or left over, no intent was
 * double-signed, and the scenario's own expectation holds. Every problem is one sentence for a person.
 * @param overdue what was liquidatable for too long, with its last outcome.
 */
export function verdictOf(
  report: Omit<StackReport, 'verdict'>,
  overdue: ReadonlyMap<string, string>,
  expectation: Expectation,
): StackReport['verdict'] {
  const problems = [
    ...[...overdue]
      .filter(([id]) => report.ledger.reasons[id] === undefined)
      .map(
        ([id, last]) =>
          `${id} stayed liquidatable for more than ${GRACE_CADENCES} cadences and no outcome says why (last: ${last}).`,
      ),
    ...queueProblems('indexing', report.queues.indexing),
    ...queueProblems('liquidation', report.queues.liquidation),
    ...doubleEffects(report),
    ...expectationProblems(report, expectation),
  ]
  return { passed: problems.length === 0, problems }
}

function queueProblems(name: string, queue: StackReport['queues']['indexing']): readonly string[] {
  const problems: string[] = []
  const accounted = queue.deleted + queue.deadLettered + queue.leftOver
  if (queue.sent !== accounted)
    problems.push(`Queue ${name} was sent ${queue.sent} messages, of which ${accounted} are accounted for.`)
  if (queue.leftOver > 0) problems.push(`Queue ${name} still holds ${queue.leftOver} messages.`)
  if (queue.deadLettered > 0) problems.push(`Queue ${name} dead-lettered ${queue.deadLettered} messages.`)
  return problems
}

function doubleEffects({ ledger }: Omit<StackReport, 'verdict'>): readonly string[] {
  const problems: string[] = []
  if (ledger.duplicateIntents > 0) problems.push(`${ledger.duplicateIntents} intents were signed beside a live one.`)
  if (ledger.liquidatedTwiceInOneExcursion.length > 0)
    problems.push(`Liquidated twice in one excursion: ${ledger.liquidatedTwiceInOneExcursion.join(', ')}.`)
  return problems
}

function expectationProblems(report: Omit<StackReport, 'verdict'>, expectation: Expectation): readonly string[] {
  const problems: string[] = []
  const committed = report.ledger.liquidationsCommitted
  if (report.runs.dispatched === 0) problems.push('Not one run was dispatched.')
  if (expectation.liquidations === 'none' && committed > 0)
    problems.push(`${committed} liquidations were committed where none may happen.`)
  if (expectation.liquidations === 'some' && committed === 0) problems.push('Not one liquidation was committed.')
  if (report.liquidations.stale.total < (expectation.minStale ?? 0))
    problems.push(
      `${report.liquidations.stale.total} candidates went stale; at least ${expectation.minStale} expected.`,
    )
  for (const kind of expectation.outcomes ?? [])
    if (!report.liquidations.byKind[kind]) problems.push(`No candidate ended as ${kind}.`)
  if (expectation.badDebt && report.anomalies.badDebtCdps.length === 0) problems.push('No CDP was named for bad debt.')
  if (expectation.refusedRuns && report.runs.refused === 0) problems.push('No run was refused.')
  const share = report.ledger.liquidatableAtOnce / report.cdps
  if (share < (expectation.minLiquidatableShare ?? 0))
    problems.push(
      `${percent(share)} of the CDPs were liquidatable at once; at least ${percent(expectation.minLiquidatableShare ?? 0)} expected.`,
    )
  const { candidatesPerMinute } = report.timing
  if (candidatesPerMinute < (expectation.minCandidatesPerMinute ?? 0))
    problems.push(
      `${candidatesPerMinute.toFixed(0)} CDPs a minute became candidates; at least ${expectation.minCandidatesPerMinute} expected.`,
    )
  for (const symbol of expectation.untrusted ?? [])
    if (!report.anomalies.untrustedSymbols.includes(symbol)) problems.push(`The price of ${symbol} was never doubted.`)
  return problems
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`
}
