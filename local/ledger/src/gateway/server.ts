import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { foreignRequest } from '@weft/cloud/loopback-only'
import { type FastifyInstance, type FastifyReply, fastify } from 'fastify'
import type { Ledger } from '../engine/control.ts'
import type { Endpoint } from './endpoint.ts'
import { GatewayError, internalServerError, malformedRequest, notSyncedUp, requestTimedOut } from './errors.ts'
import { type DrawnFaults, FaultDice } from './fault-dice.ts'
import { type FaultPlan, type FaultPlanInput, NO_FAULTS, parseFaultPlan } from './fault-plan.ts'
import { gatewayEndpoints } from './gateway-endpoints.ts'
import { registerLocalApi } from './local-api.ts'
import { networkOf } from './network.ts'
import { replicaBehind } from './replica-view.ts'
import { withUnknownShapes } from './unknown-shape-view.ts'

/** What the Gateway's production settings allow an unpinned read to be behind. */
const ACCEPTABLE_LAG_SECONDS = 720
/** A notarised transaction is at most 1 MiB, twice that as hex. */
const BODY_LIMIT_BYTES = 4 * 1024 * 1024

export interface LedgerServerOptions {
  /** 0 takes any free port. */
  readonly port?: number
  readonly faults?: FaultPlanInput
  /** What the tip's age is measured against; default: the system's clock, or the ledger's own time where that is ahead. */
  readonly clock?: { now(): number }
  /** Beyond this age of the tip unpinned reads fail with NotSyncedUpError. Default 720, as the Gateway runs in production. */
  readonly acceptableLagSeconds?: number
}

export interface LedgerServer {
  readonly url: string
  readonly port: number
  /** Every Gateway path it answers. */
  readonly endpoints: readonly string[]
  /** Requests per Gateway path since the start, those that met a fault included. */
  requestsByEndpoint(): Readonly<Record<string, number>>
  /** Replaces the whole fault plan. @throws {FaultPlanError} */
  setFaults(plan: FaultPlanInput): void
  /** Stops answering; the ledger itself goes on until its own `close`. */
  close(): Promise<void>
}

/**
 * Serves `ledger` behind the Gateway API on 127.0.0.1.
 * @throws {FaultPlanError} for an impossible plan, and the system's error when the port is taken.
 */
export async function startLedgerServer(ledger: Ledger, options: LedgerServerOptions = {}): Promise<LedgerServer> {
  const clock = options.clock ?? { now: () => Math.max(Date.now(), ledger.tip().timestampMs) }
  const acceptableLagSeconds = options.acceptableLagSeconds ?? ACCEPTABLE_LAG_SECONDS
  const requests = new Map<string, number>()
  const closing = new AbortController()
  let plan: FaultPlan = NO_FAULTS
  let dice = new FaultDice(plan)

  const setFaults = (next: FaultPlan) => {
    ledger.control.haltClock(next.clockHalted)
    ledger.control.setMempoolFault(next.mempool)
    dice = new FaultDice(next)
    plan = next
  }
  if (options.faults !== undefined) setFaults(parseFaultPlan(options.faults))

  const server = fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true },
  })
  acceptJsonBodies(server)
  server.addHook('onRequest', async (request, reply) => {
    const refusal = foreignRequest(request.headers)
    if (refusal !== undefined) await reply.code(403).type('text/plain').send(refusal)
  })
  server.setErrorHandler((error, _request, reply) => sendError(reply, error))
  server.setNotFoundHandler((_request, reply) => reply.code(404).send())

  for (const endpoint of gatewayEndpoints(networkOf(ledger))) {
    requests.set(endpoint.path, 0)
    server.post(endpoint.path, async (request, reply) => {
      requests.set(endpoint.path, (requests.get(endpoint.path) ?? 0) + 1)
      const faults = dice.draw(endpoint.path)
      await pause(faults.delayMs, closing.signal)
      const { instead, lagVersions, unknownShapes } = faults
      const isPlain = lagVersions === 0 && unknownShapes.length === 0
      const answer = async () =>
        endpoint.handle({
          body: request.body,
          ledger: isPlain ? ledger : withUnknownShapes(replicaBehind(ledger, lagVersions), unknownShapes),
          lag: { nowMs: clock.now(), acceptableLagSeconds },
        })
      if (instead === undefined) return answer()
      // Whatever the answer would have been, an error too, nobody gets to see it.
      if ('carriedOut' in instead && instead.carriedOut) await answer().catch(() => undefined)
      return answerWithFault(reply, endpoint, instead, closing.signal)
    })
  }

  const requestsByEndpoint = () => Object.fromEntries([...requests].filter(([, count]) => count > 0))
  registerLocalApi(server, ledger, { requestsByEndpoint, faults: () => plan, setFaults })

  await server.listen({ host: '127.0.0.1', port: options.port ?? 0 })
  const { port } = server.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    endpoints: [...requests.keys()],
    requestsByEndpoint,
    setFaults: (next) => setFaults(parseFaultPlan(next)),
    async close() {
      closing.abort()
      await server.close()
    },
  }
}

/**
 * The official client sends empty bodies without a content type. A body must come as JSON: any other type is one that a page of another
 * origin can send without asking.
 */
function acceptJsonBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) return done(null, undefined)
    if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
      return done(new GatewayError(415, 'The request body must be sent as application/json.', null))
    try {
      done(null, JSON.parse(body.toString()))
    } catch {
      done(malformedRequest('The request body is not JSON.'))
    }
  })
}

async function answerWithFault(
  reply: FastifyReply,
  endpoint: Endpoint,
  fault: NonNullable<DrawnFaults['instead']>,
  closing: AbortSignal,
): Promise<FastifyReply> {
  switch (fault.kind) {
    case 'rate-limited':
      if (fault.retryAfterSeconds !== undefined) reply.header('retry-after', String(fault.retryAfterSeconds))
      return reply.code(429).type('text/plain').send('Too Many Requests')
    case 'unavailable':
      return reply.code(503).type('text/html').send('<html><body><h1>503 Service Unavailable</h1></body></html>')
    case 'not-synced-up': {
      const requestType = endpoint.path.startsWith('/transaction/') ? 'Construction' : 'Read'
      throw notSyncedUp(requestType, ACCEPTABLE_LAG_SECONDS + 1, ACCEPTABLE_LAG_SECONDS)
    }
    case 'timed-out':
      await pause(fault.afterMs, closing)
      throw requestTimedOut()
    case 'dropped-connection':
      reply.hijack()
      reply.raw.socket?.destroy()
      return reply
  }
}

/** Ends early when the server closes: nobody is left to wait for. */
async function pause(ms: number, closing: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal: closing }).catch(() => undefined)
}

function sendError(reply: FastifyReply, error: unknown): FastifyReply {
  const traceId = randomBytes(16).toString('hex')
  const answer = error instanceof GatewayError ? error : (refusedByHttp(error) ?? internalServerError(traceId))
  if (answer.httpStatus === 500 && !(error instanceof GatewayError))
    process.stderr.write(`${describe(error, traceId)}\n`)
  return reply.code(answer.httpStatus).send(answer.body(traceId))
}

/** Too large a body and the like: Fastify's own refusals, which carry a 4xx status. */
function refusedByHttp(error: unknown): GatewayError | undefined {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500
    ? new GatewayError(status, (error as Error).message, null)
    : undefined
}

function describe(error: unknown, traceId: string): string {
  return `local ledger: request ${traceId} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
