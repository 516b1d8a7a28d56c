import { z } from 'zod'

/**
 * What a bill depends on in a plan: which resources, and the few settings that are priced. Small enough to be read in a review,
 * and free of account numbers, so it can be checked in.
 */
const Setting = z.union([z.string(), z.number(), z.boolean()])

const SummaryResource = z.strictObject({
  address: z.string(),
  type: z.string(),
  settings: z.record(z.string(), Setting),
})
export type SummaryResource = z.infer<typeof SummaryResource>

export const PlanSummary = z.strictObject({
  environment: z.string(),
  resources: z.array(SummaryResource),
})
export type PlanSummary = z.infer<typeof PlanSummary>

export const PlanSummaryFile = z.strictObject({
  schemaVersion: z.literal(1),
  note: z.string(),
  environments: z.array(PlanSummary),
})

const Plan = z.object({
  format_version: z.string(),
  resource_changes: z.array(
    z.object({
      address: z.string(),
      mode: z.enum(['managed', 'data']),
      type: z.string(),
      change: z.object({
        actions: z.array(z.string()),
        after: z.record(z.string(), z.unknown()).nullable(),
      }),
    }),
  ),
})

/** The file is no plan, or it plans nothing that could be billed. */
export class PlanUnreadableError extends Error {
  override readonly name = 'PlanUnreadableError'
}

/**
 * Reads `terraform show -json` (format 1.x): every resource that exists after the apply.
 * @throws {PlanUnreadableError}
 */
export function summarisePlan(json: unknown, file: string): PlanSummary {
  const plan = Plan.safeParse(json)
  if (!plan.success)
    throw new PlanUnreadableError(
      `${file} is not a plan (write it with: terraform show -json <plan file>): ${z.prettifyError(plan.error)}`,
    )
  const resources = plan.data.resource_changes
    .filter(({ mode, change }) => mode === 'managed' && change.after !== null)
    .map(({ address, type, change }) => ({ address, type, settings: settingsOf(type, change.after ?? {}) }))
    .sort((a, b) => (a.address < b.address ? -1 : 1))
  if (resources.length === 0)
    throw new PlanUnreadableError(`${file} leaves no resource behind; is it the plan of a teardown?`)
  return { environment: environmentOf(resources, file), resources }
}

/** Paths of priced settings below `change.after`, by resource type; in a list, the first element that has the setting. */
const SETTINGS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  aws_appautoscaling_target: { maxTasks: 'max_capacity', minTasks: 'min_capacity' },
  aws_cloudwatch_log_group: { name: 'name', retentionDays: 'retention_in_days' },
  aws_cloudwatch_metric_alarm: { name: 'alarm_name' },
  aws_dynamodb_table: { name: 'name', billing: 'billing_mode', pointInTimeRecovery: 'point_in_time_recovery.enabled' },
  aws_ecr_repository: { name: 'name' },
  aws_ecs_cluster: { name: 'name', containerInsights: 'setting.value' },
  aws_ecs_service: { name: 'name', publicAddress: 'network_configuration.assign_public_ip' },
  aws_ecs_task_definition: { name: 'family', cpuUnits: 'cpu', memoryMb: 'memory' },
  aws_kinesis_firehose_delivery_stream: { name: 'name' },
  aws_lambda_function: {
    name: 'function_name',
    memoryMb: 'memory_size',
    rangeSize: 'environment.variables.WEFT_RANGE_SIZE',
  },
  aws_s3_bucket: { name: 'bucket' },
  aws_s3_bucket_lifecycle_configuration: { expireDays: 'rule.expiration.days' },
  aws_scheduler_schedule: { name: 'name', expression: 'schedule_expression' },
  aws_sqs_queue: { name: 'name' },
}

function settingsOf(type: string, after: Readonly<Record<string, unknown>>): SummaryResource['settings'] {
  const settings: Record<string, string | number | boolean> = {}
  for (const [setting, path] of Object.entries(SETTINGS[type] ?? {})) {
    const value = Setting.safeParse(at(after, path.split('.')))
    if (value.success) settings[setting] = typeof value.data === 'string' ? withoutAccount(value.data) : value.data
  }
  return settings
}

function at(value: unknown, path: readonly string[]): unknown {
  const [step, ...rest] = path
  if (Array.isArray(value)) return value.map((element) => at(element, path)).find((found) => found != null)
  if (step === undefined) return value
  return typeof value === 'object' && value !== null ? at((value as Record<string, unknown>)[step], rest) : undefined
}

function withoutAccount(text: string): string {
  return text.replace(/\d{12}/g, 'ACCOUNT')
}

function environmentOf(resources: readonly SummaryResource[], file: string): string {
  for (const { settings } of resources) {
    const [, environment] = /^weft-([a-z0-9]+)-/.exec(String(settings.name ?? '')) ?? []
    if (environment !== undefined) return environment
  }
  throw new PlanUnreadableError(`${file} holds no resource named weft-<environment>-…, so its environment is unknown.`)
}

/** Seconds between two runs, from the plan's `rate(5 minutes)`; five minutes for a plan that schedules nothing. */
export function plannedCadenceSeconds(plan: PlanSummary): number {
  const schedule = plan.resources.find(({ type }) => type === 'aws_scheduler_schedule')
  const [, minutes] = /^rate\((\d+) minutes?\)$/.exec(String(schedule?.settings.expression ?? '')) ?? []
  return minutes === undefined ? 300 : 60 * Number(minutes)
}
