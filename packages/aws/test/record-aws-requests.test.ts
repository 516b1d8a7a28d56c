import { createResources, startCloud } from '@weft/cloud'
import { cdpIdOf } from '@weft/domain'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AwsClients, awsClients } from '../src/aws-clients.ts'
import { DynamoExecutionJournal } from '../src/dynamo-execution-journal.ts'
import { RecordsTable } from '../src/records-table.ts'
import { S3Objects } from '../src/s3-objects.ts'
import { SqsCandidateQueue } from '../src/sqs-candidate-queue.ts'
import { ssmSecret } from '../src/ssm-secret.ts'
import { aCandidate } from './messages.ts'
import { type AwsCall, recordServiceCalls } from './record-aws-calls.ts'
import { type RecordingProxy, recordAwsRequests } from './record-aws-requests.ts'

let cloud: Awaited<ReturnType<typeof startCloud>>
let resources: Awaited<ReturnType<typeof createResources>>
let proxy: RecordingProxy
let clients: AwsClients
let requests: AwsCall[]

beforeEach(async () => {
  cloud = await startCloud()
  resources = await createResources(cloud, { environment: 'test' })
  requests = []
  proxy = await recordAwsRequests(cloud.endpoint, (call) => requests.push(call))
  clients = awsClients({ region: cloud.region, endpoint: proxy.url })
})
afterEach(async () => {
  clients?.close()
  await proxy?.close()
  await cloud?.close()
})

test('hears on the wire what the middleware hears in the clients, and changes nothing', async () => {
  const calls: AwsCall[] = []
  recordServiceCalls('liquidator', clients, ({ action, resource }) => calls.push({ action, resource }))
  cloud.parameters.put(resources.seedPhraseParameter, 'a specimen', 'SecureString')

  await new SqsCandidateQueue(clients.sqs, resources.queues.liquidation.url).send([aCandidate(1)])
  const objects = new S3Objects(clients.s3, resources.bucket)
  expect(await objects.putOnce('a/b', Buffer.from('x'), 'text/plain')).toBe('stored')
  expect(await objects.putOnce('a/b', Buffer.from('y'), 'text/plain')).toBe('exists')
  expect(await objects.get('a/b')).toEqual(new Uint8Array(Buffer.from('x')))
  for await (const key of objects.keys('')) expect(key).toBe('a/b')
  const journal = new DynamoExecutionJournal(new RecordsTable(clients.dynamodb, resources.table))
  expect(await journal.claim(cdpIdOf(1), 'a', 0, 1)).toBeDefined()
  expect(await journal.recent(1)).toEqual([])
  expect(await journal.engaged([cdpIdOf(1)], 0)).toEqual(new Map([[cdpIdOf(1), 'in-work']]))
  expect(await ssmSecret(clients.ssm, resources.seedPhraseParameter)).toBe('a specimen')

  expect(calls.length).toBeGreaterThan(7)
  expect(requests).toEqual(calls)
})

test('refuses what it has no IAM name for', async () => {
  const refused = await fetch(`${proxy.url}/bucket?policy`, { method: 'PUT' })
  expect([refused.status, await refused.text()]).toEqual([501, 'PUT /bucket has no IAM name in recordAwsRequests.'])
  expect(requests).toEqual([])
})
