import { ExecutionEnvironment, type InvokeResult, type LambdaSettings } from './execution-environment.ts'

export interface LambdaFunctionSettings extends LambdaSettings {
  /** Invocations at a time; the next one is throttled. */
  readonly reservedConcurrency: number
}

/** A Lambda function: environments are started when needed, kept warm, and replaced when they die. */
export class LambdaFunction {
  readonly #settings: LambdaFunctionSettings
  readonly #alive = new Set<ExecutionEnvironment>()
  #running = 0
  #clockOffsetMs = 0
  /** The newest start under way, and how many more invocations may join it. */
  #start: { room: number; readonly environment: Promise<ExecutionEnvironment> } | undefined

  constructor(settings: LambdaFunctionSettings) {
    this.#settings = settings
  }

  get name(): string {
    return this.#settings.name
  }

  /** Process ids of the environments that are alive. */
  get pids(): readonly number[] {
    return [...this.#alive].flatMap(({ isDead, pid }) => (isDead || pid === undefined ? [] : [pid]))
  }

  /** Memory of all environments together. */
  async rssBytes(): Promise<number> {
    const each = await Promise.all([...this.#alive].map((environment) => environment.rssBytes()))
    return each.reduce((sum, bytes) => sum + bytes, 0)
  }

  /** Moves the clock of its environments forward, and of those that are started later. */
  async advanceClock(ms: number): Promise<void> {
    this.#clockOffsetMs += ms
    await Promise.all([...this.#alive].map((environment) => environment.advanceClock(ms)))
  }

  /** One invocation in an environment that has room or in a new one. */
  async invoke(event: unknown): Promise<InvokeResult | { readonly kind: 'throttled' }> {
    if (this.#running >= this.#settings.reservedConcurrency) return { kind: 'throttled' }
    this.#running += 1
    try {
      const environment = this.#withRoom() ?? (await this.#starting())
      return await environment.invoke(event)
    } finally {
      this.#running -= 1
    }
  }

  /** Kills every environment, as when the machines under them fail; the next invocations start new ones. */
  async kill(): Promise<void> {
    await Promise.all([...this.#alive].map((environment) => environment.kill()))
    this.#alive.clear()
  }

  /** The one started last: those before it grow cold. */
  #withRoom(): ExecutionEnvironment | undefined {
    for (const environment of this.#alive) if (environment.isDead) this.#alive.delete(environment)
    return [...this.#alive].findLast((environment) => environment.hasRoom)
  }

  /** Joins a start that is under way, as far as its process has room for more, or begins another. */
  #starting(): Promise<ExecutionEnvironment> {
    const room = (this.#settings.invocationsPerProcess ?? 1) - 1
    if (this.#start && this.#start.room > 0) {
      this.#start.room -= 1
      return this.#start.environment
    }
    const start = { room, environment: ExecutionEnvironment.start(this.#settings, this.#clockOffsetMs) }
    this.#start = start
    return start.environment.then((environment) => {
      this.#alive.add(environment)
      if (this.#start === start) this.#start = undefined
      return environment
    })
  }
}
