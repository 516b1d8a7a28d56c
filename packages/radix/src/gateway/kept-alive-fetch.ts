import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'

/** Longer silence and a server may already have closed the connection that the next request would take. */
const IDLE_MS = 4_000

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
  for await (const chunk of response) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  return (response.headers['content-encoding'] === 'gzip' ? await gunzipped(bytes) : bytes).toString('utf8')
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers()
  for (const [name, values] of Object.entries(headersDistinct))
    for (const value of values ?? []) headers.append(name, value)
  return headers
}
