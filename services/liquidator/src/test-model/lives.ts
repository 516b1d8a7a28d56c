import fc from 'fast-check'
import { type Action, anAction, describeAction } from './action.ts'
import { Census } from './census.ts'
import { Stage } from './stage.ts'
import { World } from './world.ts'

export interface Share {
  readonly seed: number
  readonly runs: number
  /** Of a counterexample that was found before: only this one is lived again. */
  readonly path?: string
}

/** What one worker thread reports; plain, so that it can be posted. */
export interface Lived {
  readonly seed: number
  /** Worlds that were lived to their end, those of the shrinking not counted. */
  readonly runs: number
  readonly counts: readonly (readonly [string, number])[]
  /** The shortest story found that breaks an invariant. */
  readonly counterexample: string | undefined
}

/** How long a counterexample may be made shorter. */
const SHRINK_MS = 60_000

/** Every story begins with something to liquidate. */
const BEGINNING: readonly Action[] = [{ do: 'price', percent: 70 }, { do: 'detect' }]

/** Lives `runs` stories, or as many as it takes to find one that breaks an invariant. */
export async function live({ seed, runs, path }: Share): Promise<Lived> {
  const stage = await Stage.set()
  const census = new Census()
  let lived = 0
  let shrinkEndsAtMs = Number.POSITIVE_INFINITY
  try {
    const details = await fc.check(
      fc.asyncProperty(fc.array(anAction, { minLength: 1, maxLength: 30, size: 'max' }), async (actions) => {
        // To call the rest good is how shrinking is ended.
        if (Date.now() >= shrinkEndsAtMs) return
        try {
          await liveOnce(stage, actions, census)
          if (shrinkEndsAtMs === Number.POSITIVE_INFINITY) lived += 1
        } catch (error) {
          shrinkEndsAtMs = Math.min(shrinkEndsAtMs, Date.now() + SHRINK_MS)
          throw error
        }
      }),
      { numRuns: runs, seed, ...(path === undefined ? {} : { path }) },
    )
    return { seed, runs: lived, counts: census.entries(), counterexample: details.failed ? story(details) : undefined }
  } finally {
    await stage.close()
  }
}

async function liveOnce(stage: Stage, actions: readonly Action[], census: Census): Promise<void> {
  const world = await World.open(stage, census)
  try {
    for (const action of [...BEGINNING, ...actions]) {
      await world.do(action)
      const broken = world.broken()
      if (broken) throw new BrokenInvariantError(`after ${describeAction(action)}: ${broken}`)
    }
    await world.settle()
    const broken = await world.brokenAtEnd()
    if (broken) throw new BrokenInvariantError(`in the end: ${broken}`)
  } finally {
    await world.close()
  }
}

class BrokenInvariantError extends Error {
  override readonly name = 'BrokenInvariantError'
}

/** A counterexample, one action a line, and how to live it again. */
function story(details: fc.RunDetails<[Action[]]>): string {
  const { counterexample, counterexamplePath, errorInstance, numRuns, numShrinks, seed } = details
  const [actions] = counterexample ?? [[]]
  const why =
    errorInstance instanceof BrokenInvariantError
      ? errorInstance.message
      : errorInstance instanceof Error
        ? (errorInstance.stack ?? errorInstance.message)
        : String(errorInstance)
  return [
    `${why}\nrun ${numRuns}, shrunk ${numShrinks} times; again with WEFT_MODEL_SEED=${seed} WEFT_MODEL_PATH=${counterexamplePath}`,
    ...[...BEGINNING, ...actions].map(describeAction),
  ].join('\n  ')
}
