import type { LiquidatorDeps } from '../../src/deps.ts'
import type { AtLeastOnceQueue, QueuedMessage } from './at-least-once-queue.ts'
import type { Census } from './census.ts'
import { SteppedWorker, type WorkerEnd } from './stepped-worker.ts'

/** As many as may work at once. */
const MOST_WORKERS = 3
/** Calls of ports after which a worker is taken for stuck. */
const MAX_STEPS = 1_000

/** Faults by which a worker gives its message back because somebody else, or it itself later, goes on with the intent. */
const EXPECTED_FAULTS: readonly string[] = ['IntentStillOpenError', 'FencedOffError']

/** One process at work on one message. */
export interface Running {
  readonly worker: SteppedWorker
  readonly message: QueuedMessage
}

/** The liquidator's processes of one world; none of them moves unless told to. Whoever is the `nth` is counted round. */
export class Crew {
  readonly #queue: AtLeastOnceQueue
  readonly #census: Census
  readonly #depsOf: (owner: string) => LiquidatorDeps
  #running: readonly Running[] = []
  #names = 0
  /** A fault that no candidate should ever meet here: delivered again and again, it would end as a dead letter and hide. */
  unexpectedFault: string | undefined

  constructor(queue: AtLeastOnceQueue, census: Census, depsOf: (owner: string) => LiquidatorDeps) {
    this.#queue = queue
    this.#census = census
    this.#depsOf = depsOf
  }

  get isIdle(): boolean {
    return this.#running.length === 0
  }

  get newest(): Running | undefined {
    return this.#running.at(-1)
  }

  at(nth: number): Running | undefined {
    return this.#running[nth % Math.max(1, this.#running.length)]
  }

  /** A process takes the next visible message, if there is one and a process is free. */
  takeMessage(nowMs: number): void {
    if (this.#running.length >= MOST_WORKERS) return
    const message = this.#queue.receive(nowMs)
    if (!message) return
    const { cdpId } = message.candidate
    this.#census.count(message.receiveCount === 1 ? 'message delivered' : 'message delivered again')
    if (this.#running.some((other) => other.message.candidate.cdpId === cdpId))
      this.#census.count('two workers on one CDP')
    this.#names += 1
    const worker = new SteppedWorker(message.candidate, this.#depsOf(`worker-${this.#names}`))
    this.#running = [...this.#running, { worker, message }]
  }

  async step(running: Running, times: number): Promise<void> {
    for (let step = 0; step < times && running.worker.isRunning; step += 1) await running.worker.step()
    this.#dismissIfEnded(running)
  }

  async finish(running: Running): Promise<void> {
    await this.step(running, MAX_STEPS)
    if (running.worker.isRunning) throw new Error(`A worker is stuck before ${running.worker.standsBefore}.`)
  }

  async finishAll(): Promise<void> {
    for (let running = this.at(0); running; running = this.at(0)) await this.finish(running)
  }

  /** Lets a worker go on until it stands before `call` for the `times`th time, or has ended. */
  async goOnTo(running: Running, call: string, times: number): Promise<void> {
    let stood = 0
    for (let step = 0; running.worker.isRunning && step < MAX_STEPS; step += 1) {
      if (running.worker.standsBefore === call) stood += 1
      if (stood === times) break
      await running.worker.step()
    }
    this.#dismissIfEnded(running)
  }

  /** Dies where it stands; its message comes back when its time is over. */
  kill(running: Running): void {
    if (!running.worker.isRunning) return
    running.worker.die()
    this.#census.count(`killed before ${running.worker.standsBefore}`)
    this.#dismiss(running)
  }

  #dismissIfEnded(running: Running): void {
    const { end } = running.worker
    if (!end || !this.#running.includes(running)) return
    this.#dismiss(running)
    if (end.kind === 'fault') this.#giveBack(running, end)
    else {
      this.#queue.acknowledge(running.message)
      this.#census.count(`ended as ${end.outcome.kind}`)
    }
  }

  #giveBack({ message }: Running, { error }: Extract<WorkerEnd, { kind: 'fault' }>): void {
    this.#queue.giveBack(message)
    const name = error instanceof Error ? error.name : String(error)
    this.#census.count(`threw ${name}`)
    if (!EXPECTED_FAULTS.includes(name))
      this.unexpectedFault = `a worker threw ${error instanceof Error ? (error.stack ?? name) : name}`
  }

  #dismiss(running: Running): void {
    this.#running = this.#running.filter((each) => each !== running)
  }
}
