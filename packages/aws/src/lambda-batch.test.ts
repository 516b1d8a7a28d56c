import { expect, test } from 'vitest'
import * as z from 'zod'
import { handleSqsEvent } from './lambda-batch.ts'
import type { ConsumerFault } from './received-message.ts'

const record = (messageId: string, body: string, receiveCount = 1) => ({
  messageId,
  body,
  attributes: { ApproximateReceiveCount: String(receiveCount), SentTimestamp: '1795385701000' },
  eventSourceARN: 'arn:aws:sqs:eu-west-1:000000000000:weft-test-liquidation',
})

test('names exactly the messages that threw or did not parse', async () => {
  const faults: ConsumerFault[] = []
  const seen: unknown[] = []
  const response = await handleSqsEvent(
    { Records: [record('a', '{"id":1}'), record('b', 'no json'), record('c', '{"id":3}', 2), record('d', '{"id":4}')] },
    {
      schema: z.strictObject({ id: z.int() }),
      async handle(message, delivery) {
        seen.push([message.id, delivery.receiveCount, delivery.sentAtMs])
        if (message.id === 3) throw new Error('ledger away')
      },
      onFault: (fault) => faults.push(fault),
    },
  )
  expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: 'b' }, { itemIdentifier: 'c' }] })
  expect(seen).toEqual([
    [1, 1, 1795385701000],
    [3, 2, 1795385701000],
    [4, 1, 1795385701000],
  ])
  expect(faults.map((fault) => [fault.messageId, fault.kind])).toEqual([
    ['b', 'unparsable'],
    ['c', 'handler-failed'],
  ])
})
