import { Worker } from 'node:worker_threads'
import type { FaultPlanInput, LedgerAddresses } from '@weft/ledger'
import type { LedgerThreadOptions, RemoteControl, ThreadReply, ThreadRequest } from './protocol.ts'

/** The simulated ledger as the stack sees it: a Gateway at `url`, and controls that no real ledger has. */
export interface LedgerHost {
  readonly url: string
  readonly addresses: LedgerAddresses
  readonly control: RemoteControl
  /** Replaces the Gateway's faults; `{}` ends them. */
  setFaults(faults: FaultPlanInput): Promise<void>
  requestsByEndpoint(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

/** The ledger's thread ended by itself; nothing that follows can be trusted. */
export class LedgerThreadError extends Error {
  override readonly name = 'LedgerThreadError'
}

/** Starts the ledger on its own thread and waits until its Gateway answers. @throws {LedgerThreadError} */
export async function startLedgerHost(options: LedgerThreadOptions): Promise<LedgerHost> {
  const worker = new Worker(new URL('./ledger-thread.ts', import.meta.url), { workerData: options })
  const calls = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>()
  const ready = Promise.withResolvers<{ url: string; addresses: LedgerAddresses }>()
  let stopping = false
  let lastId = 0

  const failAll = (error: Error) => {
    ready.reject(error)
    for (const call of calls.values()) call.reject(error)
    calls.clear()
  }
  worker.on('error', (cause) => failAll(new LedgerThreadError("The ledger's thread failed.", { cause })))
  worker.on('exit', (code) => {
    if (!stopping) failAll(new LedgerThreadError(`The ledger's thread ended with code ${code}.`))
  })
  worker.on('message', (message: ThreadReply) => {
    if ('ready' in message) return ready.resolve(message.ready)
    const call = calls.get(message.id)
    calls.delete(message.id)
    if ('error' in message) call?.reject(new LedgerThreadError(message.error))
    else call?.resolve(message.value)
  })

  const ask = (request: (id: number) => ThreadRequest): Promise<unknown> => {
    const id = ++lastId
    const { promise, resolve, reject } = Promise.withResolvers<unknown>()
    calls.set(id, { resolve, reject })
    worker.postMessage(request(id))
    return promise
  }
  const control = new Proxy({} as RemoteControl, {
    get:
      (_target, call) =>
      (...args: readonly unknown[]) =>
        ask((id) => ({ id, call: String(call), args })),
  })

  const { url, addresses } = await ready.promise
  return {
    url,
    addresses,
    control,
    setFaults: async (faults) => void (await ask((id) => ({ id, faults }))),
    requestsByEndpoint: async () => (await ask((id) => ({ id, requests: true }))) as Record<string, number>,
    stop: async () => {
      stopping = true
      await ask((id) => ({ id, stop: true }))
      await worker.terminate()
    },
  }
}
