import { HeadObjectCommand } from '@aws-sdk/client-s3'
import { cdpIdOf } from '@weft/domain'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AwsClients } from '../src/aws-clients.ts'
import { DynamoExecutionJournal } from '../src/dynamo-execution-journal.ts'
import { RecordsTable } from '../src/records-table.ts'
import { S3Objects } from '../src/s3-objects.ts'
import { SqsCandidateQueue } from '../src/sqs-candidate-queue.ts'
import { ssmSecret } from '../src/ssm-secret.ts'
import { startTestCloud, type TestCloud } from './cloud.ts'
import { aCandidate } from './messages.ts'
import { type AwsCall, recordServiceCalls } from './record-aws-calls.ts'

let cloud: TestCloud
let clients: AwsClients

beforeAll(async () => {
  cloud = await startTestCloud()
  clients = cloud.newClients()
})
afterAll(async () => {
  clients?.close()
  await cloud?.stop()
})

test('each distinct call is told once, by the name of the right it needs', async () => {
  const calls: (AwsCall & { service: string })[] = []
  recordServiceCalls('liquidator', clients, (call) => calls.push(call))
  const { bucket, table, queues, seedPhraseParameter } = cloud.resources
  cloud.setParameter(seedPhraseParameter, 'a specimen', 'SecureString')

  const queue = new SqsCandidateQueue(clients.sqs, queues.liquidation.url)
  await queue.send([aCandidate(1)])
  await queue.send([aCandidate(2)])
  const objects = new S3Objects(clients.s3, bucket)
  await objects.putOnce('a', Buffer.from('x'), 'text/plain')
  await objects.get('a')
  for await (const _key of objects.keys('')) break
  await clients.s3.send(new HeadObjectCommand({ Bucket: bucket, Key: 'a' }))
  const journal = new DynamoExecutionJournal(new RecordsTable(clients.dynamodb, table))
  await journal.claim(cdpIdOf(1), 'a', 0, 1)
  await journal.claim(cdpIdOf(1), 'b', 0, 1)
  await journal.standingOf(cdpIdOf(1))
  await journal.recent(1)
  await journal.spentSince(0)
  await journal.engaged([cdpIdOf(1)], 0)
  await ssmSecret(clients.ssm, seedPhraseParameter)

  expect(calls.map((call) => `${call.action} ${call.resource}`)).toEqual([
    'sqs:SendMessage weft-test-liquidation',
    `s3:PutObject ${bucket}/*`,
    `s3:GetObject ${bucket}/*`,
    `s3:ListBucket ${bucket}`,
    `dynamodb:UpdateItem ${table}`,
    `dynamodb:GetItem ${table}`,
    `dynamodb:Query ${table}`,
    `dynamodb:Query ${table}/index/by-kind`,
    `dynamodb:Query ${table}/index/by-spending`,
    `dynamodb:BatchGetItem ${table}`,
    `ssm:GetParameter ${seedPhraseParameter}`,
  ])
  expect(calls[0]).toEqual({ service: 'liquidator', action: 'sqs:SendMessage', resource: 'weft-test-liquidation' })
})
