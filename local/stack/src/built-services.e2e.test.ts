import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { DynamoQuarantineStore, RecordsTable } from '@weft/aws'
import { aCandidate } from '@weft/aws/test/messages'
import { type RecordingProxy, recordAwsRequests } from '@weft/aws/test/record-aws-requests'
import { type BatchReport, EventSourceMapping, LambdaFunction } from '@weft/cloud'
import { CandidateMessage } from '@weft/domain'
import { Decimal } from '@weft/domain/decimal'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { RecordedAwsCalls } from '../test/aws-calls.ts'
import { queueDepth } from './queue-gauge.ts'
import { startingPrices } from './scenarios/play.ts'
import { type Stack, startStack } from './stack.ts'

/**
 * What is deployed, as it is deployed: the two Lambda bundles behind the Runtime API and the indexer's main.mjs, each a process of
 * its own that knows AWS by an address and its variables only. All they ask of AWS is written down for the least-privilege test.
 */
const SERVICES = ['dispatcher', 'indexer', 'liquidator'] as const
type Service = (typeof SERVICES)[number]

/** Built before the first end-to-end test, from the tree as it stands. */
const artefacts = fileURLToPath(new URL('../../../dist', import.meta.url))
const CONCURRENCY = 4

const calls = new RecordedAwsCalls('built-services')
let stack: Stack
let proxies: Record<Service, RecordingProxy>
let dispatcher: LambdaFunction
let liquidator: LambdaFunction
let liquidations: EventSourceMapping
let indexer: ChildProcess
const batches: BatchReport[] = []
const indexerLines: string[] = []

beforeAll(async () => {
  stack = await startStack({
    seed: 7,
    cdps: 150,
    cadenceMs: 5_000,
    commitDelayMs: { min: 100, max: 300 },
    roundMs: 200,
    rangeSize: 50,
    genesis: { priceDebounceSeconds: 0 },
  })
  proxies = {
    dispatcher: await proxyFor('dispatcher'),
    indexer: await proxyFor('indexer'),
    liquidator: await proxyFor('liquidator'),
  }
  dispatcher = lambda('dispatcher')
  liquidator = lambda('liquidator')
  // The poller is AWS's own and calls with no role that is proven here.
  liquidations = new EventSourceMapping(stack.aws.watcher.sqs, (event) => liquidator.invoke(event), {
    queueUrl: stack.resources.queues.liquidation.url,
    batchSize: 1,
    maximumConcurrency: CONCURRENCY,
    waitTimeSeconds: 1,
    onBatch: (batch) => batches.push(batch),
  })
  await liquidations.start()
  indexer = startIndexer()
})
afterAll(async () => {
  await liquidations?.stop()
  await Promise.all([dispatcher?.kill(), liquidator?.kill()])
  indexer?.kill('SIGKILL')
  await Promise.all(Object.values(proxies ?? {}).map((proxy) => proxy.close()))
  await stack?.close()
})

test('the built services liquidate what a rising dollar puts under water, hold what an absurd price does, and leave in good order', async () => {
  // A body from another version is a dead letter at once.
  for (const { url } of Object.values(stack.resources.queues))
    await stack.aws.watcher.sqs.send(
      new SendMessageCommand({ QueueUrl: url, MessageBody: '{"from":"another version"}' }),
    )
  const usdc = Decimal.parse(
    (await startingPrices(stack.deps.dispatcher.ledger, stack.ledger.addresses.tokens)).get('xUSDC') ?? '',
  )

  const dollarCosts = (factor: string) => ({ xUSDC: usdc.times(Decimal.parse(factor)).toString() })
  const run = async () => {
    // The market takes a new price once it is two seconds old.
    await sleep(3_000)
    expect(await dispatcher.invoke({})).toEqual({ kind: 'returned', payload: 'dispatched' })
    await emptied('indexing')
    await emptied('liquidation')
  }

  for (const factor of ['1', '1.1']) {
    await stack.ledger.control.setPrices(dollarCosts(factor))
    await run()
  }
  const summary = await stack.ledger.control.summary()
  expect(summary.liquidations.map(({ by }) => by)).toContain(stack.operatorAccount)
  expect(summary.duplicateIntents).toBe(0)
  expect(batches.flatMap(({ failedIds }) => failedIds)).toEqual([])
  expect(await depthOf('indexing')).toMatchObject({ deadLettered: 1 })
  expect(await depthOf('liquidation')).toMatchObject({ deadLettered: 1 })

  // The feed alone says that the dollar quadrupled: nobody should believe it, and nothing is liquidated for it.
  await stack.ledger.control.setPrices(dollarCosts('4'), { feedOnly: true })
  await run()
  const table = new RecordsTable(stack.aws.watcher.dynamodb, stack.resources.table)
  expect((await new DynamoQuarantineStore(table).held(1_000)).length).toBeGreaterThan(0)

  // Nobody answers: the candidate waits in the queue, and its delivery has not counted.
  await stack.ledger.setFaults({ rules: [{ endpoint: '*', fault: { kind: 'unavailable' } }] })
  const settled = batches.length
  await stack.aws.watcher.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.resources.queues.liquidation.url,
      MessageBody: JSON.stringify(z.encode(CandidateMessage, aCandidate(1))),
    }),
  )
  await vi.waitUntil(() => batches.length > settled, { timeout: 120_000, interval: 200 })
  expect(batches.at(-1)).toMatchObject({ failedIds: [], result: { kind: 'returned' } })
  expect(await delayedCandidates()).toBe('1')

  indexer.kill('SIGTERM')
  expect(await once(indexer, 'exit')).toEqual([0, null])
  expect(indexerLines.at(-1)).toContain('indexer.stopped')
  calls.write()
})

function proxyFor(service: Service): Promise<RecordingProxy> {
  return recordAwsRequests(stack.cloud.endpoint, (call) => calls.add(service, call))
}

function environmentOf(service: Service): Record<string, string> {
  return { ...stack.environment, WEFT_AWS_ENDPOINT: proxies[service].url }
}

function lambda(service: 'dispatcher' | 'liquidator'): LambdaFunction {
  return new LambdaFunction({
    name: `weft-local-${service}`,
    bundle: join(artefacts, service, 'index.mjs'),
    environment: environmentOf(service),
    timeoutMs: 120_000,
    initTimeoutMs: 60_000,
    reservedConcurrency: CONCURRENCY,
  })
}

function startIndexer(): ChildProcess {
  const child = spawn(process.execPath, [join(artefacts, 'indexer', 'main.mjs')], {
    env: environmentOf('indexer'),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface({ input: child.stdout }).on('line', (line) => indexerLines.push(line))
  return child
}

const depthOf = (queue: 'indexing' | 'liquidation') => queueDepth(stack.aws.watcher.sqs, stack.resources.queues[queue])

async function delayedCandidates(): Promise<string | undefined> {
  const attribute = 'ApproximateNumberOfMessagesDelayed'
  const { Attributes } = await stack.aws.watcher.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: stack.resources.queues.liquidation.url,
      AttributeNames: [attribute],
    }),
  )
  return Attributes?.[attribute]
}

async function emptied(queue: 'indexing' | 'liquidation'): Promise<void> {
  await vi.waitUntil(
    async () => {
      const { ready, inFlight } = await depthOf(queue)
      return ready + inFlight === 0
    },
    { timeout: 120_000, interval: 200 },
  )
}
