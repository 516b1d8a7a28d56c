import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { SqsJobQueue } from '@weft/aws'
import { cdpIdOf, marketSnapshotKey, runIdOf } from '@weft/domain'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from '../test/market.ts'
import { type ConsumeOptions, indexerConsumer } from './consume.ts'
import type { IndexerDeps, IndexOutcome } from './index-range.ts'

/** Owes 96.1 XRD on 100: above the threshold of 96. */
const LIQUIDATABLE = { collaterals: { XRD: '100' }, loans: { XRD: '96.1' } }

let cloud: TestCloud
let market: TestMarket
let consumer: ReturnType<typeof indexerConsumer> | undefined
let outcomes: IndexOutcome[]

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
beforeEach(async () => {
  outcomes = []
  market = await startTestMarket(cloud, { genesis: { cdps: [LIQUIDATABLE, LIQUIDATABLE] } })
})
afterEach(async () => {
  await consumer?.stop(0)
  consumer = undefined
  await market?.stop()
})

const queueUrl = () => market.resources.queues.indexing.url
/** The message that is visible now, if any. */
const peek = async (url = queueUrl()) =>
  (
    await cloud.aws.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 0, MessageAttributeNames: ['All'] }),
    )
  ).Messages?.[0]
/** Waits until `check` holds, however slow the machine is. */
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 })

function consume(deps: IndexerDeps = market.deps, options: Partial<ConsumeOptions> = {}) {
  consumer = indexerConsumer(cloud.aws.sqs, deps, {
    queueUrl: queueUrl(),
    deadLetterUrl: market.resources.queues.indexing.deadLetterUrl,
    concurrency: 2,
    waitTimeSeconds: 1,
    onOutcome: (_job, outcome) => outcomes.push(outcome),
    ...options,
  })
  consumer.start()
  return consumer
}

/** The dependencies, with every reading of positions held up until `open` is called. */
function heldUp(): { deps: IndexerDeps; open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  const { positions } = market.deps
  const deps: IndexerDeps = {
    ...market.deps,
    positions: {
      cdps: async (...range) => {
        await opened
        return positions.cdps(...range)
      },
      nftContents: (...wanted) => positions.nftContents(...wanted),
    },
  }
  return { deps, open: () => open() }
}

async function sendJob() {
  const job = await market.dispatchJob()
  await new SqsJobQueue(cloud.aws.sqs, queueUrl()).send([job])
  return job
}

test('takes jobs off the queue, and what was found stands in the records and the liquidation queue', async () => {
  const job = await sendJob()
  const running = consume()
  await eventually(() => expect(outcomes).toMatchObject([{ kind: 'indexed', candidates: 2 }]))
  expect(await running.stop(10_000)).toEqual({ released: 0 })
  expect(await peek()).toBeUndefined()
  expect((await market.takeCandidates()).map(({ cdpId }) => cdpId)).toEqual([1, 2].map(cdpIdOf))
  expect(await market.runs.completions(job.runId)).toMatchObject([{ fromId: 1, toId: 2, candidates: 2 }])
})

test('finishes the job in work when it is told to stop', async () => {
  const job = await sendJob()
  const { deps, open } = heldUp()
  const running = consume(deps)
  await eventually(() => expect(running.inFlight).toBe(1))
  const stopped = running.stop(20_000)
  open()
  expect(await stopped).toEqual({ released: 0 })
  expect(outcomes).toMatchObject([{ kind: 'indexed' }])
  expect(await market.runs.completions(job.runId)).toHaveLength(1)
  expect(await peek()).toBeUndefined()
})

test('hands a job that is not done in time back to the queue, where another worker finds it at once', async () => {
  const job = await sendJob()
  const { deps, open } = heldUp()
  const running = consume(deps)
  await eventually(() => expect(running.inFlight).toBe(1))
  // Longer than the open poll, which would otherwise take the job again.
  expect(await running.stop(1_500)).toEqual({ released: 1 })
  const message = await peek()
  expect(JSON.parse(message?.Body ?? '')).toMatchObject({ runId: job.runId, fromId: 1, toId: 2 })
  // Lets the late handler end before the cloud does.
  open()
  await eventually(() => expect(running.inFlight).toBe(0))
})

test('returns a job whose work failed, says why, and does it again', async () => {
  const job = await sendJob()
  const { snapshots } = market.deps
  let failures = 1
  const failing: IndexerDeps = {
    ...market.deps,
    snapshots: {
      market: async (key) => {
        if (failures-- > 0) throw new Error('the bucket is away')
        return snapshots.market(key)
      },
      batch: (key) => snapshots.batch(key),
      putMarket: (snapshot, key) => snapshots.putMarket(snapshot, key),
      putBatch: (key, header, rows) => snapshots.putBatch(key, header, rows),
    },
  }
  consume(failing)
  await eventually(() => expect(outcomes).toMatchObject([{ kind: 'indexed' }]))
  expect(market.log.named('indexer.job_failed')).toMatchObject([{ kind: 'handler-failed', receiveCount: 1 }])
  expect(market.log.records.find(({ event }) => event.event === 'indexer.job_failed')?.cause).toMatchObject({
    message: 'the bucket is away',
  })
  expect(await market.runs.completions(job.runId)).toHaveLength(1)
})

test('acknowledges nothing that it cannot read: such a message reaches the dead-letter queue, its reason told', async () => {
  await cloud.aws.sqs.send(new SendMessageCommand({ QueueUrl: queueUrl(), MessageBody: '{"fromId":"one"}' }))
  consume()
  await eventually(async () => {
    expect((await peek(market.resources.queues.indexing.deadLetterUrl))?.Body).toBe('{"fromId":"one"}')
  })
  await eventually(() =>
    expect(market.log.named('indexer.job_failed')).toMatchObject([
      { kind: 'unparsable', receiveCount: 1, isDead: true },
    ]),
  )
  expect(outcomes).toEqual([])
})

test('gives up a job at once whose market snapshot is not there: what never changes will not come', async () => {
  const job = await market.dispatchJob()
  const runId = runIdOf(0, job.syncPoint.stateVersion)
  const absent = { ...job, runId, marketSnapshotKey: marketSnapshotKey('local', runId) }
  await new SqsJobQueue(cloud.aws.sqs, queueUrl()).send([absent])
  consume()
  await eventually(() =>
    expect(market.log.named('indexer.job_failed')).toMatchObject([{ receiveCount: 1, isDead: true }]),
  )
  expect(await market.runs.completions(job.runId)).toEqual([])
})

test('gives up a job at once that names the snapshot of another run: foreign prices would judge its CDPs', async () => {
  const job = await market.dispatchJob()
  await new SqsJobQueue(cloud.aws.sqs, queueUrl()).send([{ ...job, runId: runIdOf(0, job.syncPoint.stateVersion) }])
  consume()
  await eventually(async () =>
    expect(await peek(market.resources.queues.indexing.deadLetterUrl)).toMatchObject({
      MessageAttributes: { reason: { StringValue: expect.stringMatching(/^ForeignMessageError: /) } },
    }),
  )
  await eventually(() =>
    expect(market.log.named('indexer.job_failed')).toMatchObject([{ receiveCount: 1, isDead: true }]),
  )
})
