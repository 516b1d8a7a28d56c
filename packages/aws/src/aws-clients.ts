import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { SSMClient } from '@aws-sdk/client-ssm'
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'

export interface AwsConfig {
  readonly region: string
  /** Address of the embedded cloud; absent on AWS. */
  readonly endpoint?: string | undefined
}

export interface AwsClients {
  readonly sqs: SQSClient
  readonly s3: S3Client
  readonly dynamodb: DynamoDBDocumentClient
  readonly ssm: SSMClient
  close(): void
}

/** All clients, for a process that uses them all. A Lambda takes only its own, so that its bundle and its start stay small. */
export function awsClients(config: AwsConfig): AwsClients {
  const clients = {
    sqs: sqsClient(config),
    s3: s3Client(config),
    dynamodb: dynamodbClient(config),
    ssm: ssmClient(config),
  }
  return {
    ...clients,
    close() {
      for (const client of Object.values(clients)) client.destroy()
    },
  }
}

export function sqsClient(config: AwsConfig): SQSClient {
  return new SQSClient({ ...settingsOf(config), requestHandler: timeouts(LONGEST_POLL_MS + 5_000) })
}

export function s3Client(config: AwsConfig): S3Client {
  return new S3Client({
    ...settingsOf(config),
    requestHandler: timeouts(30_000),
    forcePathStyle: config.endpoint !== undefined,
  })
}

/** Speaks plain values instead of DynamoDB's typed ones; `undefined` is left out. */
export function dynamodbClient(config: AwsConfig): DynamoDBDocumentClient {
  // A partition that has no throughput left has some again within the second: seven seconds of backoff on average are better than a fault.
  const client = new DynamoDBClient({ ...settingsOf(config), maxAttempts: 6 })
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
}

export function ssmClient(config: AwsConfig): SSMClient {
  return new SSMClient(settingsOf(config))
}

/**
 * Calls are retried three times in all by the SDK's standard strategy and time out: an answer that never comes must not hold a
 * Lambda until its own limit.
 */
function settingsOf({ region, endpoint }: AwsConfig) {
  return {
    region,
    retryMode: 'standard',
    maxAttempts: 3,
    requestHandler: timeouts(5_000),
    // Made-up credentials for the embedded cloud, so that real ones are never sent to it.
    ...(endpoint ? { endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } } : {}),
  }
}

/** SQS answers a long poll after at most 20 seconds. */
const LONGEST_POLL_MS = 20_000

function timeouts(requestTimeout: number) {
  return { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true }
}
