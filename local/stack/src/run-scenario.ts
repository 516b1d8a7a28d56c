import { setTimeout as sleep } from 'node:timers/promises'
import { type DispatchOutcome, dispatch } from '@weft/dispatcher'
import { type MarketSnapshot, pricesAtOnce, type RunRecord } from '@weft/domain'
import { indexerConsumer } from '@weft/indexer'
import { Activity } from './activity.ts'
import { LiquidatorLambda } from './liquidator-lambda.ts'
import { passIdleTime } from './pass-idle-time.ts'
import { queueDepth } from './queue-gauge.ts'
import { buildReport } from './report/build-report.ts'
import { LiquidatableWatch } from './report/liquidatable-watch.ts'
import type { StackReport } from './report/report.ts'
import { GRACE_CADENCES } from './report/verdict.ts'
import { whyLeft } from './report/why-left.ts'
import type { Running, RunOptions } from './running.ts'
import { playSteps, startingPrices } from './scenarios/play.ts'
import type { Scenario } from './scenarios/scenario.ts'
import { type Stack, startStack } from './stack.ts'
import { statusOf } from './status-of.ts'

/** As on AWS. */
const DEFAULT_CADENCE_MS = 300_000
const LOOK_EVERY_MS = 500
/** How long nothing may come to an end once no new run is dispatched: longer than a message that was given back stays hidden. */
const LAST_MESSAGE_MS = 120_000
/** Realistic for the ledger: two to six seconds from submission to commit. */
const DEFAULT_COMMIT_DELAY_MS = { min: 2_000, max: 6_000 }
/** Enough for a shock of 341 candidates at once within the promised time; Terraform sets the same. */
const DEFAULT_LIQUIDATOR_CONCURRENCY = 400
const INDEXER_CONCURRENCY = 2

/** Plays a scenario on a fresh stack with the real services and says whether all was right. */
export async function runScenario(scenario: Scenario, options: RunOptions): Promise<StackReport> {
  const cadenceMs = scenario.cadenceMs ?? DEFAULT_CADENCE_MS
  const stack = await startStack({
    seed: options.seed,
    cdps: options.cdps,
    cadenceMs,
    commitDelayMs: scenario.commitDelayMs ?? DEFAULT_COMMIT_DELAY_MS,
    ...(scenario.policy ? { policy: scenario.policy } : {}),
    ...(scenario.genesis ? { genesis: scenario.genesis } : {}),
    ...(scenario.epochMs === undefined ? {} : { epochMs: scenario.epochMs }),
    ...(options.onAwsClients ? { onAwsClients: options.onAwsClients } : {}),
  })
  try {
    return await play(stack, scenario, cadenceMs, options)
  } finally {
    await stack.close()
  }
}

async function play(stack: Stack, scenario: Scenario, cadenceMs: number, options: RunOptions): Promise<StackReport> {
  const activity = new Activity()
  const running: Running = {
    stack,
    scenario,
    activity,
    liquidator: await LiquidatorLambda.start({
      stack,
      concurrency: scenario.liquidatorConcurrency ?? DEFAULT_LIQUIDATOR_CONCURRENCY,
      awsEndpoint: await options.beforeAws?.('liquidator', stack.cloud.endpoint),
      onOutcome: (outcome) => activity.outcome(outcome),
      onFault: (line) => options.onProgress?.(line),
    }),
    watch: new LiquidatableWatch(),
    startedAtMs: performance.now(),
    clockStartedAtMs: stack.clock.now(),
    initialPrices: await startingPrices(stack.deps.dispatcher.ledger, stack.ledger.addresses.tokens),
    peakRssBytes: 0,
    isLedgerHalted: false,
    scriptStartedAtMs: stack.clock.now(),
  }
  if (scenario.gatewayFaults) await stack.ledger.setFaults(scenario.gatewayFaults)
  options.onRunning?.(running)
  const workers = startWorkers(running)
  const ending = new AbortController()
  const dispatching = dispatchEvery(cadenceMs, running, ending.signal)
  const showing = showEvery(running, options, ending.signal)
  const looking = lookEvery(LOOK_EVERY_MS, running, ending.signal)
  const flying = flyThroughIdleTime(running, ending.signal)
  try {
    do {
      await playSteps(running, options.stop)
      if (!options.endless) await drain(running, cadenceMs, options)
    } while (options.endless && !options.stop?.aborted)
  } finally {
    ending.abort()
    running.endedAtMs = stack.clock.now()
    await Promise.all([dispatching, showing, looking, flying])
    // The last run may have queued more while we looked.
    await waitUntilQuiet(running)
    await workers.stop()
  }
  await look(running)
  const overdue = running.watch.longerThan(GRACE_CADENCES * cadenceMs, stack.clock.now())
  return buildReport(running, overdue, options)
}

function startWorkers({ stack, activity, liquidator }: Running): { stop(): Promise<void> } {
  const { indexer } = stack.deps
  const indexing = indexerConsumer(
    stack.aws.indexer.sqs,
    {
      ...indexer,
      candidates: {
        send: async (candidates) => {
          // A liquidator may be done with the first before the last is sent.
          activity.candidatesFound(candidates)
          await indexer.candidates.send(candidates)
          activity.candidatesSent(candidates)
        },
      },
    },
    {
      queueUrl: stack.resources.queues.indexing.url,
      deadLetterUrl: stack.resources.queues.indexing.deadLetterUrl,
      concurrency: INDEXER_CONCURRENCY,
      waitTimeSeconds: 1,
      onOutcome: (job) => activity.jobDone(job),
    },
  )
  indexing.start()
  return {
    stop: async () => {
      await Promise.all([indexing.stop(30_000), liquidator.stop()])
    },
  }
}

/** The scheduler of the local stack: one run per cadence; a run that faults is tried again at the next. */
async function dispatchEvery(cadenceMs: number, { stack, activity }: Running, ending: AbortSignal): Promise<void> {
  const { dispatcher } = stack.deps
  const { clock } = stack
  const deps = {
    ...dispatcher,
    judgePrices: async (market: MarketSnapshot, previous: RunRecord | undefined) => {
      activity.prices = new Map(
        [...pricesAtOnce(market).prices].map(([resource, { priceXrd }]) => [resource, priceXrd]),
      )
      await dispatcher.judgePrices(market, previous)
    },
    jobs: {
      send: async (jobs: Parameters<typeof dispatcher.jobs.send>[0]) => {
        await dispatcher.jobs.send(jobs)
        activity.jobsSent(jobs, stack.clock.now())
      },
    },
  }
  while (!ending.aborted) {
    const dueAtMs = clock.now() + cadenceMs
    const startedAtMs = performance.now()
    activity.dispatching = true
    try {
      count(activity, await dispatch(deps), (performance.now() - startedAtMs) / 1_000)
    } catch (error) {
      activity.runs.failed += 1
      dispatcher.log.emit({ event: 'dispatcher.run_failed' }, error)
    } finally {
      activity.dispatching = false
    }
    await clock.reaches(dueAtMs, ending)
  }
}

/** Services, ledger and the liquidator's process get the same time; the ledger makes a round in it. */
function flyThroughIdleTime(running: Running, ending: AbortSignal): Promise<void> {
  const { activity, liquidator, scenario, stack } = running
  return passIdleTime(
    {
      rate: scenario.rate,
      isWorking: () => activity.isWorking,
      pass: async (ms) => {
        stack.clock.advance(ms)
        await Promise.all([
          liquidator.advanceClock(ms),
          running.isLedgerHalted ? undefined : stack.ledger.control.advanceRound(),
        ])
      },
    },
    ending,
  )
}

function count(activity: Activity, outcome: DispatchOutcome, seconds: number): void {
  if (outcome.kind === 'dispatched') activity.runDispatched(outcome.run, seconds)
  if (outcome.kind === 'refused') activity.runs.refused += 1
  if (outcome.kind === 'put-off') activity.runs.failed += 1
}

/** Waits until nothing is liquidatable without a reason, or until the scenario's patience ends; what is in work then is brought to its end. */
async function drain(running: Running, cadenceMs: number, options: RunOptions): Promise<void> {
  const { activity, stack, scenario } = running
  const deadlineMs = stack.clock.now() + scenario.drainMs
  const dispatchedBefore = activity.runs.dispatched
  while (stack.clock.now() < deadlineMs && !options.stop?.aborted) {
    await pause(LOOK_EVERY_MS, options.stop)
    await look(running)
    // Two runs after the last step have seen the world as it now is.
    if (activity.runs.dispatched < dispatchedBefore + 2 && activity.runs.failed + activity.runs.refused === 0) continue
    const unexplained = running.watch.current.filter(
      (id) => whyLeft(id, activity, stack.clock.now(), cadenceMs) === undefined,
    )
    if (unexplained.length === 0) return
    options.onProgress?.(
      `${unexplained.length} liquidatable, ${activity.candidates.done} candidates done, ${activity.commitsAtMs.length} committed`,
    )
    await stack.clock.reaches(stack.clock.now() + cadenceMs / 2, options.stop)
  }
  await stack.ledger.setFaults({})
}

async function waitUntilQuiet(running: Running): Promise<void> {
  const { jobs, candidates } = running.activity
  const ends = () => jobs.done + candidates.done
  let known = ends()
  let deadline = performance.now() + LAST_MESSAGE_MS
  while (performance.now() < deadline && !(await isQuiet(running))) {
    await sleep(LOOK_EVERY_MS)
    // A slow machine may take long, as long as it gets on.
    if (ends() > known) deadline = performance.now() + LAST_MESSAGE_MS
    known = ends()
  }
}

async function isQuiet({ stack, activity }: Running): Promise<boolean> {
  const { indexing, liquidation } = stack.resources.queues
  const [jobs, candidates] = await Promise.all([
    queueDepth(stack.aws.watcher.sqs, indexing),
    queueDepth(stack.aws.watcher.sqs, liquidation),
  ])
  const waiting = jobs.ready + jobs.inFlight + candidates.ready + candidates.inFlight
  return (
    waiting === 0 && activity.jobs.sent === activity.jobs.done && activity.candidates.sent <= activity.candidates.done
  )
}

async function look(running: Running): Promise<void> {
  running.watch.look(await running.stack.ledger.control.liquidatable(), running.stack.clock.now())
  const rssBytes = process.memoryUsage.rss() + (await running.liquidator.rssBytes())
  running.peakRssBytes = Math.max(running.peakRssBytes, rssBytes)
}

/** While the script plays, too: what was liquidated before its end would never have been seen. */
async function lookEvery(everyMs: number, running: Running, ending: AbortSignal): Promise<void> {
  while (!ending.aborted) {
    await look(running)
    await pause(everyMs, ending)
  }
}

async function showEvery(running: Running, options: RunOptions, ending: AbortSignal): Promise<void> {
  const { onStatus, statusEveryMs } = options
  if (!onStatus || statusEveryMs === undefined) return
  while (!ending.aborted) {
    onStatus(await statusOf(running))
    await pause(statusEveryMs, ending)
  }
}

/** Sleeps, or returns early when told to end. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return
  try {
    await sleep(ms, undefined, signal ? { signal } : {})
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
