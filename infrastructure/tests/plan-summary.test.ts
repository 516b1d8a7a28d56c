import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { PlanSummaryFile, summarisePlan } from '../../scripts/cost/plan-summary.ts'
import { planOf } from './offline-plan.ts'
import { describeWithTerraform } from './terraform.ts'

/** `npm run cost` prices this file, and the runbook is held to its alarms: both are as good as it is recent. */
const file = join(import.meta.dirname, '..', '..', 'scripts', 'cost', 'plan-summary.json')

describeWithTerraform('scripts/cost/plan-summary.json', () => {
  const { environments } = PlanSummaryFile.parse(JSON.parse(readFileSync(file, 'utf8')))

  test('covers a network, the rehearsal of it and the account', () => {
    expect(environments.map(({ environment }) => environment)).toEqual(['global', 'mainnet', 'stokenet'])
  })

  test.each(environments.map((each) => [each.environment, each] as const))(
    'is what %s plans',
    async (name, checkedIn) => {
      const { text } = await planOf(name)
      const remedy = `out of date; run: npm run cost -- --plan test-output/infrastructure/${name}/plan.json --write-summary`
      expect(checkedIn, remedy).toEqual(summarisePlan(JSON.parse(text), `the plan of ${name}`))
    },
  )
})
