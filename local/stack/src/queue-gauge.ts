import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs'
import type { AwsClients } from '@weft/aws'
import type { WorkQueue } from '@weft/cloud'

export interface QueueDepth {
  readonly ready: number
  readonly inFlight: number
  readonly deadLettered: number
}

/** What SQS itself says lies in a queue and in its dead-letter queue. */
export async function queueDepth(sqs: AwsClients['sqs'], queue: WorkQueue): Promise<QueueDepth> {
  const [work, dead] = await Promise.all([countsOf(sqs, queue.url), countsOf(sqs, queue.deadLetterUrl)])
  return { ready: work.ready, inFlight: work.hidden, deadLettered: dead.ready + dead.hidden }
}

async function countsOf(sqs: AwsClients['sqs'], url: string): Promise<{ ready: number; hidden: number }> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: [
        'ApproximateNumberOfMessages',
        'ApproximateNumberOfMessagesNotVisible',
        'ApproximateNumberOfMessagesDelayed',
      ],
    }),
  )
  return {
    ready:
      Number(Attributes.ApproximateNumberOfMessages ?? 0) + Number(Attributes.ApproximateNumberOfMessagesDelayed ?? 0),
    hidden: Number(Attributes.ApproximateNumberOfMessagesNotVisible ?? 0),
  }
}
