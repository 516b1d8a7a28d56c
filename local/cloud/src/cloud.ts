import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import dynalite from 'dynalite'
import { loadFauxqs } from './load-fauxqs.ts'
import { foreignRequest } from './loopback-only.ts'
import { limitPartitions, PartitionLimit, WRITE_UNITS_PER_SECOND } from './partition-limit.ts'
import { addConditionalWrites, type ConflictBudget } from './s3-conditional-writes.ts'
import { addBatchFaults, type BatchFaults } from './sqs-batch-faults.ts'
import { SsmStub } from './ssm-stub.ts'

export interface CloudOptions {
  /** 0, the default, takes a free port. */
  readonly port?: number
  /**
   * Folder in which DynamoDB tables outlive the process; in memory by default. Queues and objects always live in memory:
   * they are derived state, and the next run makes them anew.
   */
  readonly dataDir?: string
  /** What one partition of a table or of an index takes a second; as on AWS by default, `Infinity` for no limit. */
  readonly writeUnitsPerSecond?: number
}

/** What the cloud can be told to do wrong; each counts down to 0 by itself. */
export interface CloudFaults {
  readonly batches: BatchFaults
  readonly s3Conflicts: ConflictBudget
}

export interface Cloud {
  /** One address for SQS, S3, DynamoDB and SSM, e.g. `http://127.0.0.1:41233`: what `WEFT_AWS_ENDPOINT` takes. */
  readonly endpoint: string
  readonly region: string
  readonly parameters: SsmStub
  readonly faults: CloudFaults
  /** Writes that a partition had no throughput left for, by table or index, e.g. `weft-local-records/index/by-kind`. */
  readonly throttledWrites: ReadonlyMap<string, number>
  /** Long polls end empty, then the port is free. */
  close(): Promise<void>
}

/** Starts embedded AWS on 127.0.0.1. Nothing is created in it: see `createResources`. */
export async function startCloud(options: CloudOptions = {}): Promise<Cloud> {
  const faults: CloudFaults = {
    batches: { refuseEntries: 0, senderFault: false, failCalls: 0 },
    s3Conflicts: { remaining: 0 },
  }
  const { buildApp } = await loadFauxqs()
  const queuesAndObjects = buildApp({ logger: false })
  addConditionalWrites(queuesAndObjects, faults.s3Conflicts)
  addBatchFaults(queuesAndObjects, faults.batches)
  await queuesAndObjects.ready()
  const tableOptions = {
    createTableMs: 0,
    ...(options.dataDir ? { path: join(options.dataDir, 'dynamodb') } : {}),
  }
  const partitions = new PartitionLimit(options.writeUnitsPerSecond ?? WRITE_UNITS_PER_SECOND)
  limitPartitions(tableOptions, partitions)
  const tables = dynalite(tableOptions)
  const parameters = new SsmStub()

  // One port for all: a service then needs one setting, and the emulators see the requests unchanged.
  const front = createServer((request, response) => {
    const refusal = foreignRequest(request.headers)
    if (refusal !== undefined) return void response.writeHead(403, { 'content-type': 'text/plain' }).end(refusal)
    const service = serviceOf(request)
    if (service === 'ssm') parameters.listener(request, response)
    else if (service === 'dynamodb') tables.emit('request', request, response)
    else queuesAndObjects.server.emit('request', request, response)
  })
  front.keepAliveTimeout = 60_000
  await listen(front, options.port ?? 0)
  // Only a listening dynalite closes its store.
  await listen(tables, 0)

  return {
    endpoint: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    parameters,
    faults,
    throttledWrites: partitions.throttled,
    async close() {
      await queuesAndObjects.close()
      front.closeAllConnections()
      await Promise.all([closed(front), closed(tables)])
    },
  }
}

function serviceOf(request: IncomingMessage): 'ssm' | 'dynamodb' | 'sqs-or-s3' {
  const target = request.headers['x-amz-target']
  if (typeof target !== 'string') return 'sqs-or-s3'
  if (target.startsWith('AmazonSSM.')) return 'ssm'
  return target.startsWith('DynamoDB_') ? 'dynamodb' : 'sqs-or-s3'
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve())
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => server.close((error) => (error ? reject(error) : resolve())))
}
