import { describe, expect, test } from 'vitest'
import { type PlanJson, parsePlan, planDifferences } from './compare-plans.ts'

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
