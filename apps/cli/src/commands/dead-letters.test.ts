import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { type AwsClients, awsClients, SqsCandidateQueue, SqsJobQueue } from '@weft/aws'
import { type Cloud, type CloudResources, createResources, startCloud } from '@weft/cloud'
import { type IndexRangeJob, runIdOf } from '@weft/domain'
import { queueDepth } from '@weft/stack'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { weft } from '../../test/command.ts'
import { aCandidateOf } from '../../test/specimens.ts'

let cloud: Cloud
let aws: AwsClients
let queues: CloudResources['queues']

beforeAll(async () => {
  cloud = await startCloud()
  aws = awsClients({ region: cloud.region, endpoint: cloud.endpoint })
  queues = (await createResources(cloud, { environment: 'local' })).queues
})
afterAll(async () => {
  aws?.close()
  await cloud?.close()
})
beforeEach(async () => {
  for (const { url, deadLetterUrl } of [queues.indexing, queues.liquidation])
    for (const each of [url, deadLetterUrl]) await aws.sqs.send(new PurgeQueueCommand({ QueueUrl: each }))
})

const NOW = Date.now()
const HOUR_MS = 3_600_000
const deadLetters = (...args: readonly string[]) =>
  weft(['dead-letters', ...args], { WEFT_AWS_ENDPOINT: cloud.endpoint })

const aCandidate = (number: number) => aCandidateOf(number, NOW)

const aJob = (fromId: number, expiresAtMs: number): IndexRangeJob => ({
  schemaVersion: 1,
  runId: runIdOf(NOW, 7),
  syncPoint: { network: 'local', stateVersion: 7, epoch: 1, round: 1, ledgerTimeMs: NOW },
  marketSnapshotKey: 'markets/local/specimen.json.gz',
  fromId,
  toId: fromId + 99,
  expiresAtMs,
})

async function deadCandidates(...numbers: readonly number[]): Promise<void> {
  await new SqsCandidateQueue(aws.sqs, queues.liquidation.deadLetterUrl).send(numbers.map(aCandidate))
}

async function deadText(text: string): Promise<string> {
  const sent = await aws.sqs.send(
    new SendMessageCommand({ QueueUrl: queues.liquidation.deadLetterUrl, MessageBody: text }),
  )
  return sent.MessageId ?? ''
}

const depths = async () => {
  const { ready, inFlight, deadLettered } = await queueDepth(aws.sqs, queues.liquidation)
  return { ready, inFlight, deadLettered }
}

test('lists what lies in both queues with what it is about, and takes nothing', async () => {
  expect((await deadLetters('list')).stdout).toBe('No dead letters.\n')
  await deadCandidates(7)
  await deadText('{"from":"another version"}')
  const jobs = new SqsJobQueue(aws.sqs, queues.indexing.deadLetterUrl)
  await jobs.send([aJob(1, NOW + HOUR_MS), aJob(101, NOW - 1)])

  const { stdout, exitCode } = await deadLetters('list')
  expect(exitCode).toBe(0)
  expect(stdout).toMatch(/^queue +sent +about +state +message +reason +body\n/)
  expect(stdout).toMatch(/^liquidation +20\S+Z +#7# +waits/m)
  expect(stdout).toMatch(/^liquidation +20\S+Z +unparsable .*\{"from":"another version"\}$/m)
  expect(stdout).toMatch(/^indexing +20\S+Z +#1#…#100# +waits/m)
  expect(stdout).toMatch(/^indexing +20\S+Z +#101#…#200# +expired/m)
  expect(await depths()).toEqual({ ready: 0, inFlight: 0, deadLettered: 2 })

  const json: unknown = JSON.parse((await deadLetters('list', '--queue', 'liquidation', '--json')).stdout)
  expect(json).toHaveLength(2)
  expect(json).toContainEqual(expect.objectContaining({ subject: '#7#', state: 'waits', queue: 'liquidation' }))
})

test('redrives candidates and leaves what does not parse', async () => {
  await deadCandidates(7, 8)
  const foreign = await deadText('not even JSON')
  const { stdout } = await deadLetters('redrive', 'liquidation')
  expect(stdout).toMatch(/^2 moved to liquidation: #[78]#, #[78]#\.\n/)
  expect(stdout).toContain(`1 stay: ${foreign} (unparsable).\n`)
  expect(await depths()).toEqual({ ready: 2, inFlight: 0, deadLettered: 1 })
})

test('redrives only the CDP that is asked for', async () => {
  await deadCandidates(7, 8)
  expect((await deadLetters('redrive', 'liquidation', '--cdp', '8')).stdout).toContain('1 moved to liquidation: #8#.\n')
  expect(await depths()).toEqual({ ready: 1, inFlight: 0, deadLettered: 1 })
})

test('a dry run says what would be moved and moves nothing', async () => {
  await deadCandidates(7)
  expect((await deadLetters('redrive', 'liquidation', '--dry-run')).stdout).toBe(
    '1 would be moved to liquidation: #7#.\n',
  )
  expect(await depths()).toEqual({ ready: 0, inFlight: 0, deadLettered: 1 })
})

test('leaves expired jobs, which nobody would read', async () => {
  const jobs = new SqsJobQueue(aws.sqs, queues.indexing.deadLetterUrl)
  await jobs.send([aJob(1, NOW + HOUR_MS), aJob(101, NOW - 1)])
  const { stdout } = await deadLetters('redrive', 'indexing')
  expect(stdout).toContain('1 moved to indexing: #1#…#100#.\n')
  expect(stdout).toMatch(/1 stay: \S+ \(expired\)\.\n$/)
})

test.each([
  [['redrive', 'schedule'], 'dead-letters redrive is one of liquidation, indexing, not "schedule".'],
  [['redrive', 'indexing', '--cdp', '7'], '--cdp chooses among candidates; those are in the liquidation queue.'],
  [['list', '--queue', 'both'], '--queue is one of liquidation, indexing, not "both".'],
])('refuses %j', async (args, message) => {
  const { exitCode, stderr, stdout } = await deadLetters(...args)
  expect([exitCode, stdout, stderr]).toEqual([2, '', [message]])
})

test('an environment without queues is named', async () => {
  const { exitCode, stderr } = await weft(['dead-letters', 'list'], {
    WEFT_AWS_ENDPOINT: cloud.endpoint,
    WEFT_ENVIRONMENT: 'nowhere',
  })
  expect(exitCode).toBe(2)
  expect(stderr.join()).toContain('check WEFT_ENVIRONMENT')
})
