import { coverageOf, type RunStore } from '@weft/domain'
import { queueDepth } from '../queue-gauge.ts'
import type { Running, RunOptions } from '../running.ts'
import { perMinute } from './rate.ts'
import { StackReport } from './report.ts'
import { percentile, spreadOf } from './spread.ts'
import { verdictOf } from './verdict.ts'
import { whyLeft } from './why-left.ts'

/** Reads ledger and queues one last time and puts the report together. @param overdue liquidatable for too long by now */
export async function buildReport(
  running: Running,
  overdue: readonly string[],
  options: Pick<RunOptions, 'seed'>,
): Promise<StackReport> {
  const { stack, activity, scenario } = running
  const [summary, digests, requests, queues, coverage] = await Promise.all([
    stack.ledger.control.summary(),
    stack.ledger.control.digests(),
    stack.ledger.requestsByEndpoint(),
    queueCounts(running),
    coverageCounts(running, stack.deps.dispatcher.runs),
  ])
  const kinds = Object.fromEntries(activity.outcomes)
  const staleByReason = Object.fromEntries(activity.staleReasons)
  const byOthers = summary.liquidations.filter((each) => each.by !== stack.operatorAccount).length
  const report = {
    schemaVersion: 1 as const,
    scenario: scenario.name,
    seed: options.seed,
    network: 'local' as const,
    cdps: summary.cdps,
    runs: {
      dispatched: activity.runs.dispatched,
      refused: activity.runs.refused,
      failed: activity.runs.failed,
      ...coverage,
    },
    gatewayRequests: {
      total: Object.values(requests).reduce((sum, each) => sum + each, 0),
      byEndpoint: { ...requests },
    },
    candidates: activity.candidates.sent,
    liquidations: {
      committed: kinds.liquidated ?? 0,
      stale: { total: kinds.stale ?? 0, byReason: staleByReason },
      unprofitable: kinds.unprofitable ?? 0,
      failed: (kinds.failed ?? 0) + (kinds.expired ?? 0),
      byKind: kinds,
    },
    ledger: {
      stateVersion: summary.stateVersion,
      liquidatableEver: running.watch.everCount,
      liquidatableAtOnce: running.watch.mostAtOnce,
      liquidatableAtEnd: [...summary.liquidatable],
      reasons: Object.fromEntries(
        summary.liquidatable.flatMap((id) => {
          const reason = whyLeft(id, activity, running.endedAtMs ?? stack.clock.now(), stack.options.cadenceMs)
          return reason === undefined ? [] : [[id, reason] as const]
        }),
      ),
      liquidationsCommitted: summary.liquidations.length,
      liquidationsByOthers: byOthers,
      liquidatedTwiceInOneExcursion: [...summary.liquidatedTwiceInOneExcursion],
      duplicateIntents: summary.duplicateIntents,
      historyDigest: summary.historyDigest,
      digests,
    },
    queues,
    throttledWrites: Object.fromEntries(stack.cloud.throttledWrites),
    anomalies: {
      badDebtCdps: distinct(stack.logs.indexer.named('indexer.bad_debt').map((event) => event.cdpId)),
      untrustedSymbols: distinct(
        stack.logs.dispatcher.named('dispatcher.price_untrusted').map((event) => symbolOf(event.resource, running)),
      ),
      healthDisagreements: stack.logs.indexer.named('indexer.health_disagreement').length,
    },
    timing: {
      detectToCommitMs: spreadOf(activity.detectToCommitMs),
      queueToDoneSeconds: spreadOf(activity.queueToDoneSeconds),
      candidatesPerMinute: perMinute([...activity.firstDetectedAtMs.values()], stack.options.cadenceMs),
      runSeconds: { p50: percentile(activity.runSeconds, 0.5), max: percentile(activity.runSeconds, 1) },
    },
    clock: { rate: scenario.rate, ledgerSeconds: (stack.clock.now() - running.clockStartedAtMs) / 1_000 },
    process: {
      peakRssMiB: Math.round(running.peakRssBytes / 2 ** 20),
      wallSeconds: (performance.now() - running.startedAtMs) / 1_000,
    },
  }
  const lastOutcomes = new Map(
    overdue.map((id) => {
      const last = activity.lastOutcome.get(id)
      return [id, last ? `${last.kind} ${last.why}`.trim() : 'no outcome at all'] as const
    }),
  )
  return StackReport.parse({ ...report, verdict: verdictOf(report, lastOutcomes, scenario.expectation) })
}

async function queueCounts({ stack, activity }: Running): Promise<StackReport['queues']> {
  const { indexing, liquidation } = stack.resources.queues
  const sqs = stack.aws.watcher.sqs
  const [jobs, candidates] = await Promise.all([queueDepth(sqs, indexing), queueDepth(sqs, liquidation)])
  return {
    indexing: {
      sent: activity.jobs.sent,
      deleted: activity.jobs.done,
      deadLettered: jobs.deadLettered,
      leftOver: jobs.ready + jobs.inFlight,
    },
    liquidation: {
      sent: activity.candidates.sent,
      deleted: activity.candidates.done,
      deadLettered: candidates.deadLettered,
      leftOver: candidates.ready + candidates.inFlight,
    },
  }
}

async function coverageCounts(
  running: Running,
  runs: RunStore,
): Promise<{ coverageComplete: number; coveragePartial: number }> {
  const records = running.activity.runRecords
  const coverages = await Promise.all(records.map(async (run) => coverageOf(run, await runs.completions(run.runId))))
  const complete = coverages.filter((coverage) => coverage.kind === 'complete').length
  return { coverageComplete: complete, coveragePartial: coverages.length - complete }
}

/** The ledger's own name of a token; its address when it has none. */
function symbolOf(resource: string, { stack }: Running): string {
  const named = Object.entries(stack.ledger.addresses.tokens).find(([, address]) => address === resource)
  return named?.[0] ?? resource
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)]
}
