import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { LedgerRequestError, LedgerUnavailableError } from '@weft/domain'
import { afterEach, describe, expect, test } from 'vitest'
import { GatewayClient, type GatewayClientOptions } from './gateway-client.ts'

type Answer = (response: ServerResponse, request: IncomingMessage) => void

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A Gateway that plays `script`, one answer per request; the last one repeats. */
async function gatewayThatAnswers(
  ...script: Answer[]
): Promise<{ url: string; seen: string[]; busiest: () => number }> {
  const seen: string[] = []
  let open = 0
  let busiest = 0
  const server = createServer((request, response) => {
    open += 1
    busiest = Math.max(busiest, open)
    response.on('close', () => {
      open -= 1
    })
    request.resume()
    request.on('end', () => {
      const answer = script[Math.min(seen.length, script.length - 1)]
      seen.push(request.url ?? '')
      answer?.(response, request)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen, busiest: () => busiest }
}

const ledgerState = {
  network: 'localnet',
  state_version: 7,
  proposer_round_timestamp: '2026-11-22T10:00:00Z',
  epoch: 3,
  round: 1,
}
const ok: Answer = (response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ ledger_state: ledgerState, release_info: {} }))
}
const fails =
  (status: number, body: string, headers: Record<string, string> = {}): Answer =>
  (response) => {
    response.writeHead(status, headers)
    response.end(body)
  }
const notSynced = fails(500, JSON.stringify({ message: 'x', code: 500, details: { type: 'NotSyncedUpError' } }))
const drops: Answer = (response) => {
  response.destroy()
}
const hangs: Answer = () => {}
const beyondTheEnd = fails(
  400,
  JSON.stringify({
    message: 'One or more errors occurred',
    code: 400,
    details: {
      type: 'InvalidRequestError',
      validation_errors: [{ path: '?', errors: ['State version is beyond the end of the known ledger'] }],
    },
  }),
)

const cut: Answer = (response) => {
  response.writeHead(200, { 'content-length': 500 })
  response.write('{"ledger_st')
  setTimeout(() => response.destroy(), 5)
}
const endless: Answer = (response) => {
  const chunk = Buffer.alloc(1024 * 1024, ' ')
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  }
  response.on('drain', more)
  more()
}
const bombBytes = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
const bomb: Answer = (response) => {
  response.writeHead(200, { 'content-encoding': 'gzip' })
  response.end(bombBytes)
}

const quick = { firstWaitMs: 1, longestWaitMs: 2, attemptTimeoutMs: 1_000, maxRequestsPerSecond: 10_000 }
function clientOf(url: string, options: Partial<GatewayClientOptions> = {}): GatewayClient {
  return new GatewayClient({ gatewayUrls: [url], ...options, policy: { ...quick, ...options.policy } })
}

describe('retries', () => {
  test.each([
    ['a 429 whose body is no JSON', fails(429, 'slow down')],
    ['NotSyncedUp', notSynced],
    ['503', fails(503, '<html>')],
    ['524', fails(524, 'timeout')],
    ['a dropped connection', drops],
    ['no answer in time', hangs],
    ['a lagging replica', beyondTheEnd],
    ['408 without a body', fails(408, '')],
    ['403 of a proxy', fails(403, '<html>Attention required</html>')],
    ['403 in the form of the Gateway', fails(403, '{"message":"forbidden","code":403}')],
    ['404 of a proxy', fails(404, '{"error":"no route"}')],
    ['HTML with status 200', fails(200, '<html>checking your browser</html>', { 'content-type': 'text/html' })],
    ['an empty answer with status 200', fails(200, '')],
    ['an empty object', fails(200, '{}')],
    ['an object without a state version', fails(200, '{"ledger_state":{"network":"localnet"}}')],
    ['null', fails(200, 'null')],
    ['an answer that is cut off', cut],
    ['a body that never ends', endless],
    ['a small body that unpacks to a large one', bomb],
  ])('overcome %s and are counted by endpoint', async (_, failure) => {
    const gateway = await gatewayThatAnswers(failure, failure, ok)
    const client = clientOf(gateway.url)
    expect((await client.gatewayStatus()).ledger_state.state_version).toBe(7)
    expect(client.requestsByEndpoint().get('/status/gateway-status')).toBe(3)
  })

  test('are not made for a request that the Gateway refuses', async () => {
    const body = {
      message: 'bad',
      code: 400,
      details: { type: 'InvalidRequestError', validation_errors: [{ path: 'P', errors: ['e'] }] },
    }
    const gateway = await gatewayThatAnswers(fails(400, JSON.stringify(body)))
    const failure = await clientOf(gateway.url)
      .gatewayStatus()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LedgerRequestError)
    expect(failure).toMatchObject({ status: 400, message: expect.stringContaining('bad · P: e') })
    expect(gateway.seen).toHaveLength(1)
  })

  test('end after the limit with what the Gateway said as the cause', async () => {
    const gateway = await gatewayThatAnswers(fails(503, 'down'))
    const failure = await clientOf(gateway.url, { policy: { maxRetries: 2 } })
      .gatewayStatus()
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LedgerUnavailableError)
    expect(failure).toMatchObject({ cause: { message: expect.stringContaining('HTTP 503') } })
    expect(gateway.seen).toHaveLength(3)
  })

  test('wait at least as long as the Gateway asks', async () => {
    const waits: number[] = []
    const gateway = await gatewayThatAnswers(fails(429, '', { 'retry-after': '0.05' }), ok)
    await clientOf(gateway.url, { onRetry: (_endpoint, _problem, waitMs) => waits.push(waitMs) }).gatewayStatus()
    expect(waits).toHaveLength(1)
    expect(waits[0]).toBeGreaterThanOrEqual(50)
  })

  test('leave a long wait to the caller', async () => {
    const gateway = await gatewayThatAnswers(fails(429, '', { 'retry-after': '60' }))
    const failure = await clientOf(gateway.url)
      .gatewayStatus()
      .catch((error: unknown) => error)
    expect(failure).toMatchObject({ name: 'LedgerUnavailableError', retryAfterMs: 60_000 })
    expect(gateway.seen).toHaveLength(1)
  })
})

describe('the circuit breaker', () => {
  test('opens after outages in a row, then refuses without asking the Gateway', async () => {
    const states: string[] = []
    const gateway = await gatewayThatAnswers(fails(503, 'down'))
    const client = clientOf(gateway.url, {
      policy: { maxRetries: 1, breakerAfterFailures: 3, breakerOpenMs: 60_000 },
      onGateway: (_host, state) => states.push(state),
    })
    for (let call = 0; call < 4; call++) await client.gatewayStatus().catch(() => undefined)
    expect(gateway.seen).toHaveLength(3)
    expect([...client.gatewayStates().values()]).toEqual(['open'])
    expect(states).toEqual(['troubled', 'open'])
    const failure = await client.gatewayStatus().catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(LedgerUnavailableError)
    // What is left of its time, less than a policy's other waits could explain.
    expect(failure).toMatchObject({ retryAfterMs: expect.toSatisfy((ms: number) => ms > 15_000 && ms <= 60_000) })
  })

  test('lets one request through after its time and closes when that succeeds', async () => {
    const gateway = await gatewayThatAnswers(fails(503, 'down'), ok)
    const client = clientOf(gateway.url, { policy: { maxRetries: 0, breakerAfterFailures: 1, breakerOpenMs: 0 } })
    await client.gatewayStatus().catch(() => undefined)
    await client.gatewayStatus()
    expect([...client.gatewayStates().values()]).toEqual(['serving'])
  })

  test('does not count refused requests nor a lagging replica', async () => {
    const gateway = await gatewayThatAnswers(fails(404, '{"message":"m","code":404}'), beyondTheEnd)
    const client = clientOf(gateway.url, { policy: { maxRetries: 3, breakerAfterFailures: 1 } })
    await client.gatewayStatus().catch(() => undefined)
    await client.gatewayStatus().catch(() => undefined)
    expect([...client.gatewayStates().values()]).toEqual(['serving'])
    expect(gateway.seen).toHaveLength(5)
  })
})

test('no more requests are in flight than allowed', async () => {
  const waiting: (() => void)[] = []
  // Answers come three at a time, and late enough for a fourth request to be seen if it were sent.
  const inThrees: Answer = (response, request) => {
    waiting.push(() => ok(response, request))
    if (waiting.length < 3) return
    setTimeout(() => {
      for (const answer of waiting.splice(0)) answer()
    }, 20)
  }
  const gateway = await gatewayThatAnswers(inThrees)
  const client = clientOf(gateway.url, { policy: { maxConcurrentRequests: 3 } })
  await Promise.all(Array.from({ length: 12 }, () => client.gatewayStatus()))
  expect(gateway.busiest()).toBe(3)
})

test('an abort ends the request with its reason, without a retry or a count against the Gateway', async () => {
  const stop = new AbortController()
  const gateway = await gatewayThatAnswers(() => stop.abort(new Error('shutting down')))
  const client = clientOf(gateway.url, {
    signal: stop.signal,
    policy: { attemptTimeoutMs: 5_000, breakerAfterFailures: 1 },
  })
  await expect(client.gatewayStatus()).rejects.toThrow('shutting down')
  expect(gateway.seen).toHaveLength(1)
  expect([...client.gatewayStates().values()]).toEqual(['serving'])
})

test('requests given up while they wait for their turn are never sent, and the next one is', async () => {
  const stop = new AbortController()
  const gateway = await gatewayThatAnswers(() => stop.abort(new Error('range lost')), ok)
  const client = clientOf(gateway.url, { policy: { maxConcurrentRequests: 1, attemptTimeoutMs: 5_000 } })
  const request = { addresses: ['component_loc1abcdef'] }
  const reads = Array.from({ length: 5 }, () => client.entityDetails(request, stop.signal))
  const outcomes = await Promise.allSettled(reads)
  expect(outcomes.map((outcome) => outcome.status === 'rejected' && outcome.reason.message)).toEqual(
    reads.map(() => 'range lost'),
  )
  await client.gatewayStatus()
  expect(gateway.seen).toEqual(['/state/entity/details', '/status/gateway-status'])
})
