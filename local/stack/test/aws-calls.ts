import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type AwsCall, recordServiceCalls } from '@weft/aws/test/record-aws-calls'
import { type RecordingProxy, recordAwsRequests } from '@weft/aws/test/record-aws-requests'
import type { RunOptions } from '../src/running.ts'
import type { StackOptions } from '../src/stack.ts'

const OUTPUT = fileURLToPath(new URL('../../../test-output/aws-calls', import.meta.url))

/**
 * The distinct AWS calls that the services made in one file of end-to-end tests. `infrastructure/tests/least-privilege.test.ts` holds
 * every one of them against the planned role policies; `npm run record:aws-calls` puts those of the built services on record.
 */
export class RecordedAwsCalls {
  readonly #name: string
  readonly #lines = new Set<string>()
  readonly #proxies: RecordingProxy[] = []

  /** @param name of the file below `test-output/aws-calls` */
  constructor(name: string) {
    this.#name = name
  }

  add(service: string, { action, resource }: AwsCall): void {
    this.#lines.add(JSON.stringify({ service, action, resource }))
  }

  /** Listens in on the clients of a stack, see `StackOptions.onAwsClients`. */
  readonly listen: NonNullable<StackOptions['onAwsClients']> = (service, clients) =>
    recordServiceCalls(service, clients, (call) => this.add(service, call))

  /** Stands between the liquidator and AWS, see `RunOptions.beforeAws`. */
  readonly between: NonNullable<RunOptions['beforeAws']> = async (service, endpoint) => {
    const proxy = await recordAwsRequests(endpoint, (call) => this.add(service, call))
    this.#proxies.push(proxy)
    return proxy.url
  }

  async close(): Promise<void> {
    await Promise.all(this.#proxies.splice(0).map((proxy) => proxy.close()))
  }

  /** To be called once all tests of the file have passed: half a record would pass for a whole one. */
  write(): void {
    mkdirSync(OUTPUT, { recursive: true })
    writeFileSync(join(OUTPUT, `${this.#name}.jsonl`), `${[...this.#lines].sort().join('\n')}\n`)
  }
}
