import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** Longer silence and a server may already have closed the connection that the next request would take. */
const IDLE_MS = 4_000

/**
 * Most bytes of one answer, packed and unpacked alike. A hundred CDPs or a page of committed transactions are some hundred kilobytes;
 * what is larger than this is no answer of a Gateway, and must not fill the memory of a service.
 */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024

/** The body does not end, or not soon enough. */
export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError'

  constructor(cause?: unknown) {
    super(`The answer is larger than ${MAX_ANSWER_BYTES} bytes.`, { cause })
  }
}

const gunzipped = promisify(gunzip)

/** What the Gateway's SDK asks of an answer. */
type Answer = Pick<Response, 'ok' | 'status' | 'statusText' | 'headers' | 'json' | 'text'>

/**
 * `fetch` as far as the Gateway's SDK uses it, on Node's own HTTP client: requests of text, answers of text or gzip, no redirects. It
 * spends about a third of the CPU of the global `fetch`, whose streams and checks one JSON answer does not need (`npm run bench`).
 * Connections are kept and used again, the last one first.
 */
export function keptAliveFetch(): typeof fetch {
  const options = { keepAlive: true, scheduling: 'lifo', timeout: IDLE_MS } as const
  const agents = { http: new HttpAgent(options), https: new HttpsAgent(options) }
  return async (input, init = {}) => {
    const url = new URL(input.toString())
    const response = await send(url, init, agents)
    const { statusCode: status = 0, statusMessage: statusText = '' } = response
    const text = await textOf(response)
    const answer: Answer = {
      ok: status >= 200 && status < 300,
      status,
      statusText,
      get headers() {
        return headersOf(response)
      },
      text: async () => text,
      json: async () => JSON.parse(text),
    }
    // The SDK reads nothing else of it.
    return answer as Response
  }
}

interface Agents {
  readonly http: HttpAgent
  readonly https: HttpsAgent
}

function send(url: URL, init: RequestInit, agents: Agents): Promise<IncomingMessage> {
  const body = typeof init.body === 'string' ? Buffer.from(init.body) : undefined
  if (init.body && !body) throw new TypeError('Only text can be sent to the Gateway.')
  const { signal } = init
  const options = {
    method: init.method ?? 'GET',
    headers: {
      'accept-encoding': 'gzip',
      ...asRecord(init.headers),
      ...(body && { 'content-length': body.length }),
    },
    ...(signal && { signal }),
  }
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? requestHttps(url, { ...options, agent: agents.https }, resolve)
        : requestHttp(url, { ...options, agent: agents.http }, resolve)
    request.on('error', reject)
    request.end(body)
  })
}

/** `instanceof Headers` would load all of `fetch`, the first time it is asked. */
function asRecord(headers: RequestInit['headers'] = {}): Record<string, string> {
  const pairs = Symbol.iterator in headers ? headers : Object.entries(headers)
  return Object.fromEntries([...pairs].map(([name, value]) => [name ?? '', String(value)]))
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  // Leaving the loop by a throw destroys the connection, so that an endless body stops coming.
  for await (const chunk of response) {
    size += chunk.length
    if (size > MAX_ANSWER_BYTES) throw new AnswerTooLargeError()
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  return (response.headers['content-encoding'] === 'gzip' ? await unpacked(bytes) : bytes).toString('utf8')
}

async function unpacked(bytes: Buffer): Promise<Buffer> {
  try {
    return await gunzipped(bytes, { maxOutputLength: MAX_ANSWER_BYTES })
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooLarge ? new AnswerTooLargeError(error) : error
  }
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return headers
}
