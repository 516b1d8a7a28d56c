import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EventSourceMapping, LambdaFunction } from '@weft/cloud'
import { type LoggedOutcome, loggedOutcome } from '@weft/liquidator'
import type { Stack } from './stack.ts'

/** What `npm run build` makes and Terraform deploys. */
const BUNDLE = fileURLToPath(new URL('../../../dist/liquidator/index.mjs', import.meta.url))
/** As Terraform sets it. */
const TIMEOUT_MS = 120_000
/** The machine may be busy with a ledger that is being made. */
const INIT_TIMEOUT_MS = 60_000

/** The liquidator was not built, or what was built does not start. */
export class LiquidatorLambdaError extends Error {
  override readonly name = 'LiquidatorLambdaError'
}

export interface LiquidatorLambdaOptions {
  readonly stack: Stack
  /** Candidates in work at a time. */
  readonly concurrency: number
  /** Where it finds AWS, if not at the stack's own address. */
  readonly awsEndpoint?: string | undefined
  readonly onOutcome: (outcome: LoggedOutcome) => void
  /** A line that reports a fault of a candidate, or that is no log line at all. */
  readonly onFault: (line: string) => void
}

/**
 * The built liquidator behind its queue, as on AWS: an event source mapping hands over one candidate an invocation and deletes what was
 * handled. One process takes all invocations, since as many processes as AWS would start do not fit into this machine; all that is
 * known of it is what it writes to its log.
 */
export class LiquidatorLambda {
  readonly #lambda: LambdaFunction
  readonly #mapping: EventSourceMapping

  private constructor(lambda: LambdaFunction, mapping: EventSourceMapping) {
    this.#lambda = lambda
    this.#mapping = mapping
  }

  /** @throws {LiquidatorLambdaError} */
  static async start(options: LiquidatorLambdaOptions): Promise<LiquidatorLambda> {
    if (!existsSync(BUNDLE))
      throw new LiquidatorLambdaError('The liquidator is not built: dist/liquidator is missing. Run `npm run build`.')
    const { stack, concurrency } = options
    const lambda = new LambdaFunction({
      name: 'weft-local-liquidator',
      bundle: BUNDLE,
      environment: {
        ...stack.environment,
        ...(options.awsEndpoint ? { WEFT_AWS_ENDPOINT: options.awsEndpoint } : {}),
      },
      timeoutMs: TIMEOUT_MS,
      initTimeoutMs: INIT_TIMEOUT_MS,
      invocationsPerProcess: concurrency,
      reservedConcurrency: concurrency,
      onLog: (line) => hear(line, options),
    })
    const mapping = new EventSourceMapping(stack.aws.watcher.sqs, (event) => lambda.invoke(event), {
      queueUrl: stack.resources.queues.liquidation.url,
      batchSize: 1,
      maximumConcurrency: concurrency,
      waitTimeSeconds: 1,
    })
    // An empty batch: what cannot start says so now, and the first candidate finds it warm.
    const started = await lambda.invoke({ Records: [] })
    if (started.kind !== 'returned') {
      await lambda.kill()
      throw new LiquidatorLambdaError(`The built liquidator does not start: ${JSON.stringify(started)}`)
    }
    await mapping.start()
    return new LiquidatorLambda(lambda, mapping)
  }

  rssBytes(): Promise<number> {
    return this.#lambda.rssBytes()
  }

  advanceClock(ms: number): Promise<void> {
    return this.#lambda.advanceClock(ms)
  }

  /** Takes no more candidates, finishes those in work, then ends the process. */
  async stop(): Promise<void> {
    await this.#mapping.stop()
    await this.#lambda.kill()
  }
}

function hear(line: string, { onOutcome, onFault }: LiquidatorLambdaOptions): void {
  const outcome = loggedOutcome(line)
  if (outcome) onOutcome(outcome)
  else if (!line.startsWith('{') || line.includes('"event":"liquidator.candidate_faulted"')) onFault(line)
}
