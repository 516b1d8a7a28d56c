import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Changes what the ledger behind answers; given and gives JSON text. */
export type Alteration = (path: string, answer: string) => string

export interface AlteredGateway {
  readonly url: string
  close(): Promise<void>
}

/** A Gateway that hands on what `behind` answers, altered. */
export async function startAlteredGateway(behind: string, alter: Alteration): Promise<AlteredGateway> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const path = request.url ?? '/'
      const body = Buffer.concat(chunks)
      const answer = await fetch(`${behind}${path}`, {
        method: request.method ?? 'POST',
        ...(body.length > 0 ? { body, headers: { 'content-type': 'application/json' } } : {}),
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(alter(path, await answer.text()))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
