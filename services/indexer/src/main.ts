import { awsClients } from '@weft/aws'
import { EmfMetrics, pinoEventLog } from '@weft/telemetry'
import { indexerConfig } from './config.ts'
import { DRAIN_MS, indexerConsumer } from './consume.ts'
import { INDEXER_LEVELS, type IndexerEvent } from './events.ts'
import { wireIndexer } from './wire.ts'

/** The indexer's container: takes range jobs until SIGTERM, then drains within the stop timeout of Fargate Spot. */
const config = indexerConfig(process.env)
const log = pinoEventLog<IndexerEvent>({
  service: 'indexer',
  environment: config.environment,
  level: config.logLevel,
  levels: INDEXER_LEVELS,
})
const metrics = new EmfMetrics({ service: 'indexer', environment: config.environment })
const aws = awsClients(config.aws)
const consumer = indexerConsumer(aws.sqs, wireIndexer(config, { aws, clock: Date, log, metrics }), {
  queueUrl: config.indexingQueueUrl,
  deadLetterUrl: config.deadLetterUrl,
  concurrency: config.concurrency,
  onOutcome: () => metrics.flush(),
})
consumer.start()

for (const signal of ['SIGTERM', 'SIGINT'] as const)
  process.once(signal, async () => {
    log.emit({ event: 'indexer.draining', inFlight: consumer.inFlight })
    const { released } = await consumer.stop(DRAIN_MS)
    metrics.flush()
    log.emit({ event: 'indexer.stopped', released })
    aws.close()
    process.exit(0)
  })
