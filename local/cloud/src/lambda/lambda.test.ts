import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type Cloud, startCloud } from '../cloud.ts'
import { createResources } from '../create-resources.ts'
import { localClientConfig } from '../local-client-config.ts'
import { type BatchReport, EventSourceMapping, failuresOf } from './event-source-mapping.ts'
import { LambdaFunction, type LambdaFunctionSettings } from './lambda-function.ts'

/** Does what its event says; written to disk and run as a bundle is. */
const BUNDLE = `
import { appendFileSync } from 'node:fs'
let invocations = 0
export async function handler(event, context) {
  invocations += 1
  console.log(JSON.stringify({ event: 'test.invoked', greeting: process.env.GREETING, home: process.env.HOME ?? null }))
  const told = []
  const work0 = event
  for (const { messageId, body } of event.Records ?? [event]) {
    const work = typeof body === 'string' ? JSON.parse(body) : event
    if (work.do === 'throw') throw new TypeError('asked to throw')
    if (work.do === 'hang') await new Promise(() => setInterval(() => {}, 1000))
    if (work.do === 'exit') process.exit(7)
    if (work.do === 'wait') await new Promise((resolve) => setTimeout(resolve, work.ms))
    if (work.do === 'compute') for (const end = Date.now() + work.ms; Date.now() < end; );
    if (work.do === 'fail') told.push({ itemIdentifier: messageId })
  }
  if (work0.do === 'clock') return { now: Date.now(), today: new Date().toISOString(), past: new Date(7).getTime() }
  return event.Records ? { batchItemFailures: told } : { invocations, left: context.getRemainingTimeInMillis() > 0, id: context.awsRequestId }
}
`

/** Waits until `check` holds, however slow the machine is. */
const eventually = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 25_000, interval: 20 })

let folder: string
const functions: LambdaFunction[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weft-lambda-'))
  await writeFile(join(folder, 'index.mjs'), BUNDLE)
  await writeFile(join(folder, 'broken.mjs'), `throw new RangeError('WEFT_NETWORK must be set')`)
})
afterEach(async () => {
  for (const each of functions.splice(0)) await each.kill()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function aFunction(settings: Partial<LambdaFunctionSettings> = {}): LambdaFunction {
  const lambda = new LambdaFunction({
    name: 'weft-test-liquidator',
    bundle: join(folder, 'index.mjs'),
    environment: { GREETING: 'hello' },
    timeoutMs: 20_000,
    reservedConcurrency: 2,
    ...settings,
  })
  functions.push(lambda)
  return lambda
}

describe('a function', () => {
  test('answers, keeps its process warm and sees its own variables only', async () => {
    const lines: string[] = []
    const lambda = aFunction({ onLog: (line) => lines.push(line) })
    expect(await lambda.invoke({})).toMatchObject({ kind: 'returned', payload: { invocations: 1, left: true } })
    expect(await lambda.invoke({})).toMatchObject({ kind: 'returned', payload: { invocations: 2 } })
    expect(lambda.pids).toHaveLength(1)
    await eventually(() => expect(lines).toContain('{"event":"test.invoked","greeting":"hello","home":null}'))
  })

  test('tells what its handler threw, and stays warm', async () => {
    const lambda = aFunction()
    const thrown = { kind: 'threw', errorType: 'TypeError', errorMessage: 'asked to throw' }
    expect(await lambda.invoke({ do: 'throw' })).toEqual(thrown)
    expect(await lambda.invoke({})).toMatchObject({ payload: { invocations: 2 } })
  })

  test('tells that its bundle cannot be loaded', async () => {
    const lambda = aFunction({ bundle: join(folder, 'broken.mjs') })
    const failed = { kind: 'init-failed', errorType: 'RangeError', errorMessage: 'WEFT_NETWORK must be set' }
    expect(await lambda.invoke({})).toEqual(failed)
    expect(await aFunction({ handler: 'absent' }).invoke({})).toMatchObject({ kind: 'init-failed' })
  })

  test('is killed when its time is over, and the next invocation has a new process', async () => {
    const lambda = aFunction({ timeoutMs: 500 })
    expect(await lambda.invoke({ do: 'hang' })).toEqual({ kind: 'timed-out', afterMs: 500 })
    expect(await lambda.invoke({})).toMatchObject({ kind: 'returned', payload: { invocations: 1 } })
  })

  test('tells that its process ended, by itself or by a kill', async () => {
    const lambda = aFunction()
    expect(await lambda.invoke({ do: 'exit' })).toEqual({ kind: 'crashed', exitCode: 7, signal: null })
    const cut = lambda.invoke({ do: 'hang' })
    await eventually(() => expect(lambda.pids).toHaveLength(1))
    await lambda.kill()
    expect(await cut).toEqual({ kind: 'crashed', exitCode: null, signal: 'SIGKILL' })
  })

  test('two invocations at a time have a process each, warm or not', async () => {
    const lambda = aFunction()
    await lambda.invoke({})
    const both = await Promise.all([lambda.invoke({ do: 'wait', ms: 20 }), lambda.invoke({})])
    expect(both).toMatchObject([{ payload: { invocations: 2 } }, { payload: { invocations: 1 } }])
    expect(lambda.pids).toHaveLength(2)
  })

  test('takes as many invocations in one process as it is told to, and tells them apart', async () => {
    const lambda = aFunction({ reservedConcurrency: 3, invocationsPerProcess: 3 })
    const all = await Promise.all([
      lambda.invoke({ do: 'wait', ms: 200 }),
      lambda.invoke({ do: 'throw' }),
      lambda.invoke({ do: 'wait', ms: 10 }),
    ])
    expect(all.map(({ kind }) => kind)).toEqual(['returned', 'threw', 'returned'])
    expect(lambda.pids).toHaveLength(1)
    expect(await lambda.rssBytes()).toBeGreaterThan(10_000_000)
  })

  test('of one process that dies, everything in work fails', async () => {
    const lambda = aFunction({ reservedConcurrency: 2, invocationsPerProcess: 2 })
    const both = await Promise.all([lambda.invoke({ do: 'hang' }), lambda.invoke({ do: 'exit' })])
    expect(both).toEqual([7, 7].map((exitCode) => ({ kind: 'crashed', exitCode, signal: null })))
  })

  test('survives seconds of waiting and of a busy thread, in which a server usually hangs up on its clients', async () => {
    const lambda = aFunction()
    const slow = { Records: [{ body: '{"do":"wait","ms":3500}' }, { body: '{"do":"compute","ms":3500}' }] }
    expect(await lambda.invoke(slow)).toMatchObject({ kind: 'returned' })
    expect(await lambda.invoke({})).toMatchObject({ kind: 'returned', payload: { invocations: 2 } })
  })

  test('lives by a clock that can be moved forward, in old processes and in new ones', async () => {
    const lambda = aFunction()
    const HOUR_MS = 3_600_000
    const clock = async () => {
      const result = await lambda.invoke({ do: 'clock' })
      return result.kind === 'returned' ? (result.payload as { now: number; today: string; past: number }) : undefined
    }
    const before = await clock()
    await lambda.advanceClock(HOUR_MS)
    const after = await clock()
    expect((after?.now ?? 0) - (before?.now ?? 0)).toBeGreaterThanOrEqual(HOUR_MS)
    expect(Math.abs(Date.parse(after?.today ?? '') - (after?.now ?? 0))).toBeLessThan(1_000)
    expect(after?.past).toBe(7)
    await lambda.advanceClock(HOUR_MS)
    const later = await clock()
    expect((later?.now ?? 0) - (after?.now ?? 0)).toBeGreaterThanOrEqual(HOUR_MS)
    await lambda.kill()
    expect(((await clock())?.now ?? 0) - Date.now()).toBeGreaterThan(2 * HOUR_MS - 60_000)
  })

  test('throttles what exceeds its reserved concurrency', async () => {
    const lambda = aFunction({ reservedConcurrency: 1 })
    const first = lambda.invoke({ do: 'wait', ms: 50 })
    expect(await lambda.invoke({})).toEqual({ kind: 'throttled' })
    expect(await first).toMatchObject({ kind: 'returned' })
  })
})

describe('an event source mapping', () => {
  let cloud: Cloud
  let sqs: SQSClient
  let queueUrl: string
  let deadLetterUrl: string
  let batches: BatchReport[]
  let mapping: EventSourceMapping | undefined

  beforeAll(async () => {
    cloud = await startCloud()
    sqs = new SQSClient(localClientConfig(cloud))
  })
  afterEach(async () => {
    await mapping?.stop()
    mapping = undefined
  })
  afterAll(async () => {
    sqs?.destroy()
    await cloud?.close()
  })

  async function map(
    environment: string,
    bodies: readonly object[],
    invoke: (event: unknown) => Promise<BatchReport['result']>,
  ) {
    const resources = await createResources(cloud, {
      environment,
      maxReceiveCount: 2,
      visibilityTimeoutSeconds: { liquidation: 2 },
    })
    queueUrl = resources.queues.liquidation.url
    deadLetterUrl = resources.queues.liquidation.deadLetterUrl
    for (const body of bodies)
      await sqs.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify(body) }))
    batches = []
    mapping = new EventSourceMapping(sqs, invoke, {
      queueUrl,
      batchSize: 10,
      maximumConcurrency: 2,
      waitTimeSeconds: 1,
      onBatch: (batch) => batches.push(batch),
    })
    await mapping.start()
  }

  const dead = async () =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: deadLetterUrl, WaitTimeSeconds: 0 }))).Messages ?? []

  test('deletes what was handled; the one that fails is delivered again and ends in the dead-letter queue', async () => {
    const lambda = aFunction()
    await lambda.invoke({})
    const bodies = [{ do: 'ok' }, { do: 'fail' }, { do: 'ok' }]
    await map('partial', bodies, (event) => lambda.invoke(event))
    await eventually(async () => expect((await dead()).map((each) => each.Body)).toEqual(['{"do":"fail"}']))
    const handled = batches.flatMap((batch) => batch.messageIds.filter((id) => !batch.failedIds.includes(id)))
    expect(handled).toHaveLength(2)
    expect(new Set(batches.flatMap((batch) => batch.failedIds)).size).toBe(1)
  })

  test('a handler that throws, or a process that dies, returns its whole batch', async () => {
    const lambda = aFunction()
    await map('whole', [{ do: 'exit' }], (event) => lambda.invoke(event))
    await eventually(async () => expect(await dead()).toHaveLength(1))
    expect(batches.map((batch) => batch.result.kind)).toEqual(['crashed', 'crashed'])
  })

  test('invokes at most as many at a time as told', async () => {
    let running = 0
    let most = 0
    const bodies = Array.from({ length: 60 }, () => ({ do: 'ok' }))
    await map('concurrency', bodies, async () => {
      most = Math.max(most, ++running)
      await new Promise((resolve) => setTimeout(resolve, 20))
      running -= 1
      return { kind: 'returned', payload: null }
    })
    await eventually(() => expect(batches.flatMap((batch) => batch.messageIds)).toHaveLength(60))
    expect(most).toBe(2)
  })
})

describe('what counts as handled', () => {
  const ids = ['a', 'b']
  const returned = (payload: unknown) => failuresOf({ kind: 'returned', payload }, ids)

  test.each([[null], [{}], [{ batchItemFailures: [] }], [{ batchItemFailures: null }], ['fine']])(
    'the answer %j is a full success',
    (payload) => expect(returned(payload)).toEqual([]),
  )

  test.each([
    [{ batchItemFailures: [{ itemIdentifier: 'unknown' }] }],
    [{ batchItemFailures: [{ itemIdentifier: '' }] }],
    [{ batchItemFailures: [{ wrongKey: 'a' }] }],
  ])('the answer %j returns the whole batch', (payload) => expect(returned(payload)).toEqual(ids))

  test('only the named message fails', () => {
    expect(returned({ batchItemFailures: [{ itemIdentifier: 'b' }] })).toEqual(['b'])
  })
})
