import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'
import { METRIC_UNITS, type MetricName, type Metrics } from './metrics.ts'

export interface EmfOptions {
  readonly service: string
  readonly environment: string
  /** Takes each finished line; standard output by default, where CloudWatch finds it. */
  readonly write?: (line: string) => void
}

/**
 * Metrics as log lines in CloudWatch's embedded metric format, namespace `Weft`, dimensions `service` and `environment`.
 * Data points are kept until `flush`: at the end of an invocation, or every minute in a process that stays.
 */
export class EmfMetrics implements Metrics {
  readonly #metrics: PowertoolsMetrics
  readonly #write: (line: string) => void

  constructor(options: EmfOptions) {
    this.#metrics = new PowertoolsMetrics({
      namespace: 'Weft',
      serviceName: options.service,
      defaultDimensions: { environment: options.environment },
    })
    this.#write = options.write ?? ((line) => void process.stdout.write(line))
  }

  count(name: MetricName, value = 1): void {
    this.#metrics.addMetric(name, METRIC_UNITS[name], value)
  }

  /** Writes what was counted since the last flush, if anything. */
  flush(): void {
    if (!this.#metrics.hasStoredMetrics()) return
    this.#write(`${JSON.stringify(this.#metrics.serializeMetrics())}\n`)
    this.#metrics.clearMetrics()
  }
}
