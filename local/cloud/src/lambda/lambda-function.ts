import { ExecutionEnvironment, type InvokeResult, type LambdaSettings } from './execution-environment.ts'

export interface LambdaFunctionSettings extends LambdaSettings {
  /** Invocations at a time; the next one is throttled. */
  readonly reservedConcurrency: number
}

/** A Lambda function: environments are started when needed, kept warm, and replaced when they die. */
export class LambdaFunction {
  readonly #settings: LambdaFunctionSettings
  readonly #alive = new Set<ExecutionEnvironment>()
  readonly #idle: ExecutionEnvironment[] = []
  #running = 0

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

  /** One invocation in an idle environment or a new one. */
  async invoke(event: unknown): Promise<InvokeResult | { readonly kind: 'throttled' }> {
    if (this.#running >= this.#settings.reservedConcurrency) return { kind: 'throttled' }
    this.#running += 1
    try {
      const environment = this.#takeIdle() ?? (await this.#start())
      const result = await environment.invoke(event)
      if (environment.isDead) this.#alive.delete(environment)
      else this.#idle.push(environment)
      return result
    } finally {
      this.#running -= 1
    }
  }

  /** Kills every environment, as when the machines under them fail; the next invocations start new ones. */
  async kill(): Promise<void> {
    await Promise.all([...this.#alive].map((environment) => environment.kill()))
    this.#alive.clear()
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    for (;;) {
      const environment = this.#idle.pop()
      if (environment === undefined || !environment.isDead) return environment
      this.#alive.delete(environment)
    }
  }

  async #start(): Promise<ExecutionEnvironment> {
    const started = await ExecutionEnvironment.start(this.#settings)
    this.#alive.add(started)
    return started
  }
}
