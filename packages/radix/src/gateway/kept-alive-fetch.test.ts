import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterEach, expect, test } from 'vitest'
import { AnswerTooLargeError, keptAliveFetch } from './kept-alive-fetch.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serverThat(listener: RequestListener) {
  let connections = 0
  const server = createServer(listener).on('connection', () => {
    connections += 1
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/x?y=1`, connections: () => connections }
}

test('sends text with its headers and reads text, over one connection', async () => {
  const { url, connections } = await serverThat(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method, url: path, headers } = request
    response.end(
      JSON.stringify({ method, path, type: headers['content-type'], body: Buffer.concat(chunks).toString() }),
    )
  })
  const ask = keptAliveFetch()
  const init = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{"price":"0,5 €"}' }
  const answers = [await ask(url, init), await ask(url, init)]
  for (const answer of answers) {
    expect(answer.ok).toBe(true)
    expect(await answer.json()).toEqual({
      method: 'POST',
      path: '/x?y=1',
      type: 'application/json',
      body: '{"price":"0,5 €"}',
    })
  }
  expect(connections()).toBe(1)
})

test('unpacks what the server has packed, because it was told that it may', async () => {
  const { url } = await serverThat((request, response) => {
    expect(request.headers['accept-encoding']).toContain('gzip')
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{"a":1}'))
  })
  expect(await (await keptAliveFetch()(url)).json()).toEqual({ a: 1 })
})

test('hands over an error status with its headers and what is no JSON', async () => {
  const { url } = await serverThat((_, response) => {
    response.writeHead(429, { 'retry-after': '7' }).end('slow down')
  })
  const answer = await keptAliveFetch()(url)
  expect([answer.ok, answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([
    false,
    429,
    '7',
    'slow down',
  ])
  await expect(answer.json()).rejects.toThrow(SyntaxError)
})

test.each([
  ['before the answer', false],
  ['in the middle of it', true],
])('an abort %s ends it', async (_, begun) => {
  const stop = new AbortController()
  const { url } = await serverThat((_request, response) => {
    if (begun) response.write('{')
    setTimeout(() => stop.abort(), 20)
  })
  await expect(keptAliveFetch()(url, { signal: stop.signal })).rejects.toThrow(/abort/i)
})

test('a connection that breaks is an error, not half an answer', async () => {
  const { url } = await serverThat((_, response) => {
    response.writeHead(200, { 'content-length': '100' })
    response.write('{"a":1}')
    setTimeout(() => response.destroy(), 20)
  })
  await expect(keptAliveFetch()(url)).rejects.toThrow(/aborted/)
})

test('a body that never ends is refused before it fills the memory', async () => {
  const { url } = await serverThat((_, response) => {
    const chunk = Buffer.alloc(1024 * 1024, ' ')
    const more = () => {
      while (!response.destroyed && response.write(chunk));
    }
    response.on('drain', more)
    more()
  })
  await expect(keptAliveFetch()(url)).rejects.toThrow(AnswerTooLargeError)
})

test('a small body that unpacks to a large one is refused', async () => {
  const packed = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
  const { url } = await serverThat((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)
  })
  await expect(keptAliveFetch()(url)).rejects.toThrow(AnswerTooLargeError)
})
