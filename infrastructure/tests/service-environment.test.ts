import { beforeAll, expect, test } from 'vitest'
import { dispatcherConfig } from '../../services/dispatcher/src/config.ts'
import { indexerConfig } from '../../services/indexer/src/config.ts'
import { liquidatorConfig } from '../../services/liquidator/src/config.ts'
import { planOf, REGION, serviceEnvironments } from './offline-plan.ts'
import { blocks, isAttributes, ofType, type Plan, text } from './plan.ts'
import { describeWithTerraform } from './terraform.ts'

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
    const dispatcher = dispatcherConfig(lambdaEnvironment(plan, 'dispatcher'))
    const indexer = indexerConfig(containerEnvironment(plan))
    const liquidator = liquidatorConfig(lambdaEnvironment(plan, 'liquidator'))

    expect([dispatcher, indexer, liquidator].map((config) => config.environment)).toEqual(Array(3).fill(environment))
    expect(new Set([dispatcher, indexer, liquidator].map((config) => config.network.name)).size).toBe(1)
    expect(dispatcher.indexingQueueUrl).toBe(indexer.indexingQueueUrl)
    expect(indexer.liquidationQueueUrl).toContain(`/weft-${environment}-liquidation`)
    expect(liquidator.seedPhraseParameter).toBe(`/weft/${environment}/seed-phrase`)
  })

  test('would not be accepted with one variable missing', () => {
    const { WEFT_RECORDS_TABLE: _, ...rest } = lambdaEnvironment(planned('mainnet'), 'dispatcher')
    expect(() => dispatcherConfig(rest)).toThrow('WEFT_RECORDS_TABLE')
  })
})

/** The function's environment as AWS completes it. */
function lambdaEnvironment(plan: Plan, service: string): Record<string, string> {
  const lambda = ofType(plan, 'aws_lambda_function').find(
    (fn) => text(fn.values, 'function_name') === `weft-${plan.environment}-${service}`,
  )
  const variables = blocks(lambda?.values ?? {}, 'environment')[0]?.variables
  if (!isAttributes(variables)) throw new Error(`${service} of ${plan.environment} has no environment in the plan.`)
  return { ...texts(Object.entries(variables)), AWS_REGION: REGION }
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
