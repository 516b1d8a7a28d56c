import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Which request ends the process, and on which side of its effect. */
export interface Trip {
  /** `lost`: it never arrives. `unanswered`: it has its effect, and the process never learns of it. */
  readonly how: 'lost' | 'unanswered'
  matches(path: string, body: string): boolean
}

/** Stands between a process and a server. The request that trips it is never answered, and the test learns of it: time to kill. */
export class Tripwire {
  readonly #server: Server
  readonly #target: string
  #armed: { readonly trip: Trip; readonly tripped: () => void } | undefined

  private constructor(server: Server, target: string) {
    this.#server = server
    this.#target = target
    server.on('request', (request, response) => void this.#pass(request, response))
  }

  static async before(target: string): Promise<Tripwire> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Tripwire(server, target)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Resolves when a request trips it. */
  arm(trip: Trip): Promise<void> {
    return new Promise((tripped) => {
      this.#armed = { trip, tripped }
    })
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request)
    const path = request.url ?? '/'
    const armed = this.#armed?.trip.matches(path, body.toString('utf8')) ? this.#armed : undefined
    if (armed) this.#armed = undefined
    if (armed?.trip.how === 'lost') return armed.tripped()
    const answer = await fetch(this.#target + path, {
      method: request.method ?? 'POST',
      headers: headersOf(request),
      ...(body.length > 0 ? { body: new Uint8Array(body) } : {}),
    })
    const answered = Buffer.from(await answer.arrayBuffer())
    if (armed) return armed.tripped()
    const headers = [...answer.headers].filter(([name]) => !OF_ONE_CONNECTION.has(name))
    response.writeHead(answer.status, Object.fromEntries(headers)).end(answered)
  }
}

/** Headers that belong to one connection are left to the next; `fetch` has unpacked the body already. */
const OF_ONE_CONNECTION = new Set(
  ['host', 'connection', 'content-length', 'transfer-encoding', 'expect', 'keep-alive'].concat('content-encoding'),
)

function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).flatMap(([name, value]) =>
      OF_ONE_CONNECTION.has(name) || value === undefined ? [] : [[name, String(value)]],
    ),
  )
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}
