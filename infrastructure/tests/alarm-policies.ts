import { isAttributes, number, ofType, type Plan, type PlannedResource, text, texts } from './plan.ts'

interface Signal {
  metric: string
  /** Dimension values the alarm must look at. */
  of: string[]
}

/** What must be able to wake somebody: the parts that each environment has by design, and whatever else is planned of their kind. */
function requiredSignals(plan: Plan): Signal[] {
  const { environment } = plan
  const name = (part: string) => `weft-${environment}-${part}`
  const queues = ofType(plan, 'aws_sqs_queue')
  const isWork = (queue: PlannedResource) => text(queue.values, 'redrive_policy') !== undefined
  const names = (resources: PlannedResource[], attribute: string) =>
    resources.map((resource) => text(resource.values, attribute) ?? resource.address)
  const each = (designed: string[], planned: string[]) => [...new Set([...designed.map(name), ...planned])]
  const work = each(['indexing', 'liquidation'], names(queues.filter(isWork), 'name'))
  const dead = each(
    ['indexing-dlq', 'liquidation-dlq', 'dispatcher-schedule-dlq'],
    names(
      queues.filter((queue) => !isWork(queue)),
      'name',
    ),
  )
  const functions = each(['dispatcher', 'liquidator'], names(ofType(plan, 'aws_lambda_function'), 'function_name'))
  const own = (service: string, ...metrics: string[]) =>
    metrics.map((metric) => ({ metric, of: [service, environment] }))
  return [
    ...work.map((queue) => ({ metric: 'ApproximateAgeOfOldestMessage', of: [queue] })),
    ...dead.map((queue) => ({ metric: 'ApproximateNumberOfMessagesVisible', of: [queue] })),
    ...functions.flatMap((fn) => ['Errors', 'Throttles', 'Duration'].map((metric) => ({ metric, of: [fn] }))),
    { metric: 'Invocations', of: [name('dispatcher')] },
    ...['RunningTaskCount', 'DesiredTaskCount', 'CPUUtilization', 'MemoryUtilization'].map((metric) => ({
      metric,
      of: [name('indexer')],
    })),
    ...['ReadThrottleEvents', 'WriteThrottleEvents'].map((metric) => ({ metric, of: [name('records')] })),
    ...['dispatcher', 'indexer', 'liquidator'].flatMap((service) => own(service, 'GatewaysFailing')),
    ...own('dispatcher', 'LedgerAgeSeconds', 'RunsRefused'),
    ...own(
      'indexer',
      'RangesIndexed',
      'HealthDisagreements',
      'ConfirmFailures',
      'CdpsMissing',
      'CdpsUnreadable',
      'SecondLooksFailed',
    ),
    ...own('liquidator', 'HealthDisagreements', 'LiquidationsQuarantined', 'LiquidationsFailed', 'FatesContradicted'),
    ...own('liquidator', 'QueueToDoneSeconds', 'WalletXrd'),
  ]
}

export function missingAlarms(plan: Plan): string[] {
  const alarms = ofType(plan, 'aws_cloudwatch_metric_alarm')
  return requiredSignals(plan)
    .filter((signal) => !alarms.some((alarm) => watches(alarm, signal)))
    .map((signal) => `${plan.environment}: no alarm on ${signal.metric} of ${signal.of.join(', ')}`)
}

function watches(alarm: PlannedResource, signal: Signal): boolean {
  const dimensions = isAttributes(alarm.values.dimensions) ? Object.values(alarm.values.dimensions) : []
  return text(alarm.values, 'metric_name') === signal.metric && signal.of.every((value) => dimensions.includes(value))
}

/** Every alarm tells the environment's topic when it fires and when it is over, and its actions are on. */
export function silentAlarms(plan: Plan): string[] {
  const topic = `:weft-${plan.environment}-alarms`
  return ofType(plan, 'aws_cloudwatch_metric_alarm')
    .filter((alarm) => {
      const told = (name: string) =>
        texts(alarm.values, name).some((arn) => arn.startsWith('arn:aws:sns:') && arn.endsWith(topic))
      return !told('alarm_actions') || !told('ok_actions') || alarm.values.actions_enabled === false
    })
    .map((alarm) => `${alarm.address}: does not tell ${topic.slice(1)}`)
}

/** Alarms for which silence is the failure must not take missing data for good news. */
export function deafDeadManAlarms(plan: Plan): string[] {
  const deadMan = ['Invocations', 'RangesIndexed', 'RunningTaskCount']
  return ofType(plan, 'aws_cloudwatch_metric_alarm')
    .filter(
      (alarm) =>
        deadMan.includes(text(alarm.values, 'metric_name') ?? '') && alarm.values.treat_missing_data !== 'breaching',
    )
    .map((alarm) => `${alarm.address}: missing data must breach`)
}

/** Every Lambda is bounded, and can therefore neither starve the account nor run away. */
export function unboundedLambdas(plan: Plan): string[] {
  return ofType(plan, 'aws_lambda_function')
    .filter((lambda) => !(number(lambda.values, 'reserved_concurrent_executions') >= 1))
    .map((lambda) => `${lambda.address}: no reserved concurrency`)
}
