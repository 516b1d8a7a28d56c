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

/**
 * The clients of one process. Calls are retried three times in all by the SDK's standard strategy and time out: an answer
 * that never comes must not hold a Lambda until its own limit.
 */
export function awsClients(config: AwsConfig): AwsClients {
  const settings = {
    region: config.region,
    retryMode: 'standard',
    maxAttempts: 3,
    requestHandler: timeouts(5_000),
    // Made-up credentials for the embedded cloud, so that real ones are never sent to it.
    ...(config.endpoint
      ? { endpoint: config.endpoint, credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }
      : {}),
  }
  const sqs = new SQSClient({ ...settings, requestHandler: timeouts(LONGEST_POLL_MS + 5_000) })
  const s3 = new S3Client({
    ...settings,
    requestHandler: timeouts(30_000),
    forcePathStyle: config.endpoint !== undefined,
  })
  const dynamodb = new DynamoDBClient(settings)
  const ssm = new SSMClient(settings)
  return {
    sqs,
    s3,
    dynamodb: DynamoDBDocumentClient.from(dynamodb, { marshallOptions: { removeUndefinedValues: true } }),
    ssm,
    close() {
      for (const client of [sqs, s3, dynamodb, ssm]) client.destroy()
    },
  }
}

/** SQS answers a long poll after at most 20 seconds. */
const LONGEST_POLL_MS = 20_000

function timeouts(requestTimeout: number) {
  return { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true }
}
