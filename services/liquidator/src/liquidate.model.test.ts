import type { CloudResources } from '@weft/cloud'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestCloud, type TestCloud } from './test-market.ts'
import { type Action, anAction, describeAction } from './test-model/action.ts'
import { World } from './test-model/world.ts'

/** As many runs as fit into the time; the same limit ends the shrinking of a counterexample. */
const RUNS = Number(process.env.WEFT_MODEL_RUNS ?? 2_000)
const SECONDS = Number(process.env.WEFT_MODEL_SECONDS ?? 75)
const SEED = Number(process.env.WEFT_MODEL_SEED ?? Date.now() % 2 ** 31)

let cloud: TestCloud
let resources: CloudResources | undefined
beforeAll(async () => {
  cloud = await startTestCloud()
})
afterAll(() => cloud?.stop())

/** What all runs together reached: a model that never gets anywhere proves nothing. */
const reached = new Map<string, number>()

test(`in any interleaving of deliveries, crashes, lost submissions, competitors and prices there is exactly one effect`, async () => {
  console.info(`model test: at most ${RUNS} runs in ${SECONDS} s, WEFT_MODEL_SEED=${SEED}`)
  const endsAtMs = Date.now() + SECONDS * 1_000
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(anAction, { minLength: 5, maxLength: 30, size: 'max' }), async (actions) => {
      if (Date.now() >= endsAtMs) return
      runs += 1
      await live([{ do: 'price', percent: 70 }, { do: 'detect' }, ...actions])
    }),
    { numRuns: RUNS, seed: SEED, reporter: report, endOnFailure: false },
  )
  console.info(`${runs} runs ended as`, Object.fromEntries([...reached].sort(([, a], [, b]) => b - a)))
  const expected = ['liquidated', 'stale']
  // The rarer endings come two or three times in forty runs.
  if (runs >= 150) expected.push('held', 'expired', 'failed', 'fault IntentStillOpenError')
  for (const ending of expected) expect(reached.get(ending) ?? 0, `no run ended as "${ending}"`).toBeGreaterThan(0)
})

async function live(actions: readonly Action[]): Promise<void> {
  const world = await World.open(cloud, resources)
  resources = world.resources
  try {
    for (const action of actions) {
      await world.do(action)
      const broken = world.broken()
      if (broken) throw new Error(`after ${describeAction(action)}: ${broken}`)
    }
    await world.settle()
    const broken = await world.brokenAtEnd()
    if (broken) throw new Error(`in the end: ${broken}`)
  } finally {
    for (const ending of world.endings) reached.set(ending, (reached.get(ending) ?? 0) + 1)
    await world.close()
  }
}

/** A counterexample as a story, one action a line. */
function report(details: fc.RunDetails<[Action[]]>): void {
  if (!details.failed) return
  const [actions] = details.counterexample ?? [[]]
  throw new Error(
    [
      `${String(details.errorInstance)} (run ${details.numRuns} of seed ${details.seed}, shrunk ${details.numShrinks} times)`,
      'price (percent 70)',
      'detect',
      ...actions.map(describeAction),
    ].join('\n  '),
  )
}
