import { CreateTableCommand, DynamoDBClient, ResourceInUseException } from '@aws-sdk/client-dynamodb'
import { BucketAlreadyOwnedByYou, CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import type { Cloud } from './cloud.ts'
import { localClientConfig } from './local-client-config.ts'

export interface ResourceOptions {
  /** Part of every name, as in Terraform: `weft-<environment>-…`. */
  readonly environment: string
  /** Deliveries before a message goes to the dead-letter queue. */
  readonly maxReceiveCount?: number
  readonly visibilityTimeoutSeconds?: { readonly indexing?: number; readonly liquidation?: number }
}

export interface WorkQueue {
  readonly name: string
  readonly url: string
  readonly deadLetterUrl: string
}

export interface CloudResources {
  readonly environment: string
  readonly queues: { readonly indexing: WorkQueue; readonly liquidation: WorkQueue }
  readonly bucket: string
  readonly table: string
  readonly modeParameter: string
  readonly seedPhraseParameter: string
}

/**
 * Makes what Terraform makes for one environment, under the same names: two work queues with dead-letter queues, the
 * snapshot bucket, the records table with its indexes, the mode parameter (`live`). The seed phrase stays unset, as
 * in AWS, until somebody fills it. Safe to repeat.
 */
export async function createResources(cloud: Cloud, options: ResourceOptions): Promise<CloudResources> {
  const prefix = `weft-${options.environment}`
  const config = localClientConfig(cloud)
  const sqs = new SQSClient(config)
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const dynamodb = new DynamoDBClient(config)
  try {
    const maxReceiveCount = options.maxReceiveCount ?? 5
    const visibility = options.visibilityTimeoutSeconds ?? {}
    const bucket = `${prefix}-snapshots-000000000000`
    const table = `${prefix}-records`
    const [indexing, liquidation] = await Promise.all([
      createWorkQueue(sqs, `${prefix}-indexing`, visibility.indexing ?? 300, maxReceiveCount),
      createWorkQueue(sqs, `${prefix}-liquidation`, visibility.liquidation ?? 720, maxReceiveCount),
      createBucket(s3, bucket),
      createTable(dynamodb, table),
    ])
    const modeParameter = `/weft/${options.environment}/mode`
    cloud.parameters.put(modeParameter, 'live')
    return {
      environment: options.environment,
      queues: { indexing, liquidation },
      bucket,
      table,
      modeParameter,
      seedPhraseParameter: `/weft/${options.environment}/seed-phrase`,
    }
  } finally {
    sqs.destroy()
    s3.destroy()
    dynamodb.destroy()
  }
}

/** The variables every service reads, filled in for this cloud. The service's own ones are the caller's to add. */
export function serviceEnvironment(cloud: Cloud, resources: CloudResources): Record<string, string> {
  return {
    WEFT_ENVIRONMENT: resources.environment,
    WEFT_AWS_ENDPOINT: cloud.endpoint,
    AWS_REGION: cloud.region,
    WEFT_SNAPSHOTS_BUCKET: resources.bucket,
    WEFT_RECORDS_TABLE: resources.table,
    WEFT_INDEXING_QUEUE_URL: resources.queues.indexing.url,
    WEFT_INDEXING_DEAD_LETTERS_URL: resources.queues.indexing.deadLetterUrl,
    WEFT_LIQUIDATION_QUEUE_URL: resources.queues.liquidation.url,
    WEFT_LIQUIDATION_DEAD_LETTERS_URL: resources.queues.liquidation.deadLetterUrl,
    WEFT_MODE_PARAMETER: resources.modeParameter,
    WEFT_SEED_PHRASE_PARAMETER: resources.seedPhraseParameter,
  }
}

async function createWorkQueue(
  sqs: SQSClient,
  name: string,
  visibilityTimeoutSeconds: number,
  maxReceiveCount: number,
): Promise<WorkQueue> {
  const deadLetterName = `${name}-dlq`
  const deadLetterUrl = await createQueue(sqs, deadLetterName, { MessageRetentionPeriod: '1209600' })
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: deadLetterUrl, AttributeNames: ['QueueArn'] }),
  )
  const url = await createQueue(sqs, name, {
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    ReceiveMessageWaitTimeSeconds: '20',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: Attributes?.QueueArn, maxReceiveCount }),
  })
  return { name, url, deadLetterUrl }
}

async function createQueue(sqs: SQSClient, name: string, attributes: Record<string, string>): Promise<string> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }))
  if (QueueUrl === undefined) throw new Error(`The local SQS gave queue ${name} no address.`)
  return QueueUrl
}

async function createBucket(s3: S3Client, bucket: string): Promise<void> {
  try {
    await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  } catch (error) {
    if (!(error instanceof BucketAlreadyOwnedByYou)) throw error
  }
}

async function createTable(dynamodb: DynamoDBClient, table: string): Promise<void> {
  const text = (name: string) => ({ AttributeName: name, AttributeType: 'S' as const })
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' as const },
    { AttributeName: range, KeyType: 'RANGE' as const },
  ]
  try {
    await dynamodb.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          text('pk'),
          text('sk'),
          text('kindShard'),
          text('since'),
          text('spending'),
          text('updatedAt'),
        ],
        KeySchema: key('pk', 'sk'),
        GlobalSecondaryIndexes: [
          { IndexName: 'by-kind', KeySchema: key('kindShard', 'since'), Projection: { ProjectionType: 'KEYS_ONLY' } },
          {
            IndexName: 'by-spending',
            KeySchema: key('spending', 'updatedAt'),
            Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['attempt', 'feeXrd', 'realisedProfitXrd'] },
          },
        ],
      }),
    )
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error
  }
}
