import { readFileSync } from 'node:fs'
import { Decimal } from '@weft/domain/decimal'
import { describe, expect, test } from 'vitest'
import { type Estimate, estimate } from './estimate.ts'
import { type PlanSummary, PlanSummaryFile, type SummaryResource } from './plan-summary.ts'
import { PriceTable, readAssumptions } from './price-table.ts'
import { renderEstimate, usd } from './report.ts'

const assume = readAssumptions()
const prices = PriceTable.read('eu-west-1')
const { environments } = PlanSummaryFile.parse(
  JSON.parse(readFileSync(new URL('plan-summary.json', import.meta.url), 'utf8')),
)

function aPlan(...resources: readonly SummaryResource[]): PlanSummary {
  return { environment: 'stokenet', resources: [...resources] }
}

function aResource(type: string, settings: SummaryResource['settings'] = {}): SummaryResource {
  return { address: `module.x.${type}.this`, type, settings }
}

function priced(plan: PlanSummary, workload = { positions: 100_000, cadenceSeconds: 300 }): Estimate {
  return estimate(plan, workload, prices, assume)
}

const TASK = aResource('aws_ecs_task_definition', { cpuUnits: '1024', memoryMb: '2048' })
const CEILING = aResource('aws_appautoscaling_target', { maxTasks: 10 })

describe('exact amounts', () => {
  test('a schedule of five minutes runs 8760 times in a month of 730 hours', () => {
    const { total } = priced(aPlan(aResource('aws_scheduler_schedule')))
    expect(total.idle.toString()).toBe('0.00876')
  })

  test('one base task of 1 vCPU and 2 GB costs 730 h × (0.03238 + 2 × 0.00356) dollars, no Spot when one task suffices', () => {
    const { lines } = priced(aPlan(aResource('aws_ecs_service', { publicAddress: false }), TASK, CEILING), {
      positions: 1000,
      cadenceSeconds: 300,
    })
    const compute = lines.filter(({ what }) => what.includes('task'))
    expect(Decimal.sum(compute.map(({ idle }) => idle)).toString()).toBe('28.835')
  })

  test('100 000 positions want 800 task-seconds a run: Spot takes 500 of them, with its overhead', () => {
    const { lines } = priced(aPlan(aResource('aws_ecs_service'), TASK, CEILING))
    const spot = lines.find(({ what }) => what === 'Spot tasks, vCPU')
    // 8760 runs × 500 s × 1.3 ÷ 3600 s/h × 0.009714 $/h
    expect(spot?.idle.round(6, 'ToNearestMidpointToEven').toString()).toBe('15.36431')
  })

  test('stress keeps the quiet hours as they are and runs the nine Spot tasks through all stress hours', () => {
    const { scenarios } = priced(aPlan(TASK, CEILING))
    const quiet = scenarios.idle.burstTaskHours.times(Decimal.parse('706')).dividedBy(Decimal.parse('730'))
    const extra = scenarios.stress.burstTaskHours.minus(quiet)
    expect(extra.round(9, 'ToNearestMidpointToEven').toString()).toBe('216')
  })

  test('stress attempts: a day at 25 a minute, a burst of 1250 and 30 % of all positions, each 1 / 0.39 times', () => {
    const { scenarios } = priced(aPlan(TASK))
    const extra = scenarios.stress.attempts.minus(scenarios.idle.attempts)
    expect(extra.round(0, 'ToNearestMidpointToEven').toString()).toBe(
      String(Math.round((36_000 + 1_250 + 30_000) / 0.39)),
    )
  })
})

describe('nothing is left out silently', () => {
  test('every resource of the plan is priced, free or named as unpriced', () => {
    for (const plan of environments) {
      const { byType, free, unpriced } = priced(plan)
      const counted = [...byType, ...free].reduce((sum, { count }) => sum + count, 0) + unpriced.length
      expect(counted, plan.environment).toBe(plan.resources.length)
    }
  })

  test('the checked-in environments hold nothing unpriced', () => {
    expect(environments.map(({ environment }) => environment)).toContain('mainnet')
    for (const plan of environments) expect(priced(plan).unpriced, plan.environment).toEqual([])
  })

  test('an unknown type and a queue of unknown traffic are named in the report', () => {
    const result = priced(
      aPlan(aResource('aws_rds_cluster'), aResource('aws_sqs_queue', { name: 'weft-stokenet-gossip' })),
    )
    expect(result.unpriced.map(({ type }) => type)).toEqual(['aws_rds_cluster', 'aws_sqs_queue'])
    expect(renderEstimate(result)).toContain('NOT PRICED, the totals are too low by:')
  })

  test('totals are the sum of the lines and of the types', () => {
    for (const plan of environments) {
      const { lines, byType, total } = priced(plan)
      for (const scenario of ['idle', 'stress'] as const) {
        expect(Decimal.sum(lines.map((line) => line[scenario])).eq(total[scenario])).toBe(true)
        expect(Decimal.sum(byType.map((row) => row[scenario])).eq(total[scenario])).toBe(true)
      }
    }
  })

  test('both regions price everything that any environment uses', () => {
    for (const plan of environments)
      for (const region of ['eu-west-1', 'us-east-1'])
        expect(() =>
          estimate(plan, { positions: 1, cadenceSeconds: 60 }, PriceTable.read(region), assume),
        ).not.toThrow()
  })
})

describe('the report', () => {
  const mainnet = environments.find(({ environment }) => environment === 'mainnet') ?? aPlan()

  test('says what dominates and whether the plan keeps the cadence', () => {
    const text = renderEstimate(priced(mainnet))
    expect(text).toMatch(/At idle aws_ecs_service \(\d+ %\) dominates/)
    expect(text).toContain('This cadence needs 3 of 10 tasks at once.')
  })

  test('warns of a cadence that the tasks cannot keep', () => {
    expect(renderEstimate(priced(mainnet, { positions: 100_000, cadenceSeconds: 60 }))).toContain(
      'WARNING: this cadence needs 14 tasks at once, the plan allows 10',
    )
  })

  test('prints cents rounded half up', () => {
    expect(['0.005', '0.0049', '12', '3.1'].map((text) => usd(Decimal.parse(text)))).toEqual([
      '0.01',
      '0.00',
      '12.00',
      '3.10',
    ])
  })
})

test('stress never costs less than idle, whatever the workload', () => {
  for (const plan of environments)
    for (const positions of [1, 999, 10_000, 1_000_000])
      for (const cadenceSeconds of [60, 300, 3600]) {
        const { lines } = priced(plan, { positions, cadenceSeconds })
        for (const line of lines) expect(line.stress.gte(line.idle), `${line.address}: ${line.what}`).toBe(true)
      }
})
