import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { Census, REQUIRED_KINDS } from '../test/model/census.ts'
import type { Lived, Share } from '../test/model/lives.ts'

/** 2 000 where changes are judged, fewer at a desk. A number, never a time: a slow machine takes longer, it does not look less. */
const RUNS = Number(process.env.WEFT_MODEL_RUNS ?? (process.env.CI ? 2_000 : 200))
const SEED = Number(process.env.WEFT_MODEL_SEED ?? Date.now() % 2 ** 31)
/** With the seed of a counterexample: lives just that one again. */
const PATH = process.env.WEFT_MODEL_PATH
/** Below this the rarer kinds may be missing by chance: the rarest comes some ten times in so many runs. */
const SIZEABLE_RUNS = 2_000

test('in any interleaving of deliveries, crashes, lost submissions, competitors and prices there is exactly one effect', async () => {
  const shares = PATH === undefined ? sharesOf(RUNS) : [{ seed: SEED, runs: 1, path: PATH }]
  console.info(`model test: WEFT_MODEL_SEED=${SEED}, ${RUNS} runs on ${shares.length} threads`)
  const lived = await Promise.all(shares.map(live))

  const census = new Census()
  for (const { seed, runs, counts } of lived) {
    census.add(counts)
    console.info(`${runs} runs of seed ${seed}`)
  }
  console.info(
    census
      .entries()
      .map(([kind, times]) => `${String(times).padStart(7)}  ${kind}`)
      .join('\n'),
  )
  const broken = lived.flatMap(({ counterexample }) => counterexample ?? [])
  if (broken.length > 0) throw new Error(broken.join('\n\n'))
  if (PATH !== undefined) return
  expect(lived.reduce((sum, { runs }) => sum + runs, 0)).toBe(RUNS)
  for (const ending of ['liquidated', 'stale']) expect(census.of(`ended as ${ending}`)).toBeGreaterThan(0)
  if (RUNS >= SIZEABLE_RUNS) expect(REQUIRED_KINDS.filter((kind) => census.of(kind) === 0)).toEqual([])
})

/** One share a core, each with a seed of its own that follows from the one that is printed. */
function sharesOf(runs: number): readonly Share[] {
  const threads = Math.min(availableParallelism(), runs)
  return Array.from({ length: threads }, (_, index) => ({
    seed: SEED + index,
    runs: Math.floor(runs / threads) + (index < runs % threads ? 1 : 0),
  }))
}

function live(share: Share): Promise<Lived> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../test/model/shard.ts', import.meta.url), {
      workerData: share,
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    let lived: Lived | undefined
    worker.once('message', (message: Lived) => {
      lived = message
    })
    worker.once('error', reject)
    worker.once('exit', (code) => {
      if (lived) resolve(lived)
      else reject(new Error(`The thread of seed ${share.seed} ended with ${code} and no result.`))
    })
  })
}
