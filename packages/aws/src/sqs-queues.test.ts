import { type Message, PurgeQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { CandidateMessage, IndexRangeJob, QueueUnavailableError } from '@weft/domain'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { aCandidate, aJob } from '../test/messages.ts'
import { parseJson } from './parse-json.ts'
import { SqsBatchSender } from './sqs-batch-sender.ts'
import { SqsCandidateQueue } from './sqs-candidate-queue.ts'
import { SqsJobQueue } from './sqs-job-queue.ts'

const quickly = { firstDelayMs: 1, maxDelayMs: 1 }
let cloud: TestCloud

beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
beforeEach(async () => {
  Object.assign(cloud.faults.batches, { refuseEntries: 0, senderFault: false, failCalls: 0 })
  for (const { url } of Object.values(cloud.resources.queues))
    await cloud.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
})

/** Everything visible in the queue now. */
async function drain(queueUrl: string): Promise<string[]> {
  const bodies: string[] = []
  for (;;) {
    const { Messages = [] } = await cloud.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 }),
    )
    if (Messages.length === 0) return bodies
    bodies.push(...Messages.map((message: Message) => message.Body ?? ''))
  }
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index + 1)

test('all jobs of a run arrive, each once and as sent', async () => {
  const jobs = numbers(101).map((index) => aJob(index * 1000))
  await new SqsJobQueue(cloud.sqs, cloud.resources.queues.indexing.url).send(jobs)
  const received = await drain(cloud.resources.queues.indexing.url)
  const parsed = received.map((body) => parseJson(IndexRangeJob, body, 'test'))
  expect(parsed.sort((a, b) => a.fromId - b.fromId)).toEqual(jobs)
})

test('candidates keep their decimals to the last digit', async () => {
  await new SqsCandidateQueue(cloud.sqs, cloud.resources.queues.liquidation.url).send([aCandidate(7)])
  const [body = ''] = await drain(cloud.resources.queues.liquidation.url)
  expect(JSON.parse(body)).toMatchObject({ cdpId: '#7#', liquidationLtv: '1.000000000000000001' })
  expect(parseJson(CandidateMessage, body, 'test')).toEqual(aCandidate(7))
})

test('sending nothing calls nothing', async () => {
  await expect(new SqsJobQueue(cloud.sqs, 'http://nowhere.invalid/queue').send([])).resolves.toBeUndefined()
})

test('entries that SQS refuses are sent again, and only those', async () => {
  cloud.faults.batches.refuseEntries = 7
  const candidates = numbers(34).map(aCandidate)
  await new SqsCandidateQueue(cloud.sqs, cloud.resources.queues.liquidation.url, quickly).send(candidates)
  const ids = (await drain(cloud.resources.queues.liquidation.url)).map((body) => JSON.parse(body).cdpId)
  expect(ids).toHaveLength(34)
  expect(new Set(ids)).toEqual(new Set(candidates.map((candidate) => candidate.cdpId)))
})

test('a call that fails as a whole is repeated', async () => {
  // The SDK tries each call three times before we see the failure.
  cloud.faults.batches.failCalls = 4
  await new SqsCandidateQueue(cloud.sqs, cloud.resources.queues.liquidation.url, quickly).send([aCandidate(1)])
  expect(await drain(cloud.resources.queues.liquidation.url)).toHaveLength(1)
})

test('what cannot be sent is named, and all the rest has arrived', async () => {
  Object.assign(cloud.faults.batches, { refuseEntries: 1, senderFault: true })
  const queue = new SqsCandidateQueue(cloud.sqs, cloud.resources.queues.liquidation.url, quickly)
  const failure = await queue.send([aCandidate(1), aCandidate(2), aCandidate(3)]).catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(QueueUnavailableError)
  expect(failure).toMatchObject({ unsent: 1, left: ['#1#'], message: expect.stringContaining('liquidation: #1#') })
  expect(await drain(cloud.resources.queues.liquidation.url)).toHaveLength(2)
})

test('gives up after its tries and names everything that is left', async () => {
  cloud.faults.batches.refuseEntries = 1000
  const queue = new SqsJobQueue(cloud.sqs, cloud.resources.queues.indexing.url, { ...quickly, maxTries: 2 })
  await expect(queue.send([aJob(1)])).rejects.toMatchObject({
    name: 'QueueUnavailableError',
    left: ['20261122T221500Z-370965851 1-1000'],
  })
})

test('large messages share a call only up to the size limit', async () => {
  const sender = new SqsBatchSender(cloud.sqs, cloud.resources.queues.indexing.url)
  const body = 'x'.repeat(100_000)
  await sender.send(numbers(11).map((index) => ({ name: String(index), body })))
  expect(await drain(cloud.resources.queues.indexing.url)).toHaveLength(11)
})
