import { describe, expect, test } from 'vitest'
import { PlanUnreadableError, plannedCadenceSeconds, summarisePlan } from './plan-summary.ts'

function aChange(type: string, after: unknown, overrides: object = {}) {
  return {
    address: `module.weft.${type}.this`,
    mode: 'managed',
    type,
    change: { actions: ['create'], after },
    ...overrides,
  }
}

function aPlan(...resource_changes: readonly unknown[]) {
  return { format_version: '1.2', resource_changes }
}

const queue = aChange('aws_sqs_queue', { name: 'weft-stokenet-indexing' })

describe('a summary', () => {
  test('keeps what is priced and leaves account numbers out', () => {
    const bucket = aChange('aws_s3_bucket', { bucket: 'weft-stokenet-snapshots-123456789012', tags: { Owner: 'x' } })
    expect(summarisePlan(aPlan(bucket), 'plan.json')).toEqual({
      environment: 'stokenet',
      resources: [
        {
          address: 'module.weft.aws_s3_bucket.this',
          type: 'aws_s3_bucket',
          settings: { name: 'weft-stokenet-snapshots-ACCOUNT' },
        },
      ],
    })
  })

  test('reads nested settings, and in a list the first element that has them', () => {
    const rules = aChange('aws_s3_bucket_lifecycle_configuration', {
      rule: [{ expiration: [] }, { expiration: [{ days: 90 }] }],
    })
    const lambda = aChange('aws_lambda_function', {
      function_name: 'weft-stokenet-dispatcher',
      memory_size: 512,
      environment: [{ variables: { WEFT_RANGE_SIZE: '500' } }],
    })
    const { resources } = summarisePlan(aPlan(rules, lambda), 'plan.json')
    expect(resources.map(({ settings }) => settings)).toEqual([
      { name: 'weft-stokenet-dispatcher', memoryMb: 512, rangeSize: '500' },
      { expireDays: 90 },
    ])
  })

  test('holds only what exists after the apply: no data sources, nothing that is destroyed', () => {
    const gone = aChange('aws_nat_gateway', null, { change: { actions: ['delete'], after: null } })
    const data = aChange('aws_region', { id: 'eu-west-1' }, { mode: 'data' })
    expect(summarisePlan(aPlan(queue, gone, data), 'plan.json').resources.map(({ type }) => type)).toEqual([
      'aws_sqs_queue',
    ])
  })

  test('is refused for a file that is no plan, or one that leaves nothing behind', () => {
    expect(() => summarisePlan({ resources: [] }, 'state.json')).toThrow(PlanUnreadableError)
    expect(() => summarisePlan(aPlan(), 'empty.json')).toThrow('empty.json leaves no resource behind')
    expect(() => summarisePlan(aPlan(aChange('aws_vpc', {})), 'other.json')).toThrow('its environment is unknown')
  })
})

test('the cadence is the plan’s own schedule, five minutes without one', () => {
  const every = (expression: string) =>
    plannedCadenceSeconds(
      summarisePlan(aPlan(queue, aChange('aws_scheduler_schedule', { schedule_expression: expression })), 'p'),
    )
  expect(every('rate(2 minutes)')).toBe(120)
  expect(every('rate(1 minute)')).toBe(60)
  expect(plannedCadenceSeconds(summarisePlan(aPlan(queue), 'p'))).toBe(300)
})
