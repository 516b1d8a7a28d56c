import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { SqsCandidateQueue } from '@weft/aws'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { LiquidationOutcome } from './outcome.ts'
import { type RunningLiquidator, startLiquidator } from './run.ts'
import { startTestCloud, startTestMarket, type TestCloud, type TestMarket } from './test-market.ts'

let cloud: TestCloud
let market: TestMarket
let running: RunningLiquidator
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())
afterEach(async () => {
  await running?.stop(5_000)
  await market?.stop()
})

/** Starts the liquidator on the market's queue; each outcome is told to `heard`. */
function start(heard: (outcome: LiquidationOutcome) => void): void {
  running = startLiquidator({
    sqs: cloud.clients.sqs,
    queueUrl: market.resources.queues.liquidation.url,
    deps: market.deps,
    concurrency: 3,
    visibilityTimeoutSeconds: 300,
    sweepEveryMs: 60_000,
    onOutcome: (_, outcome) => heard(outcome),
  })
}

test('takes candidates from the queue, liquidates each and acknowledges it', async () => {
  market = await startTestMarket(cloud)
  const { control } = market.ledger
  const cdpIds = [1, 2, 3].map(() => control.openCdp({ collaterals: { xUSDC: '100' }, loans: { XRD: '14000' } }))
  control.setPrices({ xUSDC: '190' })
  const { url } = market.resources.queues.liquidation
  await new SqsCandidateQueue(cloud.clients.sqs, url).send(cdpIds.map((cdpId) => market.candidate(cdpId)))
  const outcomes: LiquidationOutcome[] = []
  await new Promise<void>((done) => start((outcome) => outcomes.push(outcome) === cdpIds.length && done()))
  expect(outcomes.map(({ kind }) => kind)).toEqual(['liquidated', 'liquidated', 'liquidated'])
  expect(control.liquidatable()).toEqual([])
  await running.stop(5_000)
  const { Attributes } = await cloud.clients.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
  )
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  })
})

test('gives a message that does not parse back to the queue, and says so once', async () => {
  market = await startTestMarket(cloud)
  const { url } = market.resources.queues.liquidation
  await cloud.clients.sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: '{"cdpId":"#0#"}' }))
  start(() => expect.fail('nothing can come of it'))
  await expect.poll(() => market.log.named('liquidator.candidate_faulted').length).toBeGreaterThan(0)
  expect(market.log.named('liquidator.candidate_faulted')[0]).toMatchObject({ kind: 'unparsable', receiveCount: 1 })
})
