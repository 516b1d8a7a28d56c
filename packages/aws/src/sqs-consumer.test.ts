import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { LedgerUnavailableError } from '@weft/domain'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { startTestCloud, type TestCloud } from '../test/cloud.ts'
import type { ConsumerFault, Delivery } from './received-message.ts'
import { type ConsumerOptions, SqsConsumer } from './sqs-consumer.ts'

const Work = z.strictObject({ id: z.int() })
type Work = z.infer<typeof Work>

let cloud: TestCloud
let faults: ConsumerFault[]
let consumer: SqsConsumer<Work> | undefined

beforeEach(async () => {
  cloud = await startTestCloud({ maxReceiveCount: 3 })
  faults = []
})
afterEach(async () => {
  await consumer?.stop(0)
  consumer = undefined
  await cloud.stop()
})

function consume(
  handle: (work: Work, delivery: Delivery) => Promise<void>,
  options: Partial<ConsumerOptions<Work>> = {},
): SqsConsumer<Work> {
  consumer = new SqsConsumer(cloud.sqs, {
    queueUrl: cloud.resources.queues.indexing.url,
    deadLetterUrl: deadLetterUrl(),
    handlerTimeoutMs: 60_000,
    schema: Work,
    handle,
    onFault: (fault) => faults.push(fault),
    concurrency: 4,
    visibilityTimeoutSeconds: 30,
    waitTimeSeconds: 1,
    ...options,
  })
  consumer.start()
  return consumer
}

const send = (body: string) =>
  cloud.sqs.send(new SendMessageCommand({ QueueUrl: cloud.resources.queues.indexing.url, MessageBody: body }))
const sendWork = async (count: number) => {
  for (let id = 1; id <= count; id++) await send(JSON.stringify({ id }))
}
/** The message that is visible now, if any. */
const peek = async (queueUrl: string) =>
  (
    await cloud.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, WaitTimeSeconds: 0, MessageAttributeNames: ['All'] }),
    )
  ).Messages?.[0]
const queueUrl = () => cloud.resources.queues.indexing.url
const deadLetterUrl = () => cloud.resources.queues.indexing.deadLetterUrl

/** Waits until `check` holds, however slow the machine is. */
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000, interval: 20 })

/** A gate that handlers wait at. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

test('handles every message and leaves none behind', async () => {
  await sendWork(25)
  const handled: number[] = []
  const running = consume(async ({ id }) => void handled.push(id))
  await eventually(() => expect(handled).toHaveLength(25))
  expect(await running.stop(5_000)).toEqual({ released: 0 })
  expect(new Set(handled).size).toBe(25)
  expect(await peek(queueUrl())).toBeUndefined()
  expect(faults).toEqual([])
})

test('works on no more messages at a time than told', async () => {
  await sendWork(12)
  let running = 0
  let most = 0
  let done = 0
  consume(
    async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
      done += 1
    },
    { concurrency: 3 },
  )
  await eventually(() => expect(done).toBe(12))
  expect(most).toBe(3)
})

test('a message whose handler throws is delivered again and deleted once it is handled', async () => {
  await sendWork(1)
  const counts: number[] = []
  const running = consume(async (_work, delivery) => {
    counts.push(delivery.receiveCount)
    if (delivery.receiveCount < 2) throw new Error('not yet')
  })
  await eventually(() => expect(counts).toEqual([1, 2]))
  await running.stop(5_000)
  expect(faults).toMatchObject([{ kind: 'handler-failed', afterSeconds: 5 }])
  expect(await peek(queueUrl())).toBeUndefined()
  expect(await peek(cloud.resources.queues.indexing.deadLetterUrl)).toBeUndefined()
})

test('an outage of the ledger costs no delivery: what is in work is kept and tried again, and nothing is taken', async () => {
  await sendWork(3)
  let isDown = true
  const tried: number[] = []
  const counts = new Set<number>()
  const running = consume(
    async ({ id }, delivery) => {
      tried.push(id)
      counts.add(delivery.receiveCount)
      if (isDown) throw new LedgerUnavailableError('gateway', 10, undefined)
    },
    { concurrency: 1 },
  )
  // More tries than the queue allows deliveries.
  await eventually(() => expect(tried.length).toBeGreaterThan(6))
  expect(new Set(tried).size).toBe(1)
  expect(new Set(faults.map((fault) => fault.kind))).toEqual(new Set(['put-off']))
  isDown = false
  await eventually(() => expect(new Set(tried).size).toBe(3))
  await running.stop(5_000)
  expect(counts).toEqual(new Set([1]))
  expect(await peek(cloud.resources.queues.indexing.deadLetterUrl)).toBeUndefined()
})

test('a stop gives back what waits for the ledger', async () => {
  await sendWork(1)
  const running = consume(async () => {
    throw new LedgerUnavailableError('gateway', 600_000, undefined)
  })
  await eventually(() => expect(faults).toHaveLength(1))
  await running.stop(5_000)
  expect((await peek(queueUrl()))?.Body).toBe('{"id":1}')
})

test('a message that does not parse is never handled: it goes to the dead-letter queue at once, with its reason', async () => {
  await send('{"id":"seven"}')
  const handled = vi.fn()
  consume(async () => handled())
  await eventually(async () => {
    expect(await peek(deadLetterUrl())).toMatchObject({
      Body: '{"id":"seven"}',
      MessageAttributes: { reason: { StringValue: expect.stringMatching(/^StoredObjectError: .*expected number/s) } },
    })
  })
  expect(handled).not.toHaveBeenCalled()
  await eventually(() => expect(faults).toMatchObject([{ kind: 'unparsable', receiveCount: 1, isDead: true }]))
  expect(String(faults[0]?.error)).toMatch(/message .* of queue weft-test-indexing.*expected number/is)
})

test('what no repetition can heal is given up at once, and not before it lies in the dead-letter queue', async () => {
  await sendWork(1)
  const options = { isHopeless: (error: unknown) => error instanceof RangeError }
  const running = consume(async () => {
    throw new RangeError('never')
  }, options)
  await eventually(() => expect(faults).toMatchObject([{ kind: 'handler-failed', receiveCount: 1, isDead: true }]))
  await running.stop(5_000)
  expect(await peek(queueUrl())).toBeUndefined()

  faults = []
  await sendWork(1)
  consume(
    async () => {
      throw new RangeError('never')
    },
    { ...options, deadLetterUrl: `${deadLetterUrl()}-absent` },
  )
  await eventually(() => expect(faults.map(({ kind }) => kind)).toEqual(['settle-failed', 'handler-failed']))
  expect(faults[1]).toMatchObject({ afterSeconds: 30 })
  expect(faults[1]).not.toHaveProperty('isDead')
})

test('a handler that does not end costs its message a delivery, and not its place for ever', async () => {
  await sendWork(1)
  consume(() => new Promise(() => {}), { handlerTimeoutMs: 50 })
  await eventually(() =>
    expect(faults).toMatchObject([{ kind: 'handler-failed', error: { name: 'HandlerTimeoutError' }, afterSeconds: 5 }]),
  )
})

test('keeps a message hidden for as long as its handler works', async () => {
  await sendWork(1)
  const { opened, open } = gate()
  const deliveries: number[] = []
  const running = consume(
    async (_work, delivery) => {
      deliveries.push(delivery.receiveCount)
      await opened
    },
    { visibilityTimeoutSeconds: 2 },
  )
  await new Promise((resolve) => setTimeout(resolve, 3_500))
  expect(await peek(queueUrl())).toBeUndefined()
  open()
  await running.stop(5_000)
  expect(deliveries).toEqual([1])
})

test('stop lets the messages in work finish', async () => {
  await sendWork(2)
  const { opened, open } = gate()
  let done = 0
  const running = consume(async () => {
    await opened
    done += 1
  })
  await eventually(() => expect(running.inFlight).toBe(2))
  const stopped = running.stop(10_000)
  open()
  expect(await stopped).toEqual({ released: 0 })
  expect(done).toBe(2)
  expect(await peek(queueUrl())).toBeUndefined()
})

test('at the deadline an unfinished message is free for another worker at once, and its handler is told', async () => {
  await sendWork(1)
  const { opened, open } = gate()
  let signal: AbortSignal | undefined
  const running = consume(async (_work, delivery) => {
    signal = delivery.signal
    await opened
  })
  await eventually(() => expect(running.inFlight).toBe(1))
  // Longer than the open poll, which would otherwise take the message again.
  expect(await running.stop(1_500)).toEqual({ released: 1 })
  expect(signal?.aborted).toBe(true)
  const again = await peek(queueUrl())
  expect(again?.Body).toBe('{"id":1}')
  // The late handler must not delete what is now somebody else's.
  open()
  await eventually(() => expect(running.inFlight).toBe(0))
  const attributes = await cloud.sqs.send(
    new ReceiveMessageCommand({ QueueUrl: queueUrl(), WaitTimeSeconds: 0, VisibilityTimeout: 0 }),
  )
  expect(attributes.Messages ?? []).toEqual([])
})

test('messages that arrive while stopping are handed back unstarted', async () => {
  let polls = 0
  cloud.sqs.middlewareStack.add(
    (next, context) => (args) => {
      if (context.commandName === 'ReceiveMessageCommand') polls += 1
      return next(args)
    },
    { step: 'initialize', name: 'count-polls' },
  )
  const handled = vi.fn()
  const running = consume(async () => handled(), { waitTimeSeconds: 10 })
  // The poll is open and waits; the message reaches it after the stop.
  await eventually(() => expect(polls).toBe(1))
  const stopped = running.stop(20_000)
  await sendWork(1)
  expect(await stopped).toEqual({ released: 1 })
  expect(handled).not.toHaveBeenCalled()
  expect((await peek(queueUrl()))?.Body).toBe('{"id":1}')
})

test('goes on when receiving fails, and says so', async () => {
  const running = consume(async () => {}, { queueUrl: `${queueUrl()}-absent` })
  await eventually(() => expect(faults.map((fault) => fault.kind)).toContain('receive-failed'))
  expect(await running.stop(1_000)).toEqual({ released: 0 })
})
