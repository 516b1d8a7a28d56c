import { Metrics as PowertoolsMetrics } from '@aws-lambda-powertools/metrics'
import { METRICS, type MetricDimensions, type MetricName, type Metrics } from './metrics.ts'

export interface EmfOptions {
  readonly service: string
  readonly environment: string
  /** Takes each finished line; standard output by default, where CloudWatch finds it. */
  readonly write?: (line: string) => void
}

/**
 * Metrics as log lines in CloudWatch's embedded metric format, namespace `Weft`, dimensions `service` and `environment` and those of
 * the data point. Data points are kept until `flush`: at the end of an invocation, or every minute in a process that stays.
 */
export class EmfMetrics implements Metrics {
  readonly #options: EmfOptions
  readonly #write: (line: string) => void
  /** One line each: the format has one set of dimensions for all that a line holds. */
  readonly #byDimensions = new Map<string, PowertoolsMetrics>()

  constructor(options: EmfOptions) {
    this.#options = options
    this.#write = options.write ?? ((line) => void process.stdout.write(line))
  }

  count(name: MetricName, value = 1, dimensions: MetricDimensions = {}): void {
    this.#of(dimensions).addMetric(name, METRICS[name].unit, value)
  }

  /** Writes what was counted since the last flush, if anything. */
  flush(): void {
    for (const metrics of this.#byDimensions.values())
      if (metrics.hasStoredMetrics()) this.#write(`${JSON.stringify(metrics.serializeMetrics())}\n`)
    this.#byDimensions.clear()
  }

  #of(dimensions: MetricDimensions): PowertoolsMetrics {
    const key = JSON.stringify(dimensions)
    const known = this.#byDimensions.get(key)
    if (known) return known
    const { service, environment } = this.#options
    const metrics = new PowertoolsMetrics({
      namespace: 'Weft',
      serviceName: service,
      defaultDimensions: { environment, ...dimensions },
    })
    this.#byDimensions.set(key, metrics)
    return metrics
  }
}
