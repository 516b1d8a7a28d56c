import { ReceiveMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import { SqsDeadLetters } from './sqs-dead-letters.ts'

let cloud: TestCloud
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())

async function taken(body: string, error: unknown) {
  const url = cloud.resources.queues.indexing.deadLetterUrl
  await new SqsDeadLetters(cloud.sqs, url).take(body, error)
  const { Messages: [message] = [] } = await cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 1, MessageAttributeNames: ['All'] }),
  )
  return message
}

test('a body beyond all reason is cut, and says how long it was', async () => {
  const message = await taken('x'.repeat(262_144), new Error('too long'))
  expect(message?.Body).toHaveLength(65_536)
  expect(message?.MessageAttributes?.cutFromBytes?.StringValue).toBe('262144')
})

test('a reason of any length and spelling is one that SQS takes', async () => {
  const message = await taken('', new Error(`\u0000\ud800${'\u{1f4a5}'.repeat(2_000)}`))
  expect(message?.Body).toBe('(empty)')
  expect(message?.MessageAttributes?.reason?.StringValue).toMatch(/^Error: \ufffd\ufffd\u{1f4a5}+\ufffd?$/u)
  expect(message?.MessageAttributes?.cutFromBytes).toBeUndefined()
})
