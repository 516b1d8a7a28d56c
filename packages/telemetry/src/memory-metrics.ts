import type { MetricName, Metrics } from './metrics.ts'

/** Keeps data points in memory, for tests and for the local stack's report. */
export class MemoryMetrics implements Metrics {
  readonly #points = new Map<MetricName, number[]>()

  count(name: MetricName, value = 1): void {
    const points = this.#points.get(name)
    if (points) points.push(value)
    else this.#points.set(name, [value])
  }

  /** Every data point of one metric, oldest first. */
  points(name: MetricName): readonly number[] {
    return this.#points.get(name) ?? []
  }

  sum(name: MetricName): number {
    return this.points(name).reduce((sum, value) => sum + value, 0)
  }
}
