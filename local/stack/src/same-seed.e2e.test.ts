import { expect, test } from 'vitest'
import type { StackReport } from './report/report.ts'
import { runScenario } from './run-scenario.ts'
import { scenarioNamed } from './scenarios/scenarios.ts'

const FASTER = 4

/** The script alone and in less time: what is still under way when it ends is none of this test's business. */
async function scripted(name: string, seed: number): Promise<StackReport> {
  const scenario = scenarioNamed(name)
  const steps = scenario.steps.map((step) => ({ ...step, atMs: step.atMs / FASTER }))
  return runScenario({ ...scenario, steps, scriptMs: scenario.scriptMs / FASTER, drainMs: 0 }, { seed, cdps: 60 })
}

test('a seed gives the same ledger twice: its making, its script and, where nobody is liquidated, every transaction', async () => {
  const [calm, again, other, crash, crashAgain] = (
    await Promise.all([
      scripted('calm', 7),
      scripted('calm', 7),
      scripted('calm', 8),
      scripted('xrd-crash', 7),
      scripted('xrd-crash', 7),
    ])
  ).map((report) => report.ledger.digests)
  expect(again).toEqual(calm)
  expect(other?.genesis).not.toBe(calm?.genesis)
  expect(other?.transactions).not.toBe(calm?.transactions)
  // Services answer in real time, so that what they submit meets another round in every run.
  expect(crashAgain).toMatchObject({ genesis: crash?.genesis, script: crash?.script })
  expect(crash?.script).not.toBe(calm?.script)
})
