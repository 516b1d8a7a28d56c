import { pathToFileURL } from 'node:url'

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

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`

const handler = await loadHandler(process.argv[2] ?? '', process.argv[3] ?? 'handler')
for (;;) await serveOne(handler)

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
  const next = await fetch(`${api}/invocation/next`)
  const awsRequestId = next.headers.get('lambda-runtime-aws-request-id') ?? ''
  const deadlineMs = Number(next.headers.get('lambda-runtime-deadline-ms'))
  const context: Context = {
    awsRequestId,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME ?? '',
    invokedFunctionArn: next.headers.get('lambda-runtime-invoked-function-arn') ?? '',
    getRemainingTimeInMillis: () => deadlineMs - Date.now(),
  }
  const [end, body] = await outcomeOf(handle, await next.json(), context)
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
  const answer = await fetch(`${api}${path}`, { method: 'POST', body: JSON.stringify(body) })
  await answer.arrayBuffer()
}
