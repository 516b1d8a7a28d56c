import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { GatewayClient } from '../src/gateway/gateway-client.ts'

/** What one endpoint answers: an object for HTTP 200, or a status with an error body. */
export type StubAnswer = { readonly body: unknown; readonly status?: number }
export type StubHandler = (request: Record<string, unknown>) => StubAnswer

export interface StubGateway {
  readonly url: string
  readonly client: GatewayClient
  /** Requests seen, by endpoint. */
  readonly seen: Map<string, Record<string, unknown>[]>
  close(): void
}

export const LEDGER_STATE = {
  network: 'stokenet',
  state_version: 100,
  proposer_round_timestamp: '2026-11-22T10:00:00.5Z',
  epoch: 30,
  round: 1,
}

const DEFAULTS: Readonly<Record<string, StubHandler>> = {
  '/status/network-configuration': () => ({
    body: { network_id: 2, network_name: 'stokenet', well_known_addresses: {} },
  }),
}

/** A Gateway for answers that the local ledger never gives. */
export async function stubGateway(handlers: Readonly<Record<string, StubHandler>>): Promise<StubGateway> {
  const seen = new Map<string, Record<string, unknown>[]>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    // The SDK ends some paths with a slash.
    const endpoint = (request.url ?? '').replace(/\/$/, '')
    const body = chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString('utf8'))
    seen.set(endpoint, [...(seen.get(endpoint) ?? []), body])
    const answer = (handlers[endpoint] ?? DEFAULTS[endpoint])?.(body) ?? {
      status: 404,
      body: { message: 'no such endpoint', code: 404 },
    }
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer.body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const client = new GatewayClient({
    gatewayUrls: [url],
    network: { name: 'stokenet', networkId: 2 },
    policy: { firstWaitMs: 1, longestWaitMs: 2, maxRetries: 1 },
  })
  return {
    url,
    client,
    seen,
    close: () => {
      server.closeAllConnections()
      server.close()
    },
  }
}
