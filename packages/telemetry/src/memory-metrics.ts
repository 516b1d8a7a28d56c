import type { MetricDimensions, MetricName, Metrics } from './metrics.ts'

/** Keeps data points in memory, for tests and for the local stack's report. */
export class MemoryMetrics implements Metrics {
  readonly #points = new Map<MetricName, number[]>()
  readonly #dimensions = new Map<MetricName, MetricDimensions[]>()

  count(name: MetricName, value = 1, dimensions: MetricDimensions = {}): void {
    this.#dimensions.set(name, [...this.dimensions(name), dimensions])
    const points = this.#points.get(name)
    if (points) points.push(value)
    else this.#points.set(name, [value])
  }

  /** Every data point of one metric, oldest first. */
  points(name: MetricName): readonly number[] {
    return this.#points.get(name) ?? []
  }

  /** The dimensions of every data point of one metric, oldest first. */
  dimensions(name: MetricName): readonly MetricDimensions[] {
    return this.#dimensions.get(name) ?? []
  }

  sum(name: MetricName): number {
    return this.points(name).reduce((sum, value) => sum + value, 0)
  }
}
