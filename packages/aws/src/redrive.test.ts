import { PurgeQueueCommand, ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { redriveDeadLetters } from './redrive.ts'

let cloud: TestCloud
let work: string
let dead: string

beforeAll(async () => {
  cloud = await startTestCloud()
  work = cloud.resources.queues.liquidation.url
  dead = cloud.resources.queues.liquidation.deadLetterUrl
})
afterAll(() => cloud?.stop())
beforeEach(async () => {
  for (const url of [work, dead]) await cloud.sqs.send(new PurgeQueueCommand({ QueueUrl: url }))
  for (let id = 1; id <= 12; id++)
    await cloud.sqs.send(new SendMessageCommand({ QueueUrl: dead, MessageBody: `{"id":${id}}` }))
})

/** How many messages are visible. */
async function visible(url: string): Promise<number> {
  const receive = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 0 })
  let count = 0
  for (;;) {
    const { Messages = [] } = await cloud.sqs.send(receive)
    if (Messages.length === 0) return count
    count += Messages.length
  }
}

test('moves every dead letter back to work', async () => {
  expect(await redriveDeadLetters(cloud.sqs, dead, work, { dryRun: false, max: 100 })).toEqual({ seen: 12, moved: 12 })
  expect([await visible(work), await visible(dead)]).toEqual([12, 0])
})

test('a dry run shows what would be moved and leaves it visible', async () => {
  const bodies: string[] = []
  const onMessage = ({ body }: { body: string }) => void bodies.push(body)
  expect(await redriveDeadLetters(cloud.sqs, dead, work, { dryRun: true, max: 100, onMessage })).toEqual({
    seen: 12,
    moved: 0,
  })
  expect(bodies).toHaveLength(12)
  expect([await visible(work), await visible(dead)]).toEqual([0, 12])
})

test('moves only what is wanted; the rest is visible again', async () => {
  const wanted = ({ body }: { body: string }) => body === '{"id":7}'
  expect(await redriveDeadLetters(cloud.sqs, dead, work, { dryRun: false, max: 100, wanted })).toEqual({
    seen: 12,
    moved: 1,
  })
  expect([await visible(work), await visible(dead)]).toEqual([1, 11])
})

test('stops at the maximum', async () => {
  expect(await redriveDeadLetters(cloud.sqs, dead, work, { dryRun: false, max: 11 })).toEqual({ seen: 11, moved: 11 })
  expect([await visible(work), await visible(dead)]).toEqual([11, 1])
})

test('when the work queue refuses, no dead letter is lost or hidden', async () => {
  await expect(redriveDeadLetters(cloud.sqs, dead, `${work}-absent`, { dryRun: false, max: 100 })).rejects.toThrow()
  expect(await visible(dead)).toBe(12)
})
