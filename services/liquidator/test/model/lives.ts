import fc from 'fast-check'
import { type Action, anAction, describeAction } from './action.ts'
import { Census } from './census.ts'
import { shortened } from './shortened.ts'
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
  /** Worlds that were lived to a good end. */
  readonly runs: number
  readonly counts: readonly (readonly [string, number])[]
  /** A story that breaks an invariant, as short as it could be made. */
  readonly counterexample: string | undefined
}

/** How long a counterexample may be made shorter. */
const SHORTENING_MS = 120_000

/** Every story begins with something to liquidate. */
const BEGINNING: readonly Action[] = [{ do: 'price', percent: 70 }, { do: 'detect' }]

/** Lives `runs` stories, or as many as it takes to find one that breaks an invariant. */
export async function live({ seed, runs, path }: Share): Promise<Lived> {
  const stage = await Stage.set()
  const census = new Census()
  let lived = 0
  try {
    const details = await fc.check(
      fc.asyncProperty(fc.array(anAction, { minLength: 1, maxLength: 30, size: 'max' }), async (actions) => {
        const broken = await liveOnce(stage, actions, census)
        if (broken !== undefined) return false
        lived += 1
        return true
      }),
      { numRuns: runs, seed, endOnFailure: true, ...(path === undefined ? {} : { path }) },
    )
    const counterexample = details.failed ? await story(details, stage) : undefined
    return { seed, runs: lived, counts: census.entries(), counterexample }
  } finally {
    await stage.close()
  }
}

/** @returns what broke, `undefined` when nothing did. */
async function liveOnce(stage: Stage, actions: readonly Action[], census: Census): Promise<string | undefined> {
  const world = await World.open(stage, census)
  try {
    for (const action of [...BEGINNING, ...actions]) {
      await world.do(action)
      const broken = world.broken()
      if (broken) return `after ${describeAction(action)}: ${broken}`
    }
    await world.settle()
    const broken = await world.brokenAtEnd()
    return broken && `in the end: ${broken}`
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error)
  } finally {
    await world.close()
  }
}

/** A counterexample, one action a line, and how to live it again. */
async function story({ counterexample, ...details }: fc.RunDetails<[Action[]]>, stage: Stage): Promise<string> {
  const { counterexamplePath, errorInstance, numRuns, seed } = details
  const again = `WEFT_MODEL_SEED=${seed} WEFT_MODEL_PATH=${counterexamplePath}`
  const [actions] = counterexample ?? [[]]
  const breaks = (fewer: readonly Action[]) => liveOnce(stage, fewer, new Census())
  const short = await shortened(actions, breaks, Date.now() + SHORTENING_MS)
  if (!short) return `run ${numRuns} failed, but not again: ${errorInstance ?? 'an invariant broke'}; ${again}`
  return [
    `${short.why}\nrun ${numRuns}, ${short.items.length} of ${actions.length} actions left; all of them with ${again}`,
    ...[...BEGINNING, ...short.items].map(describeAction),
  ].join('\n  ')
}
