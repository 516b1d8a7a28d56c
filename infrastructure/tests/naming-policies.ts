import { isAttributes, type Plan, type PlannedResource, text } from './plan.ts'

const TAGS = ['Project', 'Environment', 'ManagedBy', 'Service']

/** Whatever can carry tags says what it is, whose it is and who made it. */
export function untagged(plan: Plan): string[] {
  return plan.resources.flatMap((resource) => {
    if (!('tags_all' in resource.values)) return []
    const tags = isAttributes(resource.values.tags_all) ? resource.values.tags_all : {}
    const missing = TAGS.filter((tag) => typeof tags[tag] !== 'string')
    const foreign = tags.Environment !== plan.environment ? [`Environment is ${String(tags.Environment)}`] : []
    return [...missing.map((tag) => `no tag ${tag}`), ...foreign].map((what) => `${resource.address}: ${what}`)
  })
}

/** Attributes that are a name within account and region, by resource type where it is not `name`. */
const NAME_ATTRIBUTES: Record<string, string> = {
  aws_s3_bucket: 'bucket',
  aws_lambda_function: 'function_name',
  aws_cloudwatch_metric_alarm: 'alarm_name',
  aws_cloudwatch_dashboard: 'dashboard_name',
  aws_ecs_task_definition: 'family',
}

/** Names that only mean something inside another resource. */
const LOCAL_NAMES = ['aws_lambda_alias', 'aws_cloudwatch_log_stream', 'aws_ecs_cluster_capacity_providers']

/** `type name` of everything that another environment could collide with. */
export function accountWideNames(plan: Plan): string[] {
  return plan.resources.flatMap((resource) => {
    const name = accountWideName(resource)
    return name === undefined ? [] : [`${resource.type} ${name}`]
  })
}

function accountWideName(resource: PlannedResource): string | undefined {
  if (LOCAL_NAMES.includes(resource.type)) return undefined
  return text(resource.values, NAME_ATTRIBUTES[resource.type] ?? 'name')
}

/** Every name carries its environment, so that two environments fit one account and region. */
export function namesWithoutEnvironment(plan: Plan): string[] {
  return plan.resources.flatMap((resource) => {
    const name = accountWideName(resource)
    const carries =
      name === undefined || name.includes(`weft-${plan.environment}`) || name.startsWith(`/weft/${plan.environment}/`)
    return carries ? [] : [`${resource.address}: its name ${name} does not carry weft-${plan.environment}`]
  })
}

export function collisions(a: Plan, b: Plan): string[] {
  const taken = new Set(accountWideNames(a))
  return accountWideNames(b)
    .filter((name) => taken.has(name))
    .map((name) => `${a.environment} and ${b.environment} both own ${name}`)
}

/** Texts that the outputs of both environments hold: whoever follows one would reach the other's part. */
export function sharedOutputs(a: Plan, b: Plan): string[] {
  const told = new Set(textsIn(a.outputs))
  return textsIn(b.outputs)
    .filter((value) => told.has(value))
    .map((value) => `${a.environment} and ${b.environment} both put out ${value}`)
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : []
}
