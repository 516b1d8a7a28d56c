import { GetQueueAttributesCommand, type Message, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { LedgerUnavailableError } from '@weft/domain'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as z from 'zod'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { MOST_DELIVERIES } from './delivery-verdict.ts'
import { handleSqsEvent, type SqsLambdaResponse } from './lambda-batch.ts'
import type { ConsumerFault } from './received-message.ts'

const Work = z.strictObject({ id: z.int() })
let cloud: TestCloud
let faults: ConsumerFault[]

beforeEach(async () => {
  cloud = await startTestCloud()
  faults = []
})
afterEach(() => cloud.stop())

const queue = () => cloud.resources.queues.liquidation
const outage = new LedgerUnavailableError('gateway', 1_000, undefined)

/** Takes what is visible, hands it over as Lambda's poller does, and deletes what the answer does not name. */
async function deliver(
  handle: (work: { id: number }) => Promise<void>,
  options: { receiveCount?: number; deadLetterUrl?: string; queueUrl?: string } = {},
): Promise<SqsLambdaResponse> {
  const messages = await take(queue().url)
  const records = messages.map((message) => ({
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: String(options.receiveCount ?? message.Attributes?.ApproximateReceiveCount),
      SentTimestamp: message.Attributes?.SentTimestamp ?? '',
    },
    eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:weft-test-liquidation',
  }))
  const answer = await handleSqsEvent(
    { Records: records },
    {
      sqs: cloud.sqs,
      queueUrl: queue().url,
      deadLetterUrl: queue().deadLetterUrl,
      schema: Work,
      isHopeless: (error) => error instanceof RangeError,
      handle,
      onFault: (fault) => faults.push(fault),
      ...options,
    },
  )
  return answer
}

async function take(url: string): Promise<readonly Message[]> {
  const { Messages = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 0,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    }),
  )
  return Messages
}

async function depth(url: string): Promise<{ hidden: string | undefined; delayed: string | undefined }> {
  const { Attributes } = await cloud.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['ApproximateNumberOfMessagesNotVisible', 'ApproximateNumberOfMessagesDelayed'],
    }),
  )
  return {
    hidden: Attributes?.ApproximateNumberOfMessagesNotVisible,
    delayed: Attributes?.ApproximateNumberOfMessagesDelayed,
  }
}

const send = (body: string) => cloud.sqs.send(new SendMessageCommand({ QueueUrl: queue().url, MessageBody: body }))

test('acknowledges what was handled and names nothing', async () => {
  await send('{"id":1}')
  const seen: number[] = []
  expect(await deliver(async ({ id }) => void seen.push(id))).toEqual({ batchItemFailures: [] })
  expect(seen).toEqual([1])
  expect(faults).toEqual([])
})

test('puts off what the ledger cannot answer: a delayed copy takes its place, however often it had been delivered', async () => {
  await send('{"id":1}')
  const answer = await deliver(() => Promise.reject(outage), { receiveCount: MOST_DELIVERIES })
  expect(answer).toEqual({ batchItemFailures: [] })
  expect(faults).toMatchObject([{ kind: 'put-off', error: outage }])
  expect(faults[0]?.afterSeconds).toBeGreaterThanOrEqual(30)
  expect(faults[0]?.afterSeconds).toBeLessThanOrEqual(60)
  expect((await depth(queue().url)).delayed).toBe('1')
  expect(await take(queue().deadLetterUrl)).toEqual([])
})

test.each([
  ['honours a longer wait', 120_000, 120, 150],
  ['waits no longer than SQS can delay', 86_400_000, 900, 900],
])('%s', async (_what, retryAfterMs, least, most) => {
  await send('{"id":1}')
  await deliver(() => Promise.reject(new LedgerUnavailableError('gateway', retryAfterMs, undefined)))
  expect(faults[0]?.afterSeconds).toBeGreaterThanOrEqual(least)
  expect(faults[0]?.afterSeconds).toBeLessThanOrEqual(most)
})

test('a fault stays in the queue and comes back in seconds, not when its visibility ends', async () => {
  await send('{"id":1}')
  const answer = await deliver(() => Promise.reject(new Error('hiccup')))
  expect(answer.batchItemFailures).toHaveLength(1)
  expect(faults).toMatchObject([{ kind: 'handler-failed', afterSeconds: 5 }])
  // Five seconds later it is there again, though the queue hides messages for twelve minutes.
  await expect
    .poll(async () => (await take(queue().url))[0]?.Attributes?.ApproximateReceiveCount, { timeout: 30_000 })
    .toBe('2')
})

test.each([
  ['does not parse', '{"id":"one"}', /^StoredObjectError: message .* expected number/s, 1, undefined],
  ['is hopeless', '{"id":1}', /^RangeError: never$/, 1, new RangeError('never')],
  ['faulted in its last delivery', '{"id":1}', /^Error: again$/, MOST_DELIVERIES, new Error('again')],
])(
  'what %s lies in the dead-letter queue at once, with its reason',
  async (_what, body, reason, receiveCount, error) => {
    await send(body)
    const answer = await deliver(() => Promise.reject(error), { receiveCount })
    expect(answer).toEqual({ batchItemFailures: [] })
    expect(faults).toMatchObject([{ isDead: true }])
    expect(await take(queue().deadLetterUrl)).toMatchObject([
      { Body: body, MessageAttributes: { reason: { StringValue: expect.stringMatching(reason) } } },
    ])
  },
)

test('what cannot be put off or given up stays where it is', async () => {
  const nowhere = 'http://127.0.0.1:1/000000000000/absent'
  await send('{"id":1}')
  const putOff = await deliver(() => Promise.reject(outage), { queueUrl: `${queue().url}-absent` })
  await send('no json')
  const dead = await deliver(async () => {}, { deadLetterUrl: `${nowhere}` })
  expect([putOff, dead].map(({ batchItemFailures }) => batchItemFailures.length)).toEqual([1, 1])
  expect(faults.map(({ kind }) => kind)).toEqual(['handler-failed', 'settle-failed', 'unparsable', 'settle-failed'])
})

test('one bad message brings back none of its neighbours', async () => {
  for (const id of [1, 2, 3]) await send(JSON.stringify({ id }))
  const answer = await deliver(async ({ id }) => {
    if (id === 2) throw new Error('two')
  })
  expect(answer.batchItemFailures).toHaveLength(1)
})
