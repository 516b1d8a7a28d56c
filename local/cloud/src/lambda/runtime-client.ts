import { Agent, request } from 'node:http'
import { pathToFileURL } from 'node:url'
import { INVOCATIONS_VARIABLE } from './process-protocol.ts'
import { installShiftedClock } from './shifted-clock.ts'

/**
 * What AWS runs inside a Lambda execution environment, as far as we need it: loads the bundle named by the first argument
 * (`/path/index.mjs`), takes one invocation after the other from the Runtime API and hands each to the exported handler.
 */

interface Context {
  readonly awsRequestId: string
  readonly functionName: string
  readonly invokedFunctionArn: string
  getRemainingTimeInMillis(): number
}
type Handler = (event: unknown, context: Context) => Promise<unknown>

interface ApiAnswer {
  readonly headers: NodeJS.Dict<string | string[]>
  readonly text: string
}

const agent = new Agent({ keepAlive: true })
const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`

installShiftedClock()
const handler = await loadHandler(process.argv[2] ?? '', process.argv[3] ?? 'handler')
for (let each = 0; each < Number(process.env[INVOCATIONS_VARIABLE] ?? 1); each += 1) void serveForEver(handler)

async function serveForEver(handle: Handler): Promise<never> {
  for (;;) await serveOne(handle)
}

async function loadHandler(file: string, name: string): Promise<Handler> {
  try {
    const bundle = (await import(pathToFileURL(file).href)) as Record<string, unknown>
    const found = bundle[name]
    if (typeof found !== 'function') throw new TypeError(`${file} exports no function named ${name}.`)
    return found as Handler
  } catch (error) {
    await post('/init/error', described(error))
    process.exit(1)
  }
}

async function serveOne(handle: Handler): Promise<void> {
  const next = await ask('GET', '/invocation/next')
  const header = (name: string) => String(next.headers[`lambda-runtime-${name}`] ?? '')
  const awsRequestId = header('aws-request-id')
  const deadlineMs = Number(header('deadline-ms'))
  const context: Context = {
    awsRequestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    invokedFunctionArn: header('invoked-function-arn'),
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  }
  const [end, body] = await outcomeOf(handle, JSON.parse(next.text), context)
  await post(`/invocation/${awsRequestId}/${end}`, body)
}

async function outcomeOf(handle: Handler, event: unknown, context: Context): Promise<['response' | 'error', unknown]> {
  try {
    return ['response', (await handle(event, context)) ?? null]
  } catch (error) {
    return ['error', described(error)]
  }
}

function described(error: unknown): object {
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message }
    : { errorType: 'Error', errorMessage: String(error) }
}

async function post(path: string, body: unknown): Promise<void> {
  await ask('POST', path, JSON.stringify(body))
}

/** Not by `fetch`: this client's CPU is no part of what a function costs. */
function ask(method: string, path: string, body?: string): Promise<ApiAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${api}${path}`, { method, agent }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) chunks.push(chunk)
      resolve({ headers: response.headers, text: Buffer.concat(chunks).toString('utf8') })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}
