import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import {
  CLOCK_OFFSET_VARIABLE,
  INVOCATIONS_VARIABLE,
  type ProcessAnswer,
  type ProcessQuestion,
} from './process-protocol.ts'

export interface LambdaSettings {
  readonly name: string
  /** The bundle, e.g. `dist/liquidator/index.mjs`; the file that is deployed. */
  readonly bundle: string
  /** Exported function, `handler` by default. */
  readonly handler?: string
  /** The function's variables; nothing of our own environment is passed on. */
  readonly environment: Readonly<Record<string, string>>
  readonly timeoutMs: number
  /**
   * Invocations that one process takes at a time; 1 by default, as on AWS. More stand for as many processes, which would not fit into
   * the memory of one machine.
   */
  readonly invocationsPerProcess?: number
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

/** One child process that serves invocations over the Lambda Runtime API, until it is killed. */
export class ExecutionEnvironment {
  readonly #settings: LambdaSettings
  readonly #child: ChildProcess
  /** The process's requests for work, and work that waits for such a request. */
  readonly #asking: ServerResponse[] = []
  readonly #pending: Invocation[] = []
  readonly #running = new Map<string, Invocation>()
  readonly #answers: ((answer: ProcessAnswer) => void)[] = []
  #dead = false

  private constructor(settings: LambdaSettings, clockOffsetMs: number, server: Server) {
    this.#settings = settings
    this.#child = this.#spawn((server.address() as AddressInfo).port, clockOffsetMs)
    server.on('request', (request, response) => void this.#serve(request, response))
    this.#child.on('message', (answer: ProcessAnswer) => this.#answers.shift()?.(answer))
    this.#child.once('exit', (exitCode, signal) => {
      this.#dead = true
      this.#finishAll({ kind: 'crashed', exitCode, signal })
      for (const answer of this.#answers.splice(0)) answer({ rssBytes: 0 })
      server.closeAllConnections()
      server.close()
    })
  }

  /** Starts the process; loading the bundle is part of the first invocation. @param clockOffsetMs by which its clock is ahead */
  static async start(settings: LambdaSettings, clockOffsetMs = 0): Promise<ExecutionEnvironment> {
    const server = createServer()
    // Only our own process connects, and it may be too busy to see that a connection was closed before it uses it again.
    server.keepAliveTimeout = 0
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new ExecutionEnvironment(settings, clockOffsetMs, server)
  }

  /** Whether it takes one more invocation now. */
  get hasRoom(): boolean {
    const busy = this.#pending.length + this.#running.size
    return !this.#dead && busy < (this.#settings.invocationsPerProcess ?? 1)
  }

  get isDead(): boolean {
    return this.#dead
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  /** One invocation; the environment must have room. An init phase that is not over yet has its own time limit. */
  invoke(event: unknown): Promise<InvokeResult> {
    if (!this.hasRoom) throw new Error(`The environment of ${this.#settings.name} is busy or dead.`)
    return new Promise((resolve) => {
      const invocation: Invocation = { event, resolve, timer: this.#timer(this.#settings.initTimeoutMs ?? 10_000) }
      this.#pending.push(invocation)
      this.#deliver()
    })
  }

  /** Moves the process's clock forward. */
  async advanceClock(ms: number): Promise<void> {
    await this.#ask({ advanceClockMs: ms })
  }

  /** Memory that the process has now; 0 when it is gone. */
  async rssBytes(): Promise<number> {
    return (await this.#ask({ advanceClockMs: 0 })).rssBytes
  }

  /** Ends the process at once, by default as a crash of the machine would. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#dead) return
    const exited = once(this.#child, 'exit')
    this.#child.kill(signal)
    await exited
  }

  #ask(question: ProcessQuestion): Promise<ProcessAnswer> {
    return new Promise((resolve) => {
      if (this.#dead || !this.#child.connected) return resolve({ rssBytes: 0 })
      this.#answers.push(resolve)
      this.#child.send(question)
    })
  }

  #spawn(port: number, clockOffsetMs: number): ChildProcess {
    const { name, bundle, handler = 'handler', environment, onLog, invocationsPerProcess = 1 } = this.#settings
    const client = fileURLToPath(new URL('./runtime-client.ts', import.meta.url))
    const child = spawn(process.execPath, ['--no-warnings', client, bundle, handler], {
      env: {
        ...environment,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        LAMBDA_TASK_ROOT: fileURLToPath(new URL('.', `file://${bundle}`)),
        [INVOCATIONS_VARIABLE]: String(invocationsPerProcess),
        [CLOCK_OFFSET_VARIABLE]: String(clockOffsetMs),
      },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    for (const output of [child.stdout, child.stderr])
      if (output) createInterface({ input: output }).on('line', (line) => onLog?.(line))
    return child
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/2018-06-01/runtime', '')
    if (request.method === 'GET' && path === '/invocation/next') {
      this.#asking.push(response)
      this.#deliver()
      return
    }
    const payload: unknown = JSON.parse(await text(request))
    response.writeHead(202, { 'content-type': 'application/json' }).end('{"status":"OK"}')
    const [, id = '', end] = /^\/invocation\/([^/]+)\/(response|error)$/.exec(path) ?? []
    if (end === 'response') this.#finish(id, { kind: 'returned', payload })
    if (end === 'error') this.#finish(id, { kind: 'threw', ...failure(payload) })
    if (path === '/init/error') this.#finishAll({ kind: 'init-failed', ...failure(payload) })
  }

  /** Hands waiting invocations to the asking process, as long as there are both. */
  #deliver(): void {
    const { timeoutMs, name } = this.#settings
    for (;;) {
      const invocation = this.#asking.length > 0 ? this.#pending.shift() : undefined
      if (invocation === undefined) return
      clearTimeout(invocation.timer)
      invocation.timer = this.#timer(timeoutMs)
      const requestId = randomUUID()
      this.#running.set(requestId, invocation)
      this.#asking
        .shift()
        ?.writeHead(200, {
          'content-type': 'application/json',
          'lambda-runtime-aws-request-id': requestId,
          'lambda-runtime-deadline-ms': String(Date.now() + timeoutMs),
          'lambda-runtime-invoked-function-arn': `arn:aws:lambda:eu-west-1:000000000000:function:${name}`,
          'lambda-runtime-trace-id': `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-local`,
        })
        .end(JSON.stringify(invocation.event))
    }
  }

  #timer(afterMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      this.#finishAll({ kind: 'timed-out', afterMs })
      this.#dead = true
      this.#child.kill('SIGKILL')
    }, afterMs)
  }

  #finish(requestId: string, result: InvokeResult): void {
    const invocation = this.#running.get(requestId)
    this.#running.delete(requestId)
    settle(invocation, result)
  }

  /** The process is gone or of no use: whatever it had in work ends with it. */
  #finishAll(result: InvokeResult): void {
    for (const invocation of [...this.#pending.splice(0), ...this.#running.values()]) settle(invocation, result)
    this.#running.clear()
  }
}

function settle(invocation: Invocation | undefined, result: InvokeResult): void {
  clearTimeout(invocation?.timer)
  invocation?.resolve(result)
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
