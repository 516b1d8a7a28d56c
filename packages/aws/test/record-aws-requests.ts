import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse, request as send } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { type AwsCall, callOf } from './record-aws-calls.ts'

export interface RecordingProxy {
  /** What the process under observation takes for AWS: its `WEFT_AWS_ENDPOINT`. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Stands before the embedded cloud and tells `sink` of every distinct call that one process makes: the same words as `recordAwsCalls`, for a built
 * bundle whose clients nobody else can reach. A request that has no IAM name is refused with 501, so that it cannot go unnoticed.
 */
export async function recordAwsRequests(endpoint: string, sink: (call: AwsCall) => void): Promise<RecordingProxy> {
  const told = new Set<string>()
  const tell = (call: AwsCall) => {
    const key = `${call.action} ${call.resource}`
    if (!told.has(key)) sink(call)
    told.add(key)
  }
  const server = createServer((request, response) => {
    pass(request, response, endpoint, tell).catch((error: unknown) => {
      if (response.headersSent) response.destroy()
      else response.writeHead(501).end(error instanceof Error ? error.message : String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  endpoint: string,
  sink: (call: AwsCall) => void,
): Promise<void> {
  const body = await bodyOf(request)
  sink(callOfRequest(request, body))
  const { expect: _, ...headers } = request.headers
  const forwarded = send(new URL(request.url ?? '/', endpoint), { method: request.method ?? 'POST', headers })
  forwarded.end(body)
  const [answer] = (await once(forwarded, 'response')) as [IncomingMessage]
  response.writeHead(answer.statusCode ?? 502, answer.headers)
  await pipeline(answer, response)
}

const CLIENTS: Readonly<Record<string, string>> = {
  AmazonSQS: 'SQSClient',
  DynamoDB_20120810: 'DynamoDBClient',
  AmazonSSM: 'SSMClient',
}

/** @throws {Error} for a request of a service or an operation that none of our services should make. */
function callOfRequest(request: IncomingMessage, body: Buffer): AwsCall {
  const target = request.headers['x-amz-target']
  if (typeof target !== 'string') return s3CallOf(request)
  const [service = '', operation = ''] = target.split('.')
  return callOf(CLIENTS[service] ?? service, operation, JSON.parse(body.toString('utf8')) as Record<string, unknown>)
}

/** S3 alone names its operations by method and path. */
function s3CallOf(request: IncomingMessage): AwsCall {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
  const [, bucket = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(pathname) ?? []
  const listing = searchParams.get('list-type') === '2' ? ' listing' : ''
  const operation = S3_OPERATIONS[`${request.method} ${key === '' ? 'bucket' : 'object'}${listing}`]
  if (operation === undefined) throw new Error(`${request.method} ${pathname} has no IAM name in recordAwsRequests.`)
  return callOf('S3Client', operation, key === '' ? { Bucket: bucket } : { Bucket: bucket, Key: key })
}

const S3_OPERATIONS: Readonly<Record<string, string>> = {
  'GET object': 'GetObject',
  'HEAD object': 'HeadObject',
  'PUT object': 'PutObject',
  'DELETE object': 'DeleteObject',
  'GET bucket listing': 'ListObjectsV2',
  'HEAD bucket': 'HeadBucket',
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
