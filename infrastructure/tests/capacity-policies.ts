import { blocks, isAttributes, number, ofType, type Plan, text } from './plan.ts'

/** Containers: one task on demand, the rest on Spot, rolled back when a deployment fails, scaled on backlog per task. */
export function servicesOffDesign(plan: Plan): string[] {
  return ofType(plan, 'aws_ecs_service').flatMap((service) => {
    const strategy = blocks(service.values, 'capacity_provider_strategy')
    const share = (provider: string) => strategy.find((entry) => entry.capacity_provider === provider) ?? {}
    const breaker = blocks(service.values, 'deployment_circuit_breaker')[0] ?? {}
    const scaled = ofType(plan, 'aws_appautoscaling_policy').find((policy) => policy.module === service.module)
    return [
      ...(number(share('FARGATE'), 'base') === 1 && number(share('FARGATE'), 'weight') === 0
        ? []
        : ['exactly one task must be on demand']),
      ...(number(share('FARGATE_SPOT'), 'weight') > 0 ? [] : ['further tasks must be Spot']),
      ...(breaker.enable === true && breaker.rollback === true ? [] : ['a failing deployment must roll back']),
      ...(JSON.stringify(scaled?.values ?? {}).includes('"waiting / running"')
        ? []
        : ['scaling must follow backlog per task']),
    ].map((what) => `${service.address}: ${what}`)
  })
}

/** Tasks: ARM64, read-only root, no capabilities, two minutes to stop, the image by digest. */
export function containersOffDesign(plan: Plan): string[] {
  return ofType(plan, 'aws_ecs_task_definition').flatMap((definition) => {
    const containers: unknown = JSON.parse(text(definition.values, 'container_definitions') ?? '[]')
    const container = Array.isArray(containers) && isAttributes(containers[0]) ? containers[0] : {}
    return [
      ...(blocks(definition.values, 'runtime_platform')[0]?.cpu_architecture === 'ARM64' ? [] : ['must run on ARM64']),
      ...(container.readonlyRootFilesystem === true ? [] : ['its root file system must be read-only']),
      ...(number(container, 'stopTimeout') === 120 ? [] : ['must have 120 s to stop']),
      ...(/@sha256:[0-9a-f]{64}$/.test(text(container, 'image') ?? '') ? [] : ['its image must be named by digest']),
    ].map((what) => `${definition.address}: ${what}`)
  })
}

/** Queues that start a Lambda: partial batch responses, a bound, and six timeouts of visibility. */
export function eventSourcesOffDesign(plan: Plan): string[] {
  return ofType(plan, 'aws_lambda_event_source_mapping').flatMap((mapping) => {
    const queue = ofType(plan, 'aws_sqs_queue').find((candidate) =>
      text(mapping.values, 'event_source_arn')?.endsWith(`:${text(candidate.values, 'name')}`),
    )
    const lambda = ofType(plan, 'aws_lambda_function').find((fn) =>
      text(mapping.values, 'function_name')?.includes(`:${text(fn.values, 'function_name')}:`),
    )
    const bound = number(blocks(mapping.values, 'scaling_config')[0] ?? {}, 'maximum_concurrency')
    const visibility = number(queue?.values ?? {}, 'visibility_timeout_seconds')
    return [
      ...(JSON.stringify(mapping.values.function_response_types) === '["ReportBatchItemFailures"]'
        ? []
        : ['must report failures singly']),
      ...(bound <= number(lambda?.values ?? {}, 'reserved_concurrent_executions')
        ? []
        : ['must not invoke beyond the reserved concurrency']),
      ...(visibility >= 6 * number(lambda?.values ?? {}, 'timeout')
        ? []
        : ['its queue must hide messages for six timeouts']),
    ].map((what) => `${mapping.address}: ${what}`)
  })
}
