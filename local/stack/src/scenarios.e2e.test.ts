import { afterAll, describe, expect, test } from 'vitest'
import { RecordedAwsCalls } from '../test/aws-calls.ts'
import { StackReport } from './report/report.ts'
import { runScenario } from './run-scenario.ts'
import { SCENARIOS } from './scenarios/scenarios.ts'

/** The whole system on one machine, through every scenario; the ledger and the queues say whether it was right. */
const CDPS = 150
const SEED = 7

const awsCalls = new RecordedAwsCalls('scenarios')
const passed: string[] = []

describe.concurrent('the wired stack', { timeout: 600_000 }, () => {
  test.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))('passes %s', async (_name, scenario) => {
    const report = await runScenario(scenario, {
      seed: SEED,
      cdps: CDPS,
      onAwsClients: awsCalls.listen,
      beforeAws: awsCalls.between,
    })
    expect(report.verdict.problems).toEqual([])
    expect(StackReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(report.runs.dispatched).toBeGreaterThan(0)
    expect(report.ledger.duplicateIntents).toBe(0)
    expect(report.ledger.liquidatedTwiceInOneExcursion).toEqual([])
    // What the liquidator says it did is what the ledger shows under the operator's account.
    expect(report.liquidations.committed).toBe(report.ledger.liquidationsCommitted - report.ledger.liquidationsByOthers)
    passed.push(scenario.name)
  })
})

afterAll(async () => {
  await awsCalls.close()
  if (passed.length === SCENARIOS.length) awsCalls.write()
})
