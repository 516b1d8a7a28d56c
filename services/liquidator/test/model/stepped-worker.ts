import type { CandidateMessage } from '@weft/domain'
import type { LiquidatorDeps } from '../../src/deps.ts'
import { liquidate } from '../../src/liquidate.ts'
import type { LiquidationOutcome } from '../../src/outcome/outcome.ts'

export type WorkerEnd =
  | { readonly kind: 'outcome'; readonly outcome: LiquidationOutcome }
  | { readonly kind: 'fault'; readonly error: unknown }

/**
 * One worker on one candidate that only moves when told to: before each call of a port it stands still, `step` lets exactly that call
 * happen. So the test, and not the event loop, decides how workers interleave, and a worker can die between any two calls: it is
 * simply never let go on, and no `finally` of it runs, as after `kill -9`.
 */
export class SteppedWorker {
  end: WorkerEnd | undefined
  /** The call it stands before. */
  standsBefore = 'start'
  #dead = false
  #waiting: (() => void)[] = []
  #wakeTest: () => void = () => undefined

  constructor(candidate: CandidateMessage, deps: LiquidatorDeps) {
    const steppedDeps: LiquidatorDeps = {
      ...deps,
      mode: this.#stepped('mode', deps.mode),
      ledger: this.#stepped('ledger', deps.ledger),
      oracle: this.#stepped('oracle', deps.oracle),
      journal: this.#stepped('journal', deps.journal),
      signer: this.#stepped('signer', deps.signer),
      patience: this.#stepped('patience', deps.patience),
    }
    liquidate(candidate, steppedDeps).then(
      (outcome) => this.#finish({ kind: 'outcome', outcome }),
      (error) => this.#finish({ kind: 'fault', error }),
    )
  }

  get isRunning(): boolean {
    return this.end === undefined && !this.#dead
  }

  /** Lets the calls it stands before happen, and resolves when it stands before the next one or has ended. */
  async step(): Promise<void> {
    if (!this.isRunning) return
    const parked = new Promise<void>((resolve) => {
      this.#wakeTest = resolve
    })
    for (const go of this.#waiting.splice(0)) go()
    await parked
  }

  /** Dies before the calls it stands before. */
  die(): void {
    this.#dead = true
    this.#waiting = []
  }

  #finish(end: WorkerEnd): void {
    if (this.#dead) return
    this.end = end
    this.standsBefore = 'ended'
    this.#wakeTest()
  }

  #park(call: string): Promise<void> {
    this.standsBefore = call
    return new Promise((go) => {
      this.#waiting.push(go)
      this.#wakeTest()
    })
  }

  #stepped<T extends object>(name: string, port: T): T {
    const park = (call: string) => this.#park(call)
    return new Proxy(port, {
      get(target, property) {
        const member: unknown = Reflect.get(target, property, target)
        if (typeof member !== 'function') return member
        return async (...args: unknown[]) => {
          await park(named(`${name}.${String(property)}`, args))
          return Reflect.apply(member, target, args)
        }
      },
    })
  }
}

/** What is written tells the steps of an intent apart. */
function named(call: string, args: readonly unknown[]): string {
  const record: unknown = args[2]
  const isAdvance = call === 'journal.advance' && typeof record === 'object' && record !== null && 'state' in record
  return isAdvance ? `${call} to ${record.state}` : call
}
