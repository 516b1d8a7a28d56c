import { dynamodbClient, s3Client, sqsClient } from '@weft/aws'
import { EmfMetrics, pinoEventLog } from '@weft/telemetry'
import { dispatcherConfig } from './config.ts'
import { type DispatchOutcome, dispatch } from './dispatch.ts'
import { DISPATCHER_LEVELS, type DispatcherEvent } from './events.ts'
import { wireDispatcher } from './wire.ts'

const config = dispatcherConfig(process.env)
const log = pinoEventLog<DispatcherEvent>({
  service: 'dispatcher',
  environment: config.environment,
  level: config.logLevel,
  levels: DISPATCHER_LEVELS,
})
const metrics = new EmfMetrics({ service: 'dispatcher', environment: config.environment })
const aws = { dynamodb: dynamodbClient(config.aws), s3: s3Client(config.aws), sqs: sqsClient(config.aws) }
const deps = wireDispatcher(config, { aws, clock: Date, log, metrics })

/** How long a run waits for the ledger. A try may take a minute by itself, and the function has two. */
const PATIENCE_MS = 45_000

/** Invoked by EventBridge Scheduler; what throws is kept in the schedule's dead-letter queue. */
export async function handler(): Promise<DispatchOutcome['kind']> {
  try {
    return (await dispatch(deps, PATIENCE_MS)).kind
  } catch (error) {
    log.emit({ event: 'dispatcher.run_failed' }, error)
    throw error
  } finally {
    metrics.flush()
  }
}
