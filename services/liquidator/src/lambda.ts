import './interpreted-schemas.ts'
import {
  dynamodbClient,
  handleSqsEvent,
  type SqsLambdaEvent,
  type SqsLambdaResponse,
  sqsClient,
  ssmClient,
  ssmSecret,
} from '@weft/aws'
import { CandidateMessage, ForeignMessageError, refuseForeign } from '@weft/domain'
import { EmfMetrics, pinoEventLog, SecretGuard } from '@weft/telemetry'
import { liquidatorConfig } from './config.ts'
import { LIQUIDATOR_LEVELS, type LiquidatorEvent } from './events.ts'
import { reportFault, sweep } from './housekeeping.ts'
import { liquidate } from './liquidate.ts'
import { wireLiquidator } from './wire.ts'

/** At most one look a minute at executions that nobody's message leads to any more. */
const SWEEP_EVERY_MS = 60_000

const config = liquidatorConfig(process.env)
const guard = new SecretGuard()
const log = pinoEventLog<LiquidatorEvent>({
  service: 'liquidator',
  environment: config.environment,
  level: config.logLevel,
  levels: LIQUIDATOR_LEVELS,
  guard,
})
const metrics = new EmfMetrics({ service: 'liquidator', environment: config.environment })
const aws = { dynamodb: dynamodbClient(config.aws), sqs: sqsClient(config.aws), ssm: ssmClient(config.aws) }
const seedPhrase = await ssmSecret(aws.ssm, config.seedPhraseParameter)
guard.protect(seedPhrase)
const deps = await wireLiquidator(config, { aws, clock: Date, log, metrics, wallet: { seedPhrase } })
/** Monotonic: a clock that is set back must not end sweeping. */
let sweptAtMs = Number.NEGATIVE_INFINITY

/** Invoked by the liquidation queue; names the messages that stay in it. */
export async function handler(event: SqsLambdaEvent): Promise<SqsLambdaResponse> {
  try {
    if (performance.now() - sweptAtMs >= SWEEP_EVERY_MS) {
      sweptAtMs = performance.now()
      await sweep(deps)
    }
    return await handleSqsEvent(event, {
      sqs: aws.sqs,
      queueUrl: config.queueUrl,
      deadLetterUrl: config.deadLetterUrl,
      schema: CandidateMessage,
      isHopeless: (error) => error instanceof ForeignMessageError,
      handle: async (candidate, { messageId }) => {
        refuseForeign(candidate, candidate.stateVersion, config.network.name)
        await deps.onOneGateway(() => liquidate(candidate, { ...deps, log: log.along({ requestId: messageId }) }))
      },
      onFault: (fault) => reportFault(fault, deps),
    })
  } finally {
    metrics.flush()
  }
}
