import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { IGNORED_ATTRIBUTES, type PlanJson, parsePlan, planDifferences } from './compare-plans.ts'

function aPlan(overrides: Partial<PlanJson> = {}): PlanJson {
  return {
    format_version: '1.2',
    variables: { artefacts: { value: { dispatcher_key: 'dispatcher/aa.zip' } } },
    resource_changes: [
      { address: 'aws_sqs_queue.indexing', change: { actions: ['create'], after: { name: 'weft-stokenet-indexing' } } },
    ],
    output_changes: { queue_url: { actions: ['create'] } },
    configuration: { root_module: {} },
    ...overrides,
  }
}

describe('two plans of the same tree', () => {
  test('are equal when they would do the same, whatever their time of making', () => {
    const later = { ...aPlan(), timestamp: '2026-11-22T10:00:00Z' }
    expect(planDifferences(aPlan(), later)).toEqual([])
  })

  test('differ where an attribute was changed outside Terraform since the review', () => {
    const fresh = aPlan({
      resource_changes: [
        {
          address: 'aws_sqs_queue.indexing',
          change: { actions: ['update'], after: { name: 'weft-stokenet-indexing' } },
        },
      ],
    })
    expect(planDifferences(aPlan(), fresh)).toEqual(['aws_sqs_queue.indexing'])
  })

  const service = (tasks: number, actions: readonly string[], image = 'a') => ({
    address: 'aws_ecs_service.this',
    type: 'aws_ecs_service',
    change: { actions, before: { desired_count: tasks, image: 'a' }, after: { desired_count: tasks, image } },
  })
  const mode = (value: string, actions: readonly string[]) => ({
    address: 'aws_ssm_parameter.mode',
    type: 'aws_ssm_parameter',
    change: { actions, before: { value }, after: { value, description: 'new' } },
  })

  test('are equal when autoscaling went from one task to three since the review', () => {
    const plan = (tasks: number) => aPlan({ resource_changes: [service(tasks, ['update'], 'b')] })
    expect(planDifferences(plan(1), plan(3))).toEqual([])
  })

  test('differ by what else of a scaled service is updated', () => {
    const [saved, fresh] = [service(1, ['update'], 'evil'), service(3, ['update'], 'b')]
    expect(planDifferences(aPlan({ resource_changes: [saved] }), aPlan({ resource_changes: [fresh] }))).toEqual([
      'aws_ecs_service.this',
    ])
  })

  test('differ by the number of tasks where the service is made anew with it', () => {
    const plan = (tasks: number) => aPlan({ resource_changes: [service(tasks, ['delete', 'create'])] })
    expect(planDifferences(plan(1), plan(3))).toEqual(['aws_ecs_service.this'])
  })

  test('are equal when an operator paused since the review and neither plan touches the mode', () => {
    const plan = (value: string) => aPlan({ resource_changes: [mode(value, ['no-op'])] })
    expect(planDifferences(plan('live'), plan('paused'))).toEqual([])
    expect(planDifferences(plan('live'), aPlan({ resource_changes: [] }))).toEqual([])
  })

  test('differ when an operator paused and the plan would write the mode it knew', () => {
    const plan = (value: string) => aPlan({ resource_changes: [mode(value, ['update'])] })
    expect(planDifferences(plan('live'), plan('paused'))).toEqual(['aws_ssm_parameter.mode'])
  })

  test('differ where one of them does nothing and the other something, and by an import that changes nothing', () => {
    const nothing = aPlan({ resource_changes: [mode('live', ['no-op'])] })
    expect(planDifferences(nothing, aPlan({ resource_changes: [mode('live', ['update'])] }))).toEqual([
      'aws_ssm_parameter.mode',
    ])
    const imported = { ...mode('live', ['no-op']), change: { actions: ['no-op'], importing: { id: '/weft' } } }
    expect(planDifferences(nothing, aPlan({ resource_changes: [imported] }))).toEqual(['aws_ssm_parameter.mode'])
  })

  test('differ by a resource that only the saved plan creates', () => {
    const saved = aPlan({
      resource_changes: [
        ...(aPlan().resource_changes ?? []),
        { address: 'aws_iam_user.backdoor', change: { actions: ['create'] } },
      ],
    })
    expect(planDifferences(saved, aPlan())).toEqual(['aws_iam_user.backdoor'])
  })

  test('differ by a provisioner, which changes no attribute but runs on apply', () => {
    const saved = aPlan({ configuration: { root_module: { resources: [{ provisioners: [{ type: 'local-exec' }] }] } } })
    expect(planDifferences(saved, aPlan())).toEqual(['configuration (the code itself)'])
  })

  test('differ by the artefacts they deploy', () => {
    const fresh = aPlan({ variables: { artefacts: { value: { dispatcher_key: 'dispatcher/bb.zip' } } } })
    expect(planDifferences(aPlan(), fresh)).toEqual(['variable artefacts'])
  })

  test('differ by an output and by a deposed object, each named', () => {
    const fresh = aPlan({
      output_changes: {},
      resource_changes: [
        ...(aPlan().resource_changes ?? []),
        { address: 'aws_lambda_function.dispatcher', deposed: 'a1b2', change: { actions: ['delete'] } },
      ],
    })
    expect(planDifferences(aPlan(), fresh)).toEqual([
      'aws_lambda_function.dispatcher (deposed a1b2)',
      'output queue_url',
    ])
  })
})

test('a file that is no plan is refused instead of counting as an empty one', () => {
  expect(() => parsePlan('{}', 'saved.json')).toThrow('saved.json is not a plan')
})

test('what the comparison ignores is what Terraform ignores, but for the mode, whose value an update would write', () => {
  const infrastructure = join(import.meta.dirname, '..', 'infrastructure')
  const ignored = globSync('{modules,blueprints,environments}/**/*.tf', { cwd: infrastructure }).flatMap((file) =>
    [...readFileSync(join(infrastructure, file), 'utf8').matchAll(/ignore_changes\s*=\s*\[([^\]]*)\]/g)].flatMap(
      (match) => match[1]?.split(/,\s*/) ?? [],
    ),
  )
  expect(ignored.sort()).toEqual([...Object.values(IGNORED_ATTRIBUTES).flat(), 'value'].sort())
})
