import { foreignRequest } from '@weft/cloud/loopback-only'
import { fastify } from 'fastify'
import type { Exchange, Recording } from './recording.ts'

/** By this header clients see that a recording answers, and of when. */
const RECORDED_AT = 'x-weft-recorded-at'

export interface ReplayServer {
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves what was recorded of a real Gateway on 127.0.0.1: the recorded answer to each recorded request, whatever the order of its fields.
 * A request that was asked several times gets its answers in turn, and then from the first again. Any other is refused, naming it.
 */
export async function startReplayServer(recording: Recording, port = 0): Promise<ReplayServer> {
  const answers = new Map<string, Exchange[]>()
  for (const exchange of recording.exchanges) {
    const key = keyOf(exchange.path, exchange.request)
    answers.set(key, [...(answers.get(key) ?? []), exchange])
  }
  const server = fastify({ forceCloseConnections: true, bodyLimit: BODY_LIMIT_BYTES })
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  server.addHook('onRequest', async (request, reply) => {
    const refusal = foreignRequest(request.headers)
    if (refusal !== undefined) await reply.code(403).type('text/plain').send(refusal)
  })
  server.all('/*', async (request, reply) => {
    const body = typeof request.body === 'string' ? request.body : ''
    const recorded = answers.get(keyOf(request.url, body))
    const answer = recorded?.shift()
    if (answer) recorded?.push(answer)
    const { status, text } = answer ? { status: answer.status, text: answer.answer } : refused(request.url, body)
    return reply
      .code(status)
      .header(RECORDED_AT, new Date(recording.recordedAtMs).toISOString())
      .type('application/json')
      .send(text)
  })
  return { url: await server.listen({ host: '127.0.0.1', port }), close: () => server.close() }
}

const BODY_LIMIT_BYTES = 4 * 1024 * 1024
/** Of a request's body, in the words that refuse it. */
const LONGEST_SHOWN = 200

/** As the Gateway refuses a request for good: a client must not wait for what will never come. */
function refused(path: string, body: string): { status: number; text: string } {
  const shown = body.length > LONGEST_SHOWN ? `${body.slice(0, LONGEST_SHOWN)}…` : body
  const message = `This recording holds no answer to POST ${path} ${shown}`.trimEnd()
  return { status: 400, text: JSON.stringify({ message, code: 400, details: null, trace_id: 'replay' }) }
}

/** The same for equal requests, in whatever order their fields stand. */
function keyOf(path: string, body: string): string {
  if (body === '') return path
  try {
    return `${path} ${JSON.stringify(JSON.parse(body), inOrder)}`
  } catch {
    // No JSON: then only the very same text is the same request.
    return `${path} ${body}`
  }
}

function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
}
