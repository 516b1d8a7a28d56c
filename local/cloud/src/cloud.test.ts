import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { GetParameterCommand, GetParametersByPathCommand, ParameterNotFound, SSMClient } from '@aws-sdk/client-ssm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Cloud, startCloud } from './cloud.ts'
import { type CloudResources, createResources } from './create-resources.ts'
import { localClientConfig } from './local-client-config.ts'

let cloud: Cloud
let resources: CloudResources
let s3: S3Client
let sqs: SQSClient
let ssm: SSMClient

beforeAll(async () => {
  cloud = await startCloud()
  resources = await createResources(cloud, { environment: 'test', maxReceiveCount: 2 })
  const config = { ...localClientConfig(cloud), maxAttempts: 1 }
  s3 = new S3Client({ ...config, forcePathStyle: true })
  sqs = new SQSClient(config)
  ssm = new SSMClient(config)
})

afterAll(async () => {
  for (const client of [s3, sqs, ssm]) client?.destroy()
  await cloud?.close()
})

const put = (key: string, body: string, condition: { IfNoneMatch?: string; IfMatch?: string } = {}) =>
  s3.send(new PutObjectCommand({ Bucket: resources.bucket, Key: key, Body: body, ...condition }))
const read = async (key: string) =>
  (await s3.send(new GetObjectCommand({ Bucket: resources.bucket, Key: key }))).Body?.transformToString()

test('of many racing first writes of one object exactly one wins, and its body stands', async () => {
  const racers = Array.from({ length: 20 }, (_, index) => put('races/first', `body ${index}`, { IfNoneMatch: '*' }))
  const results = await Promise.allSettled(racers)
  const winners = results.flatMap((result, index) => (result.status === 'fulfilled' ? [index] : []))
  expect(winners).toHaveLength(1)
  expect(await read('races/first')).toBe(`body ${winners[0]}`)
  expect(results.find((result) => result.status === 'rejected')).toMatchObject({
    reason: { name: 'PreconditionFailed', $metadata: { httpStatusCode: 412 } },
  })
})

test('a write over a known version wins once; over an absent object it is 404', async () => {
  const first = await put('cas', 'one')
  await put('cas', 'two', { IfMatch: first.ETag ?? '' })
  await expect(put('cas', 'three', { IfMatch: first.ETag ?? '' })).rejects.toMatchObject({ name: 'PreconditionFailed' })
  await expect(put('cas-absent', 'x', { IfMatch: first.ETag ?? '' })).rejects.toMatchObject({ name: 'NoSuchKey' })
  expect(await read('cas')).toBe('two')
})

test('can answer conditional writes with the conflict that racing writers meet on S3', async () => {
  cloud.faults.s3Conflicts.remaining = 1
  await expect(put('conflict', 'x', { IfNoneMatch: '*' })).rejects.toMatchObject({ $metadata: { httpStatusCode: 409 } })
  await put('conflict', 'x', { IfNoneMatch: '*' })
})

test('can refuse one entry of a batch and accept the others', async () => {
  cloud.faults.batches.refuseEntries = 1
  const entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }))
  const { Successful, Failed } = await sqs.send(
    new SendMessageBatchCommand({ QueueUrl: resources.queues.indexing.url, Entries: entries }),
  )
  expect(Successful?.map((entry) => entry.Id)).toEqual(['b', 'c'])
  expect(Failed?.map((entry) => entry.Id)).toEqual(['a'])
})

test('a message received more often than allowed moves to the dead-letter queue', async () => {
  const { url, deadLetterUrl } = resources.queues.liquidation
  await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody: 'poison' }))
  const receive = (from: string) =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl: from, VisibilityTimeout: 0, WaitTimeSeconds: 0 }))
  for (let delivery = 0; delivery < 3; delivery++) await receive(url)
  expect((await receive(deadLetterUrl)).Messages?.[0]?.Body).toBe('poison')
})

test('queues have the shape that Terraform gives them', async () => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: resources.queues.liquidation.url, AttributeNames: ['All'] }),
  )
  expect(Attributes).toMatchObject({ VisibilityTimeout: '720', ReceiveMessageWaitTimeSeconds: '20' })
  expect(JSON.parse(Attributes?.RedrivePolicy ?? '{}')).toMatchObject({ maxReceiveCount: 2 })
  expect(resources.queues.liquidation.url).toMatch(/:\d+\/\d{12}\/weft-test-liquidation$/)
})

test('a secure parameter is readable with decryption only; an unknown one is not found', async () => {
  cloud.parameters.put('/weft/test/seed-phrase', 'twelve words', 'SecureString')
  const get = (name: string, decrypt: boolean) =>
    ssm.send(new GetParameterCommand({ Name: name, WithDecryption: decrypt }))
  expect((await get('/weft/test/seed-phrase', true)).Parameter?.Value).toBe('twelve words')
  expect((await get('/weft/test/seed-phrase', false)).Parameter?.Value).not.toContain('twelve')
  await expect(get('/weft/test/nothing', true)).rejects.toBeInstanceOf(ParameterNotFound)
  const { Parameters } = await ssm.send(new GetParametersByPathCommand({ Path: '/weft/test' }))
  expect(Parameters?.map((each) => each.Name).sort()).toEqual(['/weft/test/mode', '/weft/test/seed-phrase'])
})

test('creating the resources again changes nothing', async () => {
  expect(await createResources(cloud, { environment: 'test', maxReceiveCount: 2 })).toEqual(resources)
})
