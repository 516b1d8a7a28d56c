import { Decimal } from '@weft/domain'
import { queueDepth } from './queue-gauge.ts'
import type { Running } from './running.ts'
import type { StackStatus } from './status.ts'

const LEAST_RATE_WINDOW_MS = 30_000

/** Reads ledger and queues and puts them beside what the services did. */
export async function statusOf(running: Running): Promise<StackStatus> {
  const { stack, scenario, activity } = running
  const [summary, requests, indexing, liquidation] = await Promise.all([
    stack.ledger.control.summary(),
    stack.ledger.requestsByEndpoint(),
    queueDepth(stack.aws.watcher.sqs, stack.resources.queues.indexing),
    queueDepth(stack.aws.watcher.sqs, stack.resources.queues.liquidation),
  ])
  const nowMs = stack.clock.now()
  const rateWindowMs = Math.max(LEAST_RATE_WINDOW_MS, stack.options.cadenceMs)
  const commits = activity.commitsAtMs.filter((atMs) => nowMs - atMs < rateWindowMs).length
  const own = summary.liquidations.filter((each) => each.by === stack.operatorAccount).length
  return {
    scenario: scenario.name,
    elapsedMs: performance.now() - running.startedAtMs,
    gatewayUrl: stack.ledger.url,
    awsEndpoint: stack.cloud.endpoint,
    ledger: {
      stateVersion: summary.stateVersion,
      epoch: summary.epoch,
      cdps: summary.cdps,
      liquidatable: summary.liquidatable.length,
      liquidations: summary.liquidations.length,
      liquidationsByOthers: summary.liquidations.length - own,
    },
    moves: movesOf(running),
    runs: {
      dispatched: activity.runs.dispatched,
      refused: activity.runs.refused,
      lastSeconds: activity.runSeconds.at(-1) ?? 0,
    },
    queues: {
      indexing: {
        ready: indexing.ready,
        inFlight: indexing.inFlight,
        oldestAgeSeconds: activity.oldestAgeSeconds('indexing', nowMs),
      },
      liquidation: {
        ready: liquidation.ready,
        inFlight: liquidation.inFlight,
        oldestAgeSeconds: activity.oldestAgeSeconds('liquidation', nowMs),
      },
    },
    candidates: activity.candidates.sent,
    outcomes: Object.fromEntries(activity.outcomes),
    liquidationsPerMinute: (commits * 60_000) / rateWindowMs,
    gatewayRequests: Object.values(requests).reduce((sum, each) => sum + each, 0),
    recent: activity.recent,
  }
}

/** Assets whose price in the last run differs from the start, the widest move first. */
function movesOf({ stack, activity, initialPrices }: Running): StackStatus['moves'] {
  return Object.entries(stack.ledger.addresses.tokens)
    .flatMap(([symbol, address]) => {
      const price = activity.prices.get(address)
      const before = initialPrices.get(symbol)
      if (!price || before === undefined || price.eq(Decimal.parse(before))) return []
      const percent = (price.toApproxNumber() / Number(before) - 1) * 100
      return [{ symbol, priceXrd: price.toString(), percent }]
    })
    .sort((a, b) => Math.abs(b.percent) - Math.abs(a.percent))
}
