import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface LambdaSettings {
  readonly name: string
  /** The bundle, e.g. `dist/liquidator/index.mjs`; the file that is deployed. */
  readonly bundle: string
  /** Exported function, `handler` by default. */
  readonly handler?: string
  /** The function's variables; nothing of our own environment is passed on. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /** Lambda gives the init phase ten seconds. */
  readonly initTimeoutMs?: number
  /** Each line the function writes. */
  readonly onLog?: (line: string) => void
}

export type InvokeResult =
  | { readonly kind: 'returned'; readonly payload: unknown }
  /** The handler threw. */
  | { readonly kind: 'threw'; readonly errorType: string; readonly errorMessage: string }
  /** The bundle could not be loaded. */
  | { readonly kind: 'init-failed'; readonly errorType: string; readonly errorMessage: string }
  /** Killed when its time was over; what it had begun is cut off wherever it stood. */
  | { readonly kind: 'timed-out'; readonly afterMs: number }
  /** The process ended in the middle of the work. */
  | { readonly kind: 'crashed'; readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }

/** One child process that serves one invocation at a time over the Lambda Runtime API, until it is killed. */
export class ExecutionEnvironment {
  readonly #settings: LambdaSettings
  readonly #child: ChildProcess
  #next: ServerResponse | undefined
  #invocation: Invocation | undefined
  #requestId = ''
  #dead = false

  private constructor(settings: LambdaSettings, server: Server) {
    this.#settings = settings
    this.#child = this.#spawn((server.address() as AddressInfo).port)
    server.on('request', (request, response) => void this.#serve(request, response))
    this.#child.once('exit', (exitCode, signal) => {
      this.#dead = true
      this.#finish({ kind: 'crashed', exitCode, signal })
      server.closeAllConnections()
      server.close()
    })
  }

  /** Starts the process; loading the bundle is part of the first invocation. */
  static async start(settings: LambdaSettings): Promise<ExecutionEnvironment> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ExecutionEnvironment(settings, server)
  }

  get isIdle(): boolean {
    return !this.#dead && this.#invocation === undefined
  }

  get isDead(): boolean {
    return this.#dead
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** One invocation; the environment must be idle. An init phase that is not over yet has its own time limit. */
  invoke(event: unknown): Promise<InvokeResult> {
    if (!this.isIdle) throw new Error(`The environment of ${this.#settings.name} is busy or dead.`)
    return new Promise((resolve) => {
      this.#invocation = { event, resolve, timer: this.#timer(this.#settings.initTimeoutMs ?? 10_000) }
      this.#deliver()
    })
  }

  /** Ends the process at once, by default as a crash of the machine would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#dead) return
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }

  #spawn(port: number): ChildProcess {
    const { name, bundle, handler = 'handler', environment, onLog } = this.#settings
    const client = fileURLToPath(new URL('./runtime-client.ts', import.meta.url))
    const child = spawn(process.execPath, ['--no-warnings', client, bundle, handler], {
      env: {
        ...environment,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        LAMBDA_TASK_ROOT: fileURLToPath(new URL('.', `file://${bundle}`)),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const output of [child.stdout, child.stderr])
      createInterface({ input: output }).on('line', (line) => onLog?.(line))
    return child
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/2018-06-01/runtime', '')
    if (request.method === 'GET' && path === '/invocation/next') {
      this.#next = response
      this.#deliver()
      return
    }
    const payload: unknown = JSON.parse(await text(request))
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
    if (path === `/invocation/${this.#requestId}/response`) this.#finish({ kind: 'returned', payload })
    if (path === `/invocation/${this.#requestId}/error`) this.#finish({ kind: 'threw', ...failure(payload) })
    if (path === '/init/error') this.#finish({ kind: 'init-failed', ...failure(payload) })
  }

  /** Hands the waiting invocation to the waiting process, once there are both. */
  #deliver(): void {
    const { timeoutMs, name } = this.#settings
    if (this.#next === undefined || this.#invocation === undefined) return
    clearTimeout(this.#invocation.timer)
    this.#invocation.timer = this.#timer(timeoutMs)
    this.#requestId = randomUUID()
    this.#next
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': this.#requestId,
        'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
        'lambda-runtime-invoked-function-arn': `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
        'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-local`,
      })
      .end(JSON.stringify(this.#invocation.event))
    this.#next = undefined
  }

  #timer(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#finish({ kind: 'timed-out', afterMs })
      this.#dead = true
      this.#child.kill('SIGKILL')
    }, afterMs)
  }

  #finish(result: InvokeResult): void {
    if (this.#invocation === undefined) return
    clearTimeout(this.#invocation.timer)
    const { resolve } = this.#invocation
    this.#invocation = undefined
    resolve(result)
  }
}

interface Invocation {
  readonly event: unknown
  readonly resolve: (result: InvokeResult) => void
  timer: NodeJS.Timeout
}

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

function failure(payload: unknown): { errorType: string; errorMessage: string } {
  const { errorType, errorMessage } = Object(payload) as Record<string, unknown>
  return { errorType: String(errorType), errorMessage: String(errorMessage) }
}
