import { readFileSync } from 'node:fs'
import { beforeAll, expect, test } from 'vitest'
import { stokenetConfig } from '../../packages/radix/test/stokenet-config.ts'
import { DISPATCHER_VARIABLES, dispatcherConfig } from '../../services/dispatcher/src/config.ts'
import { INDEXER_VARIABLES, indexerConfig } from '../../services/indexer/src/config.ts'
import { LIQUIDATOR_VARIABLES, liquidatorConfig } from '../../services/liquidator/src/config.ts'
import { PolicySettings } from '../../services/liquidator/src/policy.ts'
import { planOf, REGION, serviceEnvironments } from './offline-plan.ts'
import { blocks, isAttributes, ofType, type Plan, text } from './plan.ts'
import { SERVICES } from './recorded-calls.ts'
import { describeWithTerraform } from './terraform.ts'

const OF_DEVELOPMENT = 'Names the local ledger or the embedded cloud; on AWS there is neither.'
const OF_GATEWAY_URL = "Set where an environment gives gateway_url; else the network's public Gateway is in the code."
const DEFAULT_FITS = 'The default in config.ts fits every environment so far.'
const GATEWAY_LIMITS = {
  WEFT_GATEWAY_REQUESTS_PER_SECOND: DEFAULT_FITS,
  WEFT_GATEWAY_CONCURRENT_REQUESTS: DEFAULT_FITS,
}
const UNSET_ANYWHERE = {
  WEFT_NETWORK_CONFIG: OF_DEVELOPMENT,
  WEFT_AWS_ENDPOINT: OF_DEVELOPMENT,
  WEFT_GATEWAY_URL: OF_GATEWAY_URL,
}

/** Variables that a service reads and Terraform does not set, each with the reason. */
const NOT_SET: Record<string, Record<string, string>> = {
  dispatcher: {
    ...UNSET_ANYWHERE,
    ...GATEWAY_LIMITS,
    WEFT_JOB_LIFETIME_SECONDS: DEFAULT_FITS,
    WEFT_HALTED_AFTER_SECONDS: DEFAULT_FITS,
    AWS_REGION: 'Lambda sets it.',
  },
  indexer: { ...UNSET_ANYWHERE, ...GATEWAY_LIMITS, WEFT_INDEXER_CONCURRENCY: DEFAULT_FITS },
  liquidator: {
    ...UNSET_ANYWHERE,
    ...GATEWAY_LIMITS,
    AWS_REGION: 'Lambda sets it.',
    AWS_LAMBDA_LOG_STREAM_NAME: 'Lambda sets it.',
  },
}

describeWithTerraform('what Terraform gives the services to start with', () => {
  const plans = new Map<string, Plan>()

  beforeAll(async () => {
    for (const environment of serviceEnvironments()) plans.set(environment, await planOf(environment))
  })

  function planned(environment: string): Plan {
    const plan = plans.get(environment)
    if (plan === undefined) throw new Error(`${environment} was not planned.`)
    return plan
  }

  test.each(serviceEnvironments())('%s: is what their configuration accepts', (environment) => {
    const plan = planned(environment)
    const market = marketOf(environment)
    const dispatcher = dispatcherConfig({ ...lambdaEnvironment(plan, 'dispatcher'), ...market })
    const indexer = indexerConfig({ ...containerEnvironment(plan), ...market })
    const liquidator = liquidatorConfig({ ...lambdaEnvironment(plan, 'liquidator'), ...market })

    expect([dispatcher, indexer, liquidator].map((config) => config.environment)).toEqual(Array(3).fill(environment))
    expect(new Set([dispatcher, indexer, liquidator].map((config) => config.network.name)).size).toBe(1)
    expect(dispatcher.indexingQueueUrl).toBe(indexer.indexingQueueUrl)
    expect(indexer.liquidationQueueUrl).toContain(`/weft-${environment}-liquidation`)
    expect(liquidator.seedPhraseParameter).toBe(`/weft/${environment}/seed-phrase`)
  })

  test.each(serviceEnvironments())('%s: is all that they read and nothing else', (environment) => {
    const plan = planned(environment)
    const set = {
      dispatcher: plannedVariables(plan, 'dispatcher'),
      indexer: containerEnvironment(plan),
      liquidator: plannedVariables(plan, 'liquidator'),
    }
    const read = { dispatcher: DISPATCHER_VARIABLES, indexer: INDEXER_VARIABLES, liquidator: LIQUIDATOR_VARIABLES }
    for (const service of SERVICES) {
      const accountedFor = new Set([...Object.keys(set[service]), ...Object.keys(NOT_SET[service] ?? {})])
      expect([...accountedFor].sort(), `set by Terraform or in NOT_SET, ${service}`).toEqual([...read[service]].sort())
    }
  })

  test('would not be accepted with one variable missing', () => {
    const { WEFT_RECORDS_TABLE: _, ...rest } = lambdaEnvironment(planned('mainnet'), 'dispatcher')
    expect(() => dispatcherConfig(rest)).toThrow('WEFT_RECORDS_TABLE')
  })
})

test('each field of the liquidation policy can be set by Terraform, and no other', () => {
  const blueprint = readFileSync(new URL('../blueprints/liquidation-service/liquidator.tf', import.meta.url), 'utf8')
  const [, fields = ''] = /liquidation_policy = \{\n([\s\S]*?)\n {2}\}\n/.exec(blueprint) ?? []
  const set = [...fields.matchAll(/^ {4}(\w+) +=/gm)].map(([, name]) => name)
  expect(set.sort()).toEqual(Object.keys(PolicySettings.shape).sort())
})

/** No market is known on stokenet, and without one no service starts: one that was there once stands in. */
function marketOf(environment: string): Record<string, string> {
  return environment === 'stokenet' ? { WEFT_NETWORK_CONFIG: JSON.stringify(stokenetConfig) } : {}
}

/** The function's environment as AWS completes it. */
function lambdaEnvironment(plan: Plan, service: string): Record<string, string> {
  return { ...plannedVariables(plan, service), AWS_REGION: REGION }
}

function plannedVariables(plan: Plan, service: string): Record<string, string> {
  const lambda = ofType(plan, 'aws_lambda_function').find(
    (fn) => text(fn.values, 'function_name') === `weft-${plan.environment}-${service}`,
  )
  const variables = blocks(lambda?.values ?? {}, 'environment')[0]?.variables
  if (!isAttributes(variables)) throw new Error(`${service} of ${plan.environment} has no environment in the plan.`)
  return texts(Object.entries(variables))
}

/** The indexer's environment; Fargate adds nothing to it. */
function containerEnvironment(plan: Plan): Record<string, string> {
  const definition = ofType(plan, 'aws_ecs_task_definition')[0]
  const containers: unknown = JSON.parse(text(definition?.values ?? {}, 'container_definitions') ?? '[]')
  const container = Array.isArray(containers) && isAttributes(containers[0]) ? containers[0] : {}
  return texts(blocks(container, 'environment').map(({ name, value }) => [String(name), value]))
}

function texts(entries: [string, unknown][]): Record<string, string> {
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]))
}
