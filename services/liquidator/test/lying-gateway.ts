import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Ledger, type LedgerServer, startLedgerServer } from '@weft/ledger'

type Json = Record<string, unknown>

/** A Gateway in the middle: it forwards, and says something else where `lie` tells it to. */
export interface LyingGateway extends LedgerServer {
  /** Changes an answer before it is passed on. */
  lie: (path: string, answer: Json) => Json
  /** Answers by itself instead of asking; `undefined` asks. */
  instead: (path: string, request: Json) => Json | undefined
  /** Payloads that it keeps for itself as long as {@link keepsPayloads}. */
  readonly kept: readonly string[]
  keepsPayloads: boolean
  /** Plays what it kept on the ledger, past every lie. */
  playKept(): Promise<void>
  /** From now on it tells the truth. */
  repent(): void
}

/** @param ledger the one that is there in truth. */
export async function startLyingGateway(ledger: Ledger): Promise<LyingGateway> {
  const honest = await startLedgerServer(ledger, { clock: { now: () => ledger.tip().timestampMs } })
  const kept: string[] = []
  const ask = (path: string, body: string) =>
    fetch(`${honest.url}${path}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const path = request.url ?? ''
    const body: Json = text === '' ? {} : JSON.parse(text)
    let status = 200
    let answer: Json | undefined
    if (path === '/transaction/submit' && gateway.keepsPayloads) {
      kept.push(String(body.notarized_transaction_hex))
      answer = { duplicate: false }
    } else answer = gateway.instead(path, body)
    if (answer === undefined) {
      const asked = await ask(path, text === '' ? '{}' : text)
      status = asked.status
      answer = (await asked.json()) as Json
      if (status === 200) answer = gateway.lie(path, answer)
    }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const gateway: LyingGateway = {
    ...honest,
    url: `http://127.0.0.1:${port}`,
    port,
    kept,
    keepsPayloads: false,
    lie: (_, answer) => answer,
    instead: () => undefined,
    async playKept() {
      for (const notarized_transaction_hex of kept)
        await ask('/transaction/submit', JSON.stringify({ notarized_transaction_hex }))
    },
    repent() {
      gateway.keepsPayloads = false
      gateway.lie = (_, answer) => answer
      gateway.instead = () => undefined
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await honest.close()
    },
  }
  return gateway
}
