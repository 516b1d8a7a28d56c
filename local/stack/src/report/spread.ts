/** Nearest-rank percentile of unsorted samples; 0 when there are none. @param share 0–1 */
export function percentile(samples: readonly number[], share: number): number {
  if (samples.length === 0) return 0
  const sorted = [...samples].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

export function spreadOf(samples: readonly number[]): { p50: number; p95: number; max: number } {
  return { p50: percentile(samples, 0.5), p95: percentile(samples, 0.95), max: percentile(samples, 1) }
}
