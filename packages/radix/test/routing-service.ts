import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** One question that a routing service got. */
export interface SeenQuestion {
  readonly url: URL
  readonly body: string
}

export interface RoutingService {
  readonly url: string
  readonly seen: readonly SeenQuestion[]
  close(): void
}

/** An answer with its status; `undefined` never answers. */
export type RoutingAnswer = { readonly status: number; readonly body: string } | undefined

/** A venue's HTTP service for tests, on a port of its own. */
export async function startRoutingService(answer: (question: SeenQuestion) => RoutingAnswer): Promise<RoutingService> {
  const seen: SeenQuestion[] = []
  const server = createServer(async (incoming: IncomingMessage, response) => {
    let body = ''
    for await (const chunk of incoming) body += chunk
    const question = { url: new URL(incoming.url ?? '', 'http://127.0.0.1'), body }
    seen.push(question)
    const given = answer(question)
    if (given === undefined) return
    response.writeHead(given.status, { 'content-type': 'application/json' })
    response.end(given.body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
