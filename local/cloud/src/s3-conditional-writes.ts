import type { buildApp } from 'fauxqs'
import { KeyQueue } from './key-queue.ts'

type FauxqsApp = ReturnType<typeof buildApp>

/** How many of the next conditional writes are answered 409, as S3 does when two of them race. */
export interface ConflictBudget {
  remaining: number
}

/**
 * Teaches fauxqs 2.4.1 what it lacks: PutObject with `If-None-Match: *` and `If-Match`, answered 412 or 404 like S3.
 * Writes of one key wait for each other, or two racers could both find it free.
 */
export function addConditionalWrites(app: FauxqsApp, conflicts: ConflictBudget): void {
  const writers = new KeyQueue()
  app.addHook('preHandler', async (request, reply) => {
    const key = request.url.split('?')[0] ?? ''
    if (request.method !== 'PUT' || key.split('/').length < 3) return
    const done = new Promise<void>((resolve) => reply.raw.once('close', resolve))
    await writers.turn(key, done)

    const ifNoneMatch = request.headers['if-none-match']
    const ifMatch = request.headers['if-match']
    if (ifNoneMatch === undefined && ifMatch === undefined) return
    if (conflicts.remaining > 0) {
      conflicts.remaining -= 1
      return refuse(409, 'ConditionalRequestConflict')
    }
    const head = await app.inject({ method: 'HEAD', url: key, headers: { host: '127.0.0.1' } })
    const etag = head.statusCode === 200 ? head.headers.etag : undefined
    if (ifMatch !== undefined && etag === undefined) return refuse(404, 'NoSuchKey')
    if ((ifNoneMatch === '*' && etag !== undefined) || (ifMatch !== undefined && ifMatch !== etag))
      return refuse(412, 'PreconditionFailed')

    function refuse(status: number, code: string) {
      return reply
        .code(status)
        .type('application/xml')
        .send(`<?xml version="1.0" encoding="UTF-8"?><Error><Code>${code}</Code><Message>${key}</Message></Error>`)
    }
  })
}
