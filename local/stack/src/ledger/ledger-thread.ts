import { parentPort, workerData } from 'node:worker_threads'
import { createLedger, startLedgerServer } from '@weft/ledger'
import { SharedClock } from '../clock.ts'
import type { LedgerThreadOptions, ThreadReply, ThreadRequest } from './protocol.ts'

/** Runs the simulated ledger and its Gateway on a thread of their own, as a real ledger would be: the services get a whole core. */
const options = workerData as LedgerThreadOptions
const port = parentPort
if (!port) throw new Error('ledger-thread.ts runs as a worker thread only.')

const ledger = await createLedger({
  seed: options.seed,
  cdps: options.cdps,
  clock: new SharedClock(options.clock),
  roundMs: options.roundMs,
  epochMs: options.epochMs,
  commitDelayMs: options.commitDelayMs,
  genesis: options.genesis,
})
const server = await startLedgerServer(ledger, { port: 0 })

const reply = (message: ThreadReply) => port.postMessage(message)

port.on('message', async (request: ThreadRequest) => {
  try {
    reply({ id: request.id, value: await answer(request) })
  } catch (error) {
    reply({ id: request.id, error: error instanceof Error ? error.message : String(error) })
  }
})

async function answer(request: ThreadRequest): Promise<unknown> {
  if ('call' in request) {
    const method: unknown = Reflect.get(ledger.control, request.call)
    if (typeof method !== 'function') throw new Error(`The ledger has no control "${request.call}".`)
    return Reflect.apply(method, ledger.control, request.args)
  }
  if ('faults' in request) return server.setFaults(request.faults)
  if ('requests' in request) return server.requestsByEndpoint()
  await server.close()
  ledger.close()
  return undefined
}

reply({ ready: { url: server.url, addresses: ledger.addresses } })
