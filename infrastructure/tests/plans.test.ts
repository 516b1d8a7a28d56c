import { METRICS } from '@weft/telemetry'
import { beforeAll, expect, test } from 'vitest'
import { deafDeadManAlarms, missingAlarms, silentAlarms, unboundedLambdas } from './alarm-policies.ts'
import { containersOffDesign, eventSourcesOffDesign, servicesOffDesign } from './capacity-policies.ts'
import { ineffectiveGrants } from './iam-catalogue.ts'
import { ROLES_WITHOUT_BOUNDARY, WILDCARD_RESOURCES } from './justifications.ts'
import { accountWideNames, collisions, namesWithoutEnvironment, sharedOutputs, untagged } from './naming-policies.ts'
import { planOf, planOfGuide, SECRET_CANARY, serviceEnvironments } from './offline-plan.ts'
import { type Attributes, ofType, type Plan, type PlannedResource, parsePlan, text } from './plan.ts'
import { deadLettersKeptTooShort, queuesWithoutLongerDeadLetterQueue } from './queue-policies.ts'
import { allStatements, rolesWithoutBoundary, unjustifiedWildcardResources, wildcardActions } from './role-policies.ts'
import { storedSecrets } from './secret-policies.ts'
import {
  fragileTables,
  logsKeptForEver,
  openBuckets,
  publicResources,
  queuesInTheClear,
  unencryptedStores,
} from './store-policies.ts'
import { describeWithTerraform } from './terraform.ts'

type Policy = (plan: Plan) => string[]

const starsWithoutReason: Policy = (plan) => unjustifiedWildcardResources(plan, WILDCARD_RESOURCES)
const unboundRoles: Policy = (plan) => rolesWithoutBoundary(plan, ROLES_WITHOUT_BOUNDARY)
const secretsInPlan: Policy = (plan) => storedSecrets(plan, SECRET_CANARY)

/** Each policy with a change to the plan that it must object to: a check that cannot fail checks nothing. */
const POLICIES: { policy: Policy; breaking: string; broken: (plan: Plan) => Plan; objection: RegExp }[] = [
  {
    policy: queuesWithoutLongerDeadLetterQueue,
    breaking: 'a queue without dead-letter queue',
    broken: (plan) => change(plan, 'aws_sqs_queue', /indexing$/, { redrive_policy: undefined }),
    objection: /a queue without dead-letter queue/,
  },
  {
    policy: queuesWithoutLongerDeadLetterQueue,
    breaking: 'a dead-letter queue that keeps messages no longer than its queue',
    broken: (plan) => change(plan, 'aws_sqs_queue', /liquidation$/, { message_retention_seconds: 1_209_600 }),
    objection: /keeps messages no longer/,
  },
  {
    policy: deadLettersKeptTooShort,
    breaking: 'dead letters kept for four days',
    broken: (plan) => change(plan, 'aws_sqs_queue', /dlq$/, { message_retention_seconds: 345_600 }),
    objection: /not 14 days/,
  },
  {
    policy: unencryptedStores,
    breaking: 'a table without encryption',
    broken: (plan) => change(plan, 'aws_dynamodb_table', /records/, { server_side_encryption: [] }),
    objection: /not encrypted/,
  },
  {
    policy: unencryptedStores,
    breaking: 'a bucket without encryption',
    broken: (plan) => without(plan, 'aws_s3_bucket_server_side_encryption_configuration'),
    objection: /not encrypted/,
  },
  {
    policy: openBuckets,
    breaking: 'a bucket that accepts public policies',
    broken: (plan) => change(plan, 'aws_s3_bucket_public_access_block', undefined, { block_public_policy: false }),
    objection: /block_public_policy is off/,
  },
  {
    policy: openBuckets,
    breaking: 'a bucket that refuses plain HTTP for some actions only',
    broken: (plan) => change(plan, 'aws_s3_bucket_policy', undefined, { policy: plaintextRefusal('s3:GetObject') }),
    objection: /takes plain HTTP/,
  },
  {
    policy: queuesInTheClear,
    breaking: 'a queue that refuses plain HTTP for some actions only',
    broken: (plan) => change(plan, 'aws_sqs_queue_policy', undefined, { policy: plaintextRefusal('sqs:SendMessage') }),
    objection: /takes plain HTTP/,
  },
  {
    policy: queuesInTheClear,
    breaking: 'a queue without a policy of its own',
    broken: (plan) => withResource(plan, 'aws_sqs_queue', { name: 'weft-mainnet-reports' }),
    objection: /1 queue\(s\) without a policy/,
  },
  {
    policy: fragileTables,
    breaking: 'a table without point-in-time recovery',
    broken: (plan) => change(plan, 'aws_dynamodb_table', /records/, { point_in_time_recovery: [{ enabled: false }] }),
    objection: /no point-in-time recovery/,
  },
  {
    policy: logsKeptForEver,
    breaking: 'a log group that never expires',
    broken: (plan) => change(plan, 'aws_cloudwatch_log_group', /dispatcher/, { retention_in_days: 0 }),
    objection: /no retention/,
  },
  {
    policy: publicResources,
    breaking: 'a bucket policy that allows everybody',
    broken: (plan) => change(plan, 'aws_s3_bucket_policy', undefined, { policy: policyOf('s3:GetObject', '*') }),
    objection: /allows everybody/,
  },
  {
    policy: publicResources,
    breaking: 'a port opened to the internet',
    broken: (plan) => withResource(plan, 'aws_vpc_security_group_ingress_rule', { cidr_ipv4: '0.0.0.0/0' }),
    objection: /lets traffic in/,
  },
  {
    policy: missingAlarms,
    breaking: 'an environment without the alarm on missing runs',
    broken: (plan) => ({ ...plan, resources: plan.resources.filter((r) => !r.address.includes('missing_invocation')) }),
    objection: /no alarm on Invocations/,
  },
  ...[
    ['liquidator-health-disagreement', 'HealthDisagreements of liquidator'],
    ['indexer-gateways-failing', 'GatewaysFailing of indexer'],
  ].map(([alarm, what]) => ({
    policy: missingAlarms,
    breaking: `an environment without ${alarm}`,
    broken: (plan: Plan) => ({ ...plan, resources: plan.resources.filter((r) => !r.address.includes(`"${alarm}"`)) }),
    objection: new RegExp(`no alarm on ${what}`),
  })),
  {
    policy: missingAlarms,
    breaking: 'a Lambda that nobody watches',
    broken: (plan) => withResource(plan, 'aws_lambda_function', { function_name: 'weft-mainnet-reporter' }),
    objection: /no alarm on Throttles of weft-mainnet-reporter/,
  },
  {
    policy: missingAlarms,
    breaking: 'a work queue that nobody watches',
    broken: (plan) => withResource(plan, 'aws_sqs_queue', { name: 'weft-mainnet-reports', redrive_policy: '{}' }),
    objection: /no alarm on ApproximateAgeOfOldestMessage of weft-mainnet-reports/,
  },
  {
    policy: silentAlarms,
    breaking: 'an alarm that tells nobody',
    broken: (plan) => change(plan, 'aws_cloudwatch_metric_alarm', /dlq-depth$/, { alarm_actions: [] }),
    objection: /does not tell/,
  },
  {
    policy: deafDeadManAlarms,
    breaking: 'a dead-man alarm that takes silence for good news',
    broken: (plan) =>
      change(plan, 'aws_cloudwatch_metric_alarm', /missing-invocation$/, { treat_missing_data: 'notBreaching' }),
    objection: /missing data must breach/,
  },
  {
    policy: unboundedLambdas,
    breaking: 'a Lambda without reserved concurrency',
    broken: (plan) => change(plan, 'aws_lambda_function', /liquidator/, { reserved_concurrent_executions: -1 }),
    objection: /no reserved concurrency/,
  },
  {
    policy: servicesOffDesign,
    breaking: 'a service on Spot alone',
    broken: (plan) =>
      change(plan, 'aws_ecs_service', undefined, {
        capacity_provider_strategy: [{ capacity_provider: 'FARGATE_SPOT', weight: 1, base: 1 }],
      }),
    objection: /one task must be on demand/,
  },
  {
    policy: containersOffDesign,
    breaking: 'a container with a writable root file system',
    broken: (plan) =>
      edit(plan, 'aws_ecs_task_definition', (definition) =>
        definition.replace('"readonlyRootFilesystem":true', '"readonlyRootFilesystem":false'),
      ),
    objection: /must be read-only/,
  },
  {
    policy: eventSourcesOffDesign,
    breaking: 'an event source beyond the reserved concurrency',
    broken: (plan) =>
      change(plan, 'aws_lambda_event_source_mapping', undefined, { scaling_config: [{ maximum_concurrency: 999 }] }),
    objection: /must not invoke beyond/,
  },
  {
    policy: untagged,
    breaking: 'a queue without the tag of its environment',
    broken: (plan) =>
      change(plan, 'aws_sqs_queue', /indexing$/, {
        tags_all: { Project: 'weft', ManagedBy: 'terraform', Service: 'indexing' },
      }),
    objection: /no tag Environment/,
  },
  {
    policy: namesWithoutEnvironment,
    breaking: 'a table named for no environment',
    broken: (plan) => change(plan, 'aws_dynamodb_table', /records/, { name: 'weft-records' }),
    objection: /does not carry/,
  },
  {
    policy: wildcardActions,
    breaking: 'a role with s3:*',
    broken: (plan) => change(plan, 'aws_iam_role_policy', /indexer/, { policy: policyOf('s3:*', undefined) }),
    objection: /s3:\*/,
  },
  {
    policy: starsWithoutReason,
    breaking: 'a grant on every resource without a reason',
    broken: (plan) => change(plan, 'aws_iam_role_policy', /indexer/, { policy: policyOf('s3:GetObject', undefined) }),
    objection: /without a reason/,
  },
  {
    policy: unboundRoles,
    breaking: 'a role without permissions boundary',
    broken: (plan) => change(plan, 'aws_iam_role', /indexer$/, { permissions_boundary: undefined }),
    objection: /no permissions boundary/,
  },
  {
    policy: secretsInPlan,
    breaking: 'a secret in the plan',
    broken: (plan) => ({ ...plan, text: plan.text.replace('"dispatcher"', `"${SECRET_CANARY}"`) }),
    objection: /contains the value of a secret/,
  },
]

/** What belongs to a whole environment and not to the account's own `global`. */
const OF_ENVIRONMENTS_ONLY: Policy[] = [missingAlarms]

describeWithTerraform('the plans of the environments', () => {
  let environments: Plan[]
  let mainnet: Plan
  let stokenet: Plan
  let global: Plan

  beforeAll(async () => {
    environments = []
    for (const name of serviceEnvironments()) environments.push(await planOf(name))
    mainnet = planned('mainnet')
    stokenet = planned('stokenet')
    global = await planOf('global')
  })

  function planned(environment: string): Plan {
    const plan = environments.find((candidate) => candidate.environment === environment)
    if (plan === undefined) throw new Error(`infrastructure/environments/${environment} is missing.`)
    return plan
  }

  test.each([...new Set(POLICIES.map(({ policy }) => policy))].map((policy) => ({ name: policy.name, policy })))(
    'have no $name',
    ({ policy }) => {
      const plans = OF_ENVIRONMENTS_ONLY.includes(policy) ? environments : [...environments, global]
      expect(plans.flatMap(policy)).toEqual([])
    },
  )

  test.each(POLICIES)('would not pass with $breaking', ({ policy, broken, objection }) => {
    expect(policy(broken(mainnet)).join('\n')).toMatch(objection)
  })

  test('share no name, so that all environments live in one account and region', () => {
    expect(accountWideNames(mainnet).length).toBeGreaterThan(60)
    const all = [...environments, global]
    expect(all.flatMap((a, index) => all.slice(index + 1).flatMap((b) => collisions(a, b)))).toEqual([])
  })

  test('put out nothing in common, so that nobody is led from one environment into another', () => {
    const all = [...environments, global]
    expect(all.flatMap((a, index) => all.slice(index + 1).flatMap((b) => sharedOutputs(a, b)))).toEqual([])
    const confused = { ...stokenet, outputs: { summary: { table: 'weft-mainnet-records' } } }
    expect(sharedOutputs(mainnet, confused)).toEqual(['mainnet and stokenet both put out weft-mainnet-records'])
  })

  test('would collide if one environment took a name of the other', () => {
    const same = change(stokenet, 'aws_sqs_queue', /indexing$/, { name: 'weft-mainnet-indexing' })
    expect(collisions(mainnet, same)).toEqual(['mainnet and stokenet both own aws_sqs_queue weft-mainnet-indexing'])
  })

  test('are the same code: stokenet plans the very resources of mainnet', () => {
    const addresses = (plan: Plan) => plan.resources.map((resource) => resource.address).sort()
    expect(addresses(stokenet)).toEqual(addresses(mainnet))
  })

  test('leave room for a third one, made as the guide says', async () => {
    const rehearsal = await planOfGuide()
    expect([...environments, global].flatMap((other) => collisions(other, rehearsal))).toEqual([])
    expect([...environments, global].flatMap((other) => sharedOutputs(other, rehearsal))).toEqual([])
    const policies = [...new Set(POLICIES.map(({ policy }) => policy))]
    expect(policies.flatMap((policy) => policy(rehearsal))).toEqual([])
  })

  test('start stokenet dry and mainnet paused', () => {
    const mode = (plan: Plan) => ofType(plan, 'aws_ssm_parameter').map((parameter) => text(parameter.values, 'value'))
    expect(mode(stokenet)).toEqual(['dry-run'])
    expect(mode(mainnet)).toEqual(['paused'])
  })

  test('grant only what AWS knows, on resources and under conditions that the actions have', async () => {
    const statements = [...environments, global]
      .flatMap(allStatements)
      .filter(({ statement }) => statement.effect === 'Allow')
    const problems = await Promise.all(
      statements.map(async ({ address, statement }) =>
        (await ineffectiveGrants(statement)).map((p) => `${address} ${p}`),
      ),
    )
    expect([...new Set(problems.flat())]).toEqual([])
  })

  test('wait until the new tasks of a deployment run', () => {
    const services = environments.flatMap((plan) => ofType(plan, 'aws_ecs_service'))
    expect(services.length).toBe(environments.length)
    expect(services.filter((service) => service.values.wait_for_steady_state !== true)).toEqual([])
  })

  test('alarm and chart only metrics that the services publish', () => {
    const alarms = ofType(mainnet, 'aws_cloudwatch_metric_alarm').filter((alarm) => alarm.values.namespace === 'Weft')
    const dashboard = ofType(mainnet, 'aws_cloudwatch_dashboard')
      .map((d) => text(d.values, 'dashboard_body') ?? '')
      .join()
    const charted = [...dashboard.matchAll(/\["Weft","(\w+)"/g)].map((match) => match[1])
    const used = [...alarms.map((alarm) => text(alarm.values, 'metric_name')), ...charted]
    expect(used.length).toBeGreaterThan(20)
    expect(used.filter((metric) => !(String(metric) in METRICS))).toEqual([])
  })

  test('refuse to pass for a plan that is none', () => {
    expect(() => parsePlan('mainnet', '{"resource_changes":[]}')).toThrow('creates nothing')
    expect(() => parsePlan('mainnet', '{}')).toThrow('no resource_changes')
  })
})

/** The plan with other values in the resources of `type` whose name matches. @throws when none does. */
function change(plan: Plan, type: string, name: RegExp | undefined, values: Attributes): Plan {
  const isMeant = (resource: PlannedResource) =>
    resource.type === type && (name === undefined || name.test(nameOf(resource)))
  if (!plan.resources.some(isMeant)) throw new Error(`No ${type} ${name ?? ''} in the plan to break.`)
  const resources = plan.resources.map((resource) =>
    isMeant(resource) ? { ...resource, values: { ...resource.values, ...values } } : resource,
  )
  return { ...plan, resources }
}

function nameOf({ values }: PlannedResource): string {
  return String(values.name ?? values.function_name ?? values.alarm_name ?? '')
}

function edit(plan: Plan, type: string, rewrite: (definition: string) => string): Plan {
  const definition = ofType(plan, type).map((resource) => text(resource.values, 'container_definitions') ?? '')[0] ?? ''
  return change(plan, type, undefined, { container_definitions: rewrite(definition) })
}

function without(plan: Plan, type: string): Plan {
  return { ...plan, resources: plan.resources.filter((resource) => resource.type !== type) }
}

function withResource(plan: Plan, type: string, values: Attributes): Plan {
  return { ...plan, resources: [...plan.resources, { address: `${type}.added`, module: '', type, values }] }
}

function policyOf(action: string, principal: string | undefined): string {
  return JSON.stringify({
    Statement: [{ Sid: 'Broken', Effect: 'Allow', Action: [action], Resource: ['*'], Principal: principal }],
  })
}

function plaintextRefusal(action: string): string {
  const Condition = { Bool: { 'aws:SecureTransport': 'false' } }
  return JSON.stringify({ Statement: [{ Sid: 'Some', Effect: 'Deny', Action: [action], Resource: ['*'], Condition }] })
}
