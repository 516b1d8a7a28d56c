import type { buildApp } from 'fauxqs'

type FauxqsApp = ReturnType<typeof buildApp>

/** What goes wrong with the next SendMessageBatch calls. */
export interface BatchFaults {
  /** One entry of each call is refused until this many were. */
  refuseEntries: number
  /** Says that repeating cannot heal a refused entry. */
  senderFault: boolean
  /** So many calls fail as a whole with HTTP 503. */
  failCalls: number
}

interface SendBatchBody {
  Entries: { Id: string }[]
}

/** Makes SendMessageBatch fail in part or as a whole, as SQS may. The first entry of a call is the one refused. */
export function addBatchFaults(app: FauxqsApp, faults: BatchFaults): void {
  const refusedIds = new WeakMap<object, string>()

  app.addHook('preHandler', async (request, reply) => {
    if (request.headers['x-amz-target'] !== 'AmazonSQS.SendMessageBatch') return
    if (faults.failCalls > 0) {
      faults.failCalls -= 1
      return reply.code(503).type('application/x-amz-json-1.0').send({ __type: 'ServiceUnavailable' })
    }
    if (faults.refuseEntries === 0) return
    const body = request.body as SendBatchBody
    const [refused, ...rest] = body.Entries
    if (refused === undefined) return
    faults.refuseEntries -= 1
    refusedIds.set(request, refused.Id)
    if (rest.length === 0) return reply.type('application/x-amz-json-1.0').send({ Successful: [] })
    body.Entries = rest
  })

  app.addHook('preSerialization', async (request, _reply, payload) => {
    const id = refusedIds.get(request)
    if (id === undefined || payload === null || typeof payload !== 'object') return payload
    const failed = { Id: id, Code: 'InternalError', Message: 'asked to fail', SenderFault: faults.senderFault }
    return { ...payload, Failed: [failed] }
  })
}
